"""Answers that take long, while time and people go on."""

import threading

import pytest
from sqlalchemy import select

from bot.inbound import still_working
from bot.inbound.still_working import TELL_WAITING
from bot.inbound.webhook import store_events
from bot.line.client import LineUnreachableError, ToldQuota
from bot.line.typing_indicator import AT_ONCE, Loading
from bot.outbound.outbox import DELIVER
from bot.outbound.quota import note_exhausted, note_quota
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.schedule import plan
from factcheck.jobs.worker import Worker
from factcheck.models import InboxEvent, Job, JobState
from factcheck.ports import Hit, SearchQuery
from factcheck.services import health
from tests.bot.chatting import Chatting, longer, words
from tests.conftest import MovableClock
from tests.fakes.line import RecordingLine
from tests.fakes.search import FakeSearch
from tests.waiting import wait_until

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
REPLY = "No: the blood's pH hardly changes."


@pytest.fixture
def slow(chat: Chatting) -> Chatting:
    """The search is away, and a worker looks after those who wait."""
    chat.publish(longer(CLAIM), REPLY)
    chat.search.available = False
    with transaction(chat.factory) as session:
        plan(session, still_working.job_kinds(chat.context), now=chat.clock())
        plan(session, still_working.job_kinds(chat.context), now=chat.clock())  # a second worker starts
    return chat


def wait(chat: Chatting, seconds: float) -> list[tuple[str, str]]:
    """Time passes in small steps, as it does for a running worker; returns (way, words) of what was sent."""
    before = len(chat.line.sent)
    for _ in range(round(seconds / 2)):
        chat.clock.advance(seconds=2)
        chat.worker.run_due_jobs()
    return [(way, words(messages)) for way, _, messages in chat.line.sent[before:]]


def test_t04_a_wait_note_comes_before_the_minute_is_over_and_the_answer_later(slow: Chatting) -> None:
    assert slow.say(CLAIM) == []
    assert wait(slow, 28) == []
    [(way, text)] = wait(slow, 10)
    assert (way, "still looking" in text) == ("reply", True)
    assert wait(slow, 32) == []
    slow.search.available = True
    [(way, text)] = wait(slow, 40)
    assert (way, REPLY in text) == ("push", True)
    assert wait(slow, 100) == []


def test_whoever_watches_sees_how_long_somebody_waits(slow: Chatting) -> None:
    """Their job is put back again and again, and never long due."""
    slow.say(CLAIM)
    wait(slow, 300)
    with read_only(slow.factory) as session:
        figures = health.figures(session, now=slow.clock())
    assert figures["factline_oldest_message_seconds"] >= 300
    assert figures["factline_oldest_due_job_seconds"] < 60
    slow.search.available = True
    wait(slow, 40)
    with read_only(slow.factory) as session:
        assert health.figures(session, now=slow.clock())["factline_oldest_message_seconds"] == 0


def test_an_answer_in_time_needs_no_wait_note(slow: Chatting) -> None:
    slow.say(CLAIM)
    wait(slow, 10)
    slow.search.available = True
    assert [way for way, _ in wait(slow, 60)] == ["reply"]


def test_who_sends_more_meanwhile_is_told_once(slow: Chatting) -> None:
    slow.say(CLAIM)
    wait(slow, 4)
    slow.say(CLAIM + "!")
    assert len(wait(slow, 50)) == 1


def test_each_person_is_told_in_their_own_chat(slow: Chatting) -> None:
    slow.say(CLAIM)
    slow.say(CLAIM, "Ub")
    wait(slow, 40)
    assert sorted(token for _, token, _ in slow.line.sent) == ["token-1", "token-2"]


