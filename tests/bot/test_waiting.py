"""Answers that take long, while time and people go on."""

import threading

import pytest
from sqlalchemy import select

from bot import waiting
from bot.delivery import DELIVER
from bot.line_client import LineUnreachableError, Quota
from bot.loading import AT_ONCE, Loading
from bot.quota import note_exhausted, note_quota
from bot.waiting import TELL_WAITING
from bot.webhook import keep_events
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, reading, transaction
from factcheck.models import InboxEvent
from factcheck.ports import Hit, SearchQuery
from factcheck.worker import Worker
from tests.bot.chatting import Chatting, words
from tests.conftest import MovableClock
from tests.factcheck.world import wait_until
from tests.fakes.line import RecordingLine
from tests.fakes.search import FakeSearch

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
REPLY = "No: the blood's pH hardly changes."


@pytest.fixture
def slow(chat: Chatting) -> Chatting:
    """The search is away, and a worker looks after those who wait."""
    chat.publish(CLAIM, REPLY)
    chat.search.available = False
    with transaction(chat.factory) as session:
        waiting.ensure_scheduled(session, now=chat.clock())
        waiting.ensure_scheduled(session, now=chat.clock())  # a second worker starts
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
        note_quota(session, Quota(limit=200, used=195), now=slow.clock())
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


def test_t04_the_note_comes_although_every_thread_hangs_in_the_search(factory: SessionFactory) -> None:
    clock, search = MovableClock(), HangingSearch()
    clock.now = utc_now()
    chat = Chatting(factory, clock, search)
    worker = Worker(factory, chat.handlers, threads=2, express=(DELIVER, TELL_WAITING), clock=clock)
    people = [
        chat.event("message", f"U{n}", message={"type": "text", "id": str(n), "text": f"{CLAIM} {n}"}) for n in range(3)
    ]
    with transaction(factory) as session:
        keep_events(session, people, now=clock())
        waiting.ensure_scheduled(session, now=clock())
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert search.hanging.acquire(timeout=20)
        assert search.hanging.acquire(timeout=20)  # both threads
        clock.advance(seconds=35)
        wait_until(lambda: len(chat.line.sent) == 3)
        assert all("still looking" in words(messages) for _, _, messages in chat.line.sent)
        with reading(factory) as session:
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
