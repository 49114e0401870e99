"""Pictures that take long (T04, F38): dots while they are looked at, a word before the reply token ends, the answer
once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.inbound import still_working
from bot.line.client import LineClient
from bot.line.typing_indicator import SHOW_FOR, Loading
from bot.simulator.world.chats import Chat
from factcheck.db.session import transaction
from factcheck.jobs.schedule import plan
from factcheck.ports import PictureText
from tests.failures.harness import Bot, statuses, words
from tests.failures.pictures import CLAIM, open_events, picture
from tests.pictures import jpeg
from tests.waiting import wait_until

UNKNOWN, LATER = "I do not know this picture yet.", "I am still looking"


def meanwhile(bot: Bot, happens: Callable[[], object]) -> None:
    """It happens while a picture is being read, each time that one is."""
    read = bot.looker.read

    def slow(path: Path) -> PictureText | None:
        happens()
        return read(path)

    bot.looker.read = slow  # type: ignore[method-assign]


def time_passes(bot: Bot, seconds: int) -> None:
    """The pulse of the worker in hand goes on, and another does what is due."""
    for _ in range(seconds // 2):
        bot.clock.advance(seconds=2)
        bot.worker._give_sign()
        bot.another_worker().run_due_jobs()


@pytest.fixture
def told(seeing: Bot) -> Bot:
    """Somebody looks after those who wait."""
    with transaction(seeing.factory) as session:
        plan(session, still_working.job_kinds(seeing.context), now=seeing.clock())
    return seeing


def test_f38_dots_are_shown_while_a_picture_is_looked_at_and_end_with_the_answer(seeing: Bot, ada: Chat) -> None:
    dots = Loading(LineClient(seeing.line.base_url, seeing.line.access_token), show_after=0)
    object.__setattr__(seeing.context, "loading", dots)
    meanwhile(seeing, lambda: wait_until(lambda: seeing.line.is_loading(ada)))
    assert UNKNOWN in words(seeing.send(picture(seeing, ada, text=CLAIM)))
    wait_until(lambda: not dots.pending)
    calls = seeing.line.calls("*/chat/loading/start")
    assert [call.request for call in calls] == [{"chatId": ada.id, "loadingSeconds": SHOW_FOR}]
    assert not seeing.line.is_loading(ada)


def test_f38_a_picture_in_a_group_shows_nobody_dots(seeing: Bot, ada: Chat) -> None:
    dots = Loading(LineClient(seeing.line.base_url, seeing.line.access_token), show_after=0)
    object.__setattr__(seeing.context, "loading", dots)
    group = seeing.line.group("Family", [ada])
    sent = picture(seeing, ada, text=CLAIM, chat=group)
    seeing.send(sent)
    asked = seeing.line.phone.typed(ada, "@Factline is it true?", chat=group, bot_name="Factline", quoted=sent.message)
    assert words(seeing.send(asked)) != ""
    wait_until(lambda: not dots.pending)
    assert seeing.line.calls("*/chat/loading/start") == []


def test_t04_a_picture_that_is_read_for_a_minute(told: Bot, ada: Chat) -> None:
    """Another thread, or worker, tells its sender before the token ends; the answer comes later, and once."""
    said: list[str] = []

    def a_minute() -> None:
        time_passes(told, 70)
        said.extend(words([message.content]) for message in told.sent())

    meanwhile(told, a_minute)
    answer = words(told.send(picture(told, ada, text=CLAIM)))
    assert [LATER in one for one in said] == [True]
    assert (answer.count(LATER), answer.count(UNKNOWN)) == (1, 1)
    assert words(told.wait(minutes=2)) == ""
    assert (statuses(told, "message/reply"), statuses(told, "message/push")) == ([200], [200])
    assert open_events(told) == 0


def test_t04_a_picture_that_line_prepares_for_long(told: Bot, ada: Chat) -> None:
    sent = picture(told, ada, text=CLAIM)
    told.line.script_content(sent, [*[202] * 24, {"status": 200, "body": jpeg(1)}])
    said = [words(told.send(sent))] + [words(told.wait(seconds=2)) for _ in range(40)]
    assert sum(LATER in one for one in said) == sum(UNKNOWN in one for one in said) == 1
    assert (statuses(told, "message/reply"), statuses(told, "message/push")) == ([200], [200])
    assert open_events(told) == 0


def test_t04_pictures_that_wait_for_one_another(told: Bot, ada: Chat) -> None:
    """Two of one person, each of which takes long: one word for both, or another for the second once the first is
    answered; each token is used once and in time."""
    meanwhile(told, lambda: time_passes(told, 40))
    said = words(told.send(picture(told, ada, 1, text=CLAIM), picture(told, ada, 2, text="Quite another thing.")))
    said += words(told.wait(seconds=10)) + words(told.wait(minutes=2))
    assert said.count(LATER) in (1, 2)
    assert "You sent me 2 messages." in said
    tokens = [call.request["replyToken"] for call in told.line.calls("message/reply")]  # type: ignore[index]
    assert len(tokens) == len(set(tokens))
    assert {*statuses(told, "message/reply"), *statuses(told, "message/push")} == {200}
    assert open_events(told) == 0
