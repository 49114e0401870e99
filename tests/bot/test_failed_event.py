"""An event that breaks the code, or kills the worker, each time."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.buttons.state import Question
from bot.inbound import still_working
from bot.inbound.queue import DEATHS, GIVE_UP_EVENT, HANDLE_EVENT
from bot.inbound.webhook import store_events
from bot.private import question_pressed
from bot.private.turn import Turn
from factcheck.db.session import read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.schedule import plan
from factcheck.jobs.worker import Crew
from factcheck.matching.decide.decision import Outcome
from factcheck.models import InboxEvent, Job, JobState
from factcheck.ports import Hit, SearchQuery
from factcheck.services import erasure
from tests.bot.chatting import Chatting, words
from tests.bot.deciding import decided

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
REPLY = "No: the blood's pH hardly changes."
BAD = "From tomorrow on every bicycle in town needs two bells, otherwise the police will take it away at once!"
SORRY = "I am sorry, I could not look at this message: something went wrong here. Please try again later."


@pytest.fixture
def broken(chat: Chatting, monkeypatch: pytest.MonkeyPatch) -> Chatting:
    """Looking up BAD is a defect; everything else works, and who waits long is told so."""
    candidates = chat.search.candidates

    def search(query: SearchQuery) -> list[Hit]:
        if "bells" in query.text:
            raise KeyError(query.text)
        return candidates(query)

    monkeypatch.setattr(chat.search, "candidates", search)
    chat.publish(CLAIM, REPLY)
    with transaction(chat.factory) as session:
        plan(session, still_working.job_kinds(chat.context), now=chat.clock())
    return chat


def wait(chat: Chatting, seconds: float, step: float = 1) -> list[tuple[str, str]]:
    """(way, text or alternative text) of what is sent while time passes."""
    before = len(chat.line.sent)
    for _ in range(round(seconds / step)):
        chat.clock.advance(seconds=step)
        chat.worker.run_due_jobs()
    return [(way, messages[0].get("text") or messages[0]["altText"]) for way, _, messages in chat.line.sent[before:]]


def text(chat: Chatting, said: str, user: str = "Ua", **extra: Any) -> dict[str, Any]:
    return chat.event("message", user, message={"type": "text", "id": "m1", "text": said}, **extra)


def left(chat: Chatting) -> list[tuple[str, JobState]]:
    with read_only(chat.factory) as session:
        kinds = Job.kind.in_((HANDLE_EVENT, GIVE_UP_EVENT))
        return [(job.kind, JobState(job.state)) for job in session.scalars(select(Job).where(kinds).order_by(Job.id))]


def events(chat: Chatting) -> list[InboxEvent]:
    with read_only(chat.factory) as session:
        return list(session.scalars(select(InboxEvent).order_by(InboxEvent.received_at)))


def test_its_sender_is_told_once_and_the_chat_goes_on(broken: Chatting) -> None:
    assert broken.send(text(broken, BAD)) == []
    assert broken.send(broken.event("postback", postback={"data": "2:settings"})) == [], "in its order"
    [sorry, settings] = wait(broken, 20)
    assert sorry == ("reply", SORRY)
    assert "Settings" in settings[1]
    assert REPLY in words(broken.say(CLAIM))
    assert wait(broken, 24 * 3600, 600) == []
    [event, *_] = events(broken)
    assert event.handled_at is not None
    assert event.payload is None
    assert left(broken) == [(HANDLE_EVENT, JobState.DEAD)]


def test_sent_again_when_it_works_it_is_answered(broken: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.send(text(broken, BAD))
    wait(broken, 20)
    monkeypatch.undo()
    with decided(Outcome.UNKNOWN):
        assert "May we publish" in words(broken.say(BAD))


def test_a_defect_that_passes_is_not_spoken_of(broken: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.send(text(broken, BAD))
    wait(broken, 5)
    monkeypatch.undo()
    with decided(Outcome.UNKNOWN):
        [(_, said)] = wait(broken, 60)
    assert "May we publish" in said


def test_they_are_told_in_their_language(broken: Chatting) -> None:
    broken.line.languages["Ua"] = "zh-TW"
    broken.say(CLAIM)
    broken.send(text(broken, BAD))
    [(_, said)] = wait(broken, 20)
    assert "沒辦法查這則訊息" in said


def test_a_reply_token_that_is_too_old_is_not_used(broken: Chatting) -> None:
    broken.search.available = False
    broken.send(text(broken, f"{CLAIM} Is it the lemon or the water?"))
    assert [way for way, _ in wait(broken, 60)] == ["reply"], "it takes longer"
    broken.search.available = True

    def breaks(_query: SearchQuery) -> list[Hit]:
        raise ValueError

    broken.search.candidates = breaks  # type: ignore[method-assign]
    assert wait(broken, 120) == [("push", SORRY)]


def test_a_press_that_breaks_is_spoken_of(broken: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    with decided(Outcome.CHOOSE):
        [*_, offered] = broken.say("The mayor will move the market to the river from next month on, says my neighbour.")

    def breaks(_turn: Turn, _question: Question, _choice: str) -> None:
        raise ValueError

    breaking = question_pressed.Answer(object, breaks)
    monkeypatch.setattr(question_pressed, "ANSWERS", dict.fromkeys(question_pressed.ANSWERS, breaking))
    assert broken.press([offered], "None of these") == []
    [(way, said)] = wait(broken, 20)
    assert (way, said[:40]) == ("reply", "I am sorry, that did not work: something")


def test_groups_the_blocked_and_what_was_taken_back_are_not_spoken_of(broken: Chatting) -> None:
    object.__setattr__(broken.context, "blocked_users", frozenset({"Ub"}))
    group = {"type": "group", "groupId": "C1", "userId": "Ua"}
    broken.send(
        text(broken, f"@factline {BAD}", source=group),
        text(broken, BAD, "Ub"),
        text(broken, BAD, "Uc"),
        broken.event("unsend", "Uc", unsend={"messageId": "m1"}),
        text(broken, BAD, "Ud", mode="standby"),
    )
    assert wait(broken, 60) == []
    assert None not in [event.handled_at for event in events(broken)]
    assert left(broken) == [(HANDLE_EVENT, JobState.DEAD)], "the one of the group was given up"


def test_a_message_that_kills_each_worker_ends_after_some_minutes(broken: Chatting) -> None:
    with transaction(broken.factory) as session:
        store_events(session, [text(broken, BAD), text(broken, CLAIM, "Ub")], now=broken.clock())
    for death in range(DEATHS):
        with transaction(broken.factory) as session:
            job = queue.claim(session, f"worker {death}", now=broken.clock(), kinds=queue.Kinds((HANDLE_EVENT,)))
            assert job is not None
            assert job.attempts == death + 1
        broken.clock.advance(seconds=queue.LEASE.total_seconds() + 1)
    broken.worker.run_due_jobs()
    assert ("push", "Ua", SORRY) in [(way, to, messages[0].get("text")) for way, to, messages in broken.line.sent]
    assert any(REPLY in words(messages) for _, _, messages in broken.line.sent)
    assert left(broken) == [(HANDLE_EVENT, JobState.DEAD)]


def test_a_worker_that_dies_between_giving_up_and_saying_so(broken: Chatting) -> None:
    broken.send(text(broken, BAD))
    for _ in range(20):
        broken.clock.advance(seconds=1)
        broken.worker.run_one(Crew("one", 1, queue.Kinds((HANDLE_EVENT,))))
    assert left(broken) == [(HANDLE_EVENT, JobState.DEAD), (GIVE_UP_EVENT, JobState.READY)]
    with transaction(broken.factory) as session:  # taken by a worker that is killed
        assert queue.claim(session, "killed", now=broken.clock(), kinds=queue.Kinds((GIVE_UP_EVENT,))) is not None
    assert [said for _, said in wait(broken, 20)][1:] == [SORRY], "after the note that it takes long"
    assert wait(broken, 60) == []


def test_what_was_deleted_meanwhile_is_not_spoken_of(broken: Chatting) -> None:
    broken.say(CLAIM)
    broken.send(text(broken, BAD))
    user, now = broken.user(), broken.clock()
    with transaction(broken.factory) as session:
        person = session.merge(user)
        erasure.erase_person_messages(session, person, now=now, received_until=now)
    assert wait(broken, 60) == []


def test_nothing_that_was_written_stays_in_jobs(broken: Chatting) -> None:
    broken.send(text(broken, BAD))
    wait(broken, 20)
    with read_only(broken.factory) as session:
        kept = "".join(f"{job.last_error} {job.payload}" for job in session.scalars(select(Job)))
    assert "KeyError at " in kept
    assert "bells" not in kept