def test_many_people_are_told_little_by_little(slow: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each transaction is short: with 200 people in one, every webhook waited for half a second."""
    monkeypatch.setattr(still_working, "AT_ONCE", 2)
    for person in ("Ua", "Ub", "Uc", "Ud", "Ue"):
        slow.say(CLAIM, person)
        slow.clock.advance(seconds=-10)
    slow.clock.advance(seconds=45)
    told = []
    for _ in range(3):
        with transaction(slow.factory) as session:
            still_working.tell_waiting(slow.context)(session)
            told.append(
                len(session.scalars(select(InboxEvent.id).where(InboxEvent.told_to_wait_at.is_not(None))).all())
            )
    assert told == [2, 4, 5]
    slow.worker.run_due_jobs()
    assert sorted(token for _, token, _ in slow.line.sent) == [f"token-{n}" for n in range(1, 6)]


def test_when_nothing_can_be_pushed_people_are_asked_to_come_again(slow: Chatting) -> None:
    with transaction(slow.factory) as session:
        note_exhausted(session, now=slow.clock())
    slow.say(CLAIM)
    [(_, text)] = wait(slow, 40)
    assert "send me the message again" in text
    slow.search.available = True
    assert wait(slow, 40) == []
    assert REPLY in words(slow.say(CLAIM))


def test_when_only_few_can_be_pushed_they_are_kept_for_this(slow: Chatting) -> None:
    with transaction(slow.factory) as session:
        note_quota(session, ToldQuota(limit=200, used=195), now=slow.clock())
    slow.say(CLAIM)
    assert "still looking" in wait(slow, 40)[0][1]


def test_a_message_that_was_taken_back_or_came_in_a_group_is_not_spoken_of(slow: Chatting) -> None:
    slow.send(slow.event("message", message={"type": "text", "id": "m1", "text": CLAIM}))
    slow.send(slow.event("unsend", unsend={"messageId": "m1"}))
    group = {"type": "group", "groupId": "C1", "userId": "Ua"}
    slow.send(slow.event("message", source=group, message={"type": "text", "id": "m2", "text": CLAIM}))
    assert wait(slow, 60) == []


def test_a_message_that_waited_while_no_worker_ran_is_not_told_by_an_old_token(slow: Chatting) -> None:
    slow.say(CLAIM)
    slow.clock.advance(minutes=2)
    slow.worker.run_due_jobs()
    assert wait(slow, 20) == []


def say(chat: Chatting, text: str) -> list[dict[str, object]]:
    """Right now."""
    return chat.send(chat.event("message", message={"type": "text", "id": f"m-{text}", "text": text}))


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [("search", CLAIM + " Really?", REPLY), ("embedder", "Do doctors say that lemon water cures diabetes?", "lemon")],
)
def test_b01_buttons_and_small_talk_are_answered_while_a_message_waits(
    slow: Chatting, part: str, text: str, said: str
) -> None:
    slow.publish(OTHER, "Only one in three.")
    slow.search.available = True
    offered = slow.say("The mayor will move the market to the river from next month on, says my neighbour.")
    getattr(slow, part).available = False
    assert slow.say(text) == []
    wait(slow, 4)
    before = len(slow.line.sent)
    for answered in (
        lambda: slow.send(slow.event("postback", postback={"data": "2:settings"})),
        lambda: slow.press(offered, "None of these"),
        lambda: say(slow, "thank you"),
        lambda: say(slow, "settings"),
        lambda: slow.send(slow.event("message", message={"type": "image", "id": "i"})),
    ):
        assert len(answered()) > 0
        wait(slow, 2)
    assert {way for way, _, _ in slow.line.sent[before:]} == {"reply"}
    assert said not in words([messages for _, _, messages in slow.line.sent[before:]])
    getattr(slow, part).available = True
    assert sum(said in text for _, text in wait(slow, 60)) == 1
    assert wait(slow, 600) == []


OTHER = "Sleeping with wet socks pulls the fever out of the body within a single night, grandmothers know."


def test_messages_that_wait_are_answered_in_their_order(slow: Chatting) -> None:
    slow.publish(longer(OTHER), "Only one in three.")
    slow.say(CLAIM)
    wait(slow, 40)
    slow.say(OTHER)
    wait(slow, 10)
    slow.search.available = True
    said = [text for _, text in wait(slow, 60)]
    assert [(REPLY in text, "Only one" in text) for text in said] == [(True, False), (False, True)]


def test_what_is_known_word_for_word_does_not_wait(slow: Chatting) -> None:
    slow.embedder.available = False
    slow.publish(OTHER, "Only one in three.")
    slow.say(CLAIM)
    assert "Only one" in words(slow.say(f"Please forward!!\n{OTHER}"))
    slow.search.available = slow.embedder.available = True
    [(_, text)] = wait(slow, 60)
    assert REPLY in text


def test_what_came_after_the_return_does_not_wait_for_what_came_before(slow: Chatting) -> None:
    slow.publish(OTHER, "Only one in three.")
    slow.say(CLAIM)
    wait(slow, 300)
    slow.search.available = True
    assert "Only one" in words(slow.say(OTHER))
    [(_, text)] = wait(slow, 60)
    assert REPLY in text


def test_messages_sent_in_one_go_are_still_asked_about_together(slow: Chatting) -> None:
    slow.publish(longer(OTHER), "Only one in three.")
    slow.send(*(slow.event("message", message={"type": "text", "id": t[:3], "text": t}) for t in (CLAIM, OTHER)))
    wait(slow, 50)
    slow.search.available = True
    [(_, text)] = wait(slow, 60)
    assert "belong together" in text


def test_u01_a_message_that_waits_can_be_taken_back(slow: Chatting) -> None:
    slow.send(slow.event("message", message={"type": "text", "id": "m1", "text": CLAIM}))
    slow.send(slow.event("unsend", unsend={"messageId": "m1"}))
    with read_only(slow.factory) as session:
        assert session.scalars(select(InboxEvent.payload).where(InboxEvent.type == "message")).all() == [None]
    slow.search.available = True
    assert wait(slow, 120) == []


def test_a_message_that_waits_is_not_taken_for_what_its_sender_is_asked_to_write_then(slow: Chatting) -> None:
    slow.publish(OTHER)
    slow.search.available = True
    shown = slow.say(OTHER)
    slow.search.available = False
    slow.say(CLAIM)
    slow.press(shown, "Tell the volunteers more")
    slow.search.available = True
    [(_, text)] = wait(slow, 20)
    assert REPLY in text
    assert "Yes, add it" in words(slow.say("My aunt was told this by her doctor, and she believes it."))


def test_in_groups_everything_keeps_its_order(slow: Chatting) -> None:
    source = {"type": "group", "groupId": "C1", "userId": "Ua"}
    slow.send(slow.event("message", source=source, message={"type": "text", "id": "1", "text": CLAIM}))
    assert slow.send(slow.event("postback", source=source, postback={"data": "2:settings"})) == []
    slow.search.available = True
    said = [text for _, text in wait(slow, 10)]
    assert len(said) >= 1
    assert "private chat" in said[-1]


class HangingSearch(FakeSearch):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.hanging = threading.Semaphore(0)

    def candidates(self, query: SearchQuery) -> list[Hit]:
        self.hanging.release()
        self.go.wait(30)
        return super().candidates(query)


def comes_again(factory: SessionFactory, clock: MovableClock) -> bool:
    """The look for who waits is not under way."""
    with read_only(factory) as session:
        due = session.scalar(select(Job.due_at).where(Job.kind == TELL_WAITING, Job.state == JobState.READY))
        return due is not None and due > clock()


def test_t04_the_note_comes_although_every_thread_hangs_in_the_search(factory: SessionFactory) -> None:
    clock, search = MovableClock(), HangingSearch()
    clock.now = utc_now()
    chat = Chatting(factory, clock, search)
    worker = Worker(factory, chat.handlers, threads=2, express=(DELIVER, TELL_WAITING), clock=clock)
    people = [
        chat.event("message", f"U{n}", message={"type": "text", "id": str(n), "text": f"{CLAIM} {n}"}) for n in range(3)
    ]
    with transaction(factory) as session:
        store_events(session, people, now=clock())
        plan(session, still_working.job_kinds(chat.context), now=clock())
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert search.hanging.acquire(timeout=20)
        assert search.hanging.acquire(timeout=20)  # both threads
        wait_until(lambda: comes_again(factory, clock))  # else its next time is counted from the new one
        clock.advance(seconds=35)
        wait_until(lambda: len(chat.line.sent) == 3)
        assert all("still looking" in words(messages) for _, _, messages in chat.line.sent)
        with read_only(factory) as session:
            assert None not in session.scalars(select(InboxEvent.told_to_wait_at)).all()
    finally:
        search.go.set()
        worker.stop()
        thread.join()


# Dots


class Dots(RecordingLine):
    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Semaphore(0)
        self.answer = threading.Event()

    def show_loading(self, user_id: str, seconds: int) -> None:
        super().show_loading(user_id, seconds)
        self.asked.release()
        self.answer.wait(30)
        self._fail(self.failures)


def test_dots_are_shown_while_something_takes_long_once_a_chat() -> None:
    line = Dots()
    loading = Loading(line, show_after=0)
    with loading.shown("Ua"), loading.shown("Ua"):
        assert line.asked.acquire(timeout=20)
    line.answer.set()
    assert line.loading == ["Ua"]


def test_quick_work_shows_none() -> None:
    line = Dots()
    loading = Loading(line, show_after=30)
    for _ in range(3):
        with loading.shown("Ua"):
            pass
        wait_until(lambda: not loading.pending)
    assert line.loading == []


def test_f38_slow_or_failing_dots_hold_up_nothing() -> None:
    line = Dots()
    line.failures = [LineUnreachableError("slow")] * 2
    loading = Loading(line, show_after=0)
    for number in range(3 * AT_ONCE):
        with loading.shown(f"U{number}"):
            if number < 2:
                assert line.asked.acquire(timeout=20)  # both threads hang from here on
    assert loading.pending == AT_ONCE
    line.answer.set()
    wait_until(lambda: not loading.pending)


def test_f38_only_a_text_in_a_private_chat_shows_dots(chat: Chatting) -> None:
    shown: list[str] = []

    class Watched(Loading):
        def shown(self, user_id: str):  # type: ignore[no-untyped-def]
            shown.append(user_id)
            return super().shown(user_id)

    object.__setattr__(chat.context, "loading", Watched(chat.line, show_after=30))
    chat.say(CLAIM)
    chat.send(chat.event("follow"), chat.event("message", message={"type": "sticker", "id": "s"}))
    group = {"type": "group", "groupId": "C1", "userId": "Ua"}
    chat.send(chat.event("message", source=group, message={"type": "text", "id": "g", "text": CLAIM}))
    assert shown == ["Ua"]
