"""What everything that stands for LINE must do: the client over HTTP against the simulated LINE, and the LINE that
records, which most tests have in its place."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.line.client import Line, LineClient, LineError, LineUnreachableError, ToldQuota
from bot.simulator.testing import FakeLine, LineServer
from tests.fakes.line import RecordingLine

HELLO: list[dict[str, Any]] = [{"type": "text", "text": "hello"}]


class Stage(Protocol):
    """People and groups of a LINE, and what goes wrong there."""

    line: Line

    def person(self, language: str = "en") -> str: ...

    def group(self) -> str: ...

    def token(self, person: str) -> str:
        """Gives a reply token, as an event of this person has one."""

    def received(self, person: str) -> list[dict[str, Any]]: ...

    def limit(self, quota: int) -> None: ...

    def break_next(self, way: str, *, done: bool) -> None:
        """Makes the next call of this way fail without an answer, before or after it was carried out."""


class SimulatedStage:
    def __init__(self, fake: FakeLine) -> None:
        self._fake = fake
        self.line = LineClient(fake.base_url, fake.access_token)

    def person(self, language: str = "en") -> str:
        return self._fake.person("Ada", language).id

    def group(self) -> str:
        return self._fake.group("Friends", [self._fake.person("Ada")]).id

    def token(self, person: str) -> str:
        chat = self._fake.store.chats.find(person)
        assert chat is not None
        return str(self._fake.phone.text(chat, "hi").event["replyToken"])

    def received(self, person: str) -> list[dict[str, Any]]:
        chat = self._fake.store.chats.find(person)
        return self._fake.received(chat) if chat else []

    def limit(self, quota: int) -> None:
        self._fake.store.quota.set_limit(quota)

    def break_next(self, way: str, *, done: bool) -> None:
        self._fake.add_fault(f"message/{way}", "done_then_500" if done else "status")


class RecordedStage:
    def __init__(self) -> None:
        self.line = RecordingLine()
        self._tokens: dict[str, str] = {}

    def person(self, language: str = "en") -> str:
        person = f"U{uuid.uuid4().hex}"
        self.line.languages[person] = language
        return person

    def group(self) -> str:
        return f"C{uuid.uuid4().hex}"

    def token(self, person: str) -> str:
        token = uuid.uuid4().hex
        self._tokens[token] = person
        return token

    def received(self, person: str) -> list[dict[str, Any]]:
        mine = [messages for _, to, messages in self.line.sent if self._tokens.get(to, to) == person]
        return [message for messages in mine for message in messages]

    def limit(self, quota: int) -> None:
        self.line.quota_now = ToldQuota(quota, 0)

    def break_next(self, way: str, *, done: bool) -> None:
        (self.line.fail_after_sending if done else self.line.failures).append(LineUnreachableError("broken"))


@pytest.fixture(params=["simulated", "recorded"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, line_server: LineServer) -> Iterator[Stage]:
    if request.param == "recorded":
        yield RecordedStage()
        return
    with FakeLine(tmp_path, server=line_server) as fake:
        yield SimulatedStage(fake)


def key() -> str:
    return str(uuid.uuid4())


def unknown(stage: Stage) -> str:
    """Somebody who is not there."""
    nobody = f"U{'0' * 32}"
    if isinstance(stage, RecordedStage):
        stage.line.unknown.add(nobody)
    return nobody


def test_a_token_is_good_for_one_reply(stage: Stage) -> None:
    ada = stage.person()
    token = stage.token(ada)
    assert stage.line.reply(token, HELLO)
    with pytest.raises(LineError, match="Invalid reply token") as refused:
        stage.line.reply(token, HELLO)
    assert refused.value.status == 400
    assert stage.received(ada) == HELLO


def test_a_retry_key_is_good_for_one_push(stage: Stage) -> None:
    ada, one, another = stage.person(), key(), key()
    first, again = stage.line.push(ada, HELLO, one), stage.line.push(ada, HELLO, one)
    assert first.request_id == again.request_id is not None
    assert len(first.message_ids) == len(HELLO)
    assert stage.received(ada) == HELLO
    stage.line.push(ada, HELLO, another)
    assert stage.received(ada) == HELLO * 2


def test_a_retry_key_is_good_for_one_multicast(stage: Stage) -> None:
    people, same = [stage.person(), stage.person()], key()
    for _ in range(2):
        assert stage.line.multicast(people, HELLO, same)
    assert [stage.received(person) for person in people] == [HELLO, HELLO]


@pytest.mark.parametrize("done", [False, True])
def test_a_push_whose_answer_is_lost_is_repeated_and_arrives_once(stage: Stage, done: bool) -> None:
    ada, same = stage.person(), key()
    stage.break_next("push", done=done)
    with pytest.raises(LineUnreachableError) as lost:
        stage.line.push(ada, HELLO, same)
    assert lost.value.maybe_sent
    assert stage.received(ada) == (HELLO if done else [])
    stage.line.push(ada, HELLO, same)
    assert stage.received(ada) == HELLO


@pytest.mark.parametrize("done", [False, True])
def test_a_multicast_whose_answer_is_lost_is_repeated_and_arrives_once(stage: Stage, done: bool) -> None:
    ada, same = stage.person(), key()
    stage.break_next("multicast", done=done)
    with pytest.raises(LineUnreachableError):
        stage.line.multicast([ada], HELLO, same)
    stage.line.multicast([ada], HELLO, same)
    assert stage.received(ada) == HELLO


def test_a_reply_whose_answer_is_lost_has_used_its_token_if_it_was_sent(stage: Stage) -> None:
    ada = stage.person()
    kept, used = stage.token(ada), stage.token(ada)
    stage.break_next("reply", done=False)
    with pytest.raises(LineUnreachableError):
        stage.line.reply(kept, HELLO)
    stage.line.reply(kept, HELLO)
    stage.break_next("reply", done=True)
    with pytest.raises(LineUnreachableError):
        stage.line.reply(used, HELLO)
    with pytest.raises(LineError):
        stage.line.reply(used, HELLO)
    assert stage.received(ada) == HELLO * 2


def test_nobody_gets_a_multicast_to_somebody_who_is_not_there(stage: Stage) -> None:
    ada, same = stage.person(), key()
    with pytest.raises(LineError) as refused:
        stage.line.multicast([ada, unknown(stage)], HELLO, same)
    assert refused.value.status == 400
    assert stage.received(ada) == []
    stage.line.multicast([ada], HELLO, same)
    assert stage.received(ada) == HELLO, "a refused call does not use up its key"


def test_a_push_to_somebody_who_is_not_there_is_refused(stage: Stage) -> None:
    with pytest.raises(LineError) as refused:
        stage.line.push(unknown(stage), HELLO, key())
    assert refused.value.status == 400


@pytest.mark.parametrize("count", [0, 6])
def test_one_to_five_messages_are_sent_together(stage: Stage, count: int) -> None:
    ada = stage.person()
    token = stage.token(ada)
    for call in (
        lambda: stage.line.reply(token, HELLO * count),
        lambda: stage.line.push(ada, HELLO * count, key()),
        lambda: stage.line.multicast([ada], HELLO * count, key()),
    ):
        with pytest.raises(LineError) as refused:
            call()
        assert refused.value.status == 400
    assert stage.received(ada) == []
    stage.line.reply(token, HELLO * 5)
    assert stage.received(ada) == HELLO * 5, "a refused reply does not use up its token"


def test_a_multicast_goes_to_500_people_at_most(stage: Stage) -> None:
    ada = stage.person()
    for people in ([], [ada] * 501):
        with pytest.raises(LineError) as refused:
            stage.line.multicast(people, HELLO, key())
        assert refused.value.status == 400
    assert stage.received(ada) == []


def test_a_profile_has_a_language(stage: Stage) -> None:
    assert stage.line.language(stage.person("zh-TW")) == "zh-TW"
    with pytest.raises(LineError) as refused:
        stage.line.language(unknown(stage))
    assert refused.value.status == 404


def test_the_account_and_its_quota_are_told(stage: Stage) -> None:
    account = stage.line.account()
    assert account.user_id.startswith("U")
    assert account.basic_id.startswith("@")
    assert stage.line.quota() == ToldQuota(None, 0)
    stage.limit(200)
    assert stage.line.quota() == ToldQuota(200, 0)


def test_a_group_is_left_once(stage: Stage) -> None:
    group = stage.group()
    stage.line.leave("group", group)
    with pytest.raises(LineError) as refused:
        stage.line.leave("group", group)
    assert refused.value.status == 404


def test_dots_are_shown(stage: Stage) -> None:
    stage.line.show_loading(stage.person(), 20)
