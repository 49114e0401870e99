"""Groups and rooms: how the bot comes and goes."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.groups.leave import LEAVE_CHAT
from bot.line.client import LineError, LineUnreachableError
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    Delivery,
    Group,
    GroupMatch,
    Job,
)
from factcheck.services.groups import has_left_since, note_joined, note_left, note_present
from tests.bot.chatting import words
from tests.bot.group_chatting import CLAIM, GROUP, GroupChat
from tests.conftest import MovableClock


def test_joining_again_is_greeted_again_but_a_repeated_event_is_not(group: GroupChat, clock: MovableClock) -> None:
    assert "I am Factline" in words(group.chat.send(group.event("join", person=None)))
    assert group.chat.send(group.event("join", person=None)) == []
    clock.advance(minutes=1)
    group.chat.send(group.event("leave", person=None))
    clock.advance(minutes=1)
    assert group.chat.send(group.event("join", person=None))
    assert group.usage() == [("joined", "group", ""), ("joined", "group", ""), ("left", "group", "")]


def test_leaving_forgets_what_was_heard_and_cancels_what_was_to_be_said(group: GroupChat, clock: MovableClock) -> None:
    group.known()
    group.chat.send(group.event("join", person=None))
    group.chat.line.failures = [LineUnreachableError("refused", maybe_sent=False)]
    group.say(CLAIM)
    assert group.count(GroupMatch) == 1
    group.chat.send(group.event("leave", person=None))
    clock.advance(seconds=20)
    group.chat.worker.run_due_jobs()
    assert group.count(GroupMatch) == 0
    with read_only(group.chat.factory) as session:
        assert session.get_one(Group, GROUP).left_at is not None
        assert session.scalars(select(Delivery.state).order_by(Delivery.id)).all() == ["SENT", "CANCELLED"]
    assert len(group.chat.line.sent) == 1


def test_events_of_before_the_bot_left_are_not_answered(group: GroupChat, clock: MovableClock) -> None:
    group.known()
    early = group.text(CLAIM)
    clock.advance(seconds=1)
    group.chat.send(group.event("leave", person=None))
    assert group.chat.send(early) == []


def test_when_the_bot_is_there(factory: SessionFactory, clock: MovableClock) -> None:
    times = [clock.now]
    for _ in range(5):
        clock.advance(minutes=1)
        times.append(clock.now)
    with transaction(factory) as session:
        assert not has_left_since(session, "C", at=times[0])
        note_present(session, "C", "group")
        assert note_joined(session, "C", "group", at=times[1]), "the join event came after a message"
        assert not note_left(session, "C", "group", at=times[0]), "an old leave event"
        assert note_left(session, "C", "group", at=times[3])
        assert not note_left(session, "C", "group", at=times[3])
        assert not note_joined(session, "C", "group", at=times[2]), "an old join event"
        assert has_left_since(session, "C", at=times[2])
        assert has_left_since(session, "C", at=times[3])
        assert not has_left_since(session, "C", at=times[4]), "it must have been brought back"
        note_present(session, "C", "group")
        assert session.get_one(Group, "C").left_at is None
        assert note_left(session, "Cnew", "group", at=times[0])
        assert note_joined(session, "Cnew", "group", at=times[1])


def test_a_farewell_is_said_before_the_bot_leaves(group: GroupChat, clock: MovableClock) -> None:
    group.chat.line.failures = [LineUnreachableError("refused", maybe_sent=False)]
    assert group.say("bye bye factline") == []
    assert group.chat.line.left == [], "the goodbye could not be sent yet"
    clock.advance(seconds=5)
    group.chat.worker.run_due_jobs()
    assert "Goodbye" in words(group.chat.line.sent[-1][2])
    assert group.chat.line.left == [("group", GROUP)]


def test_a_late_farewell_is_followed_in_silence(group: GroupChat, clock: MovableClock) -> None:
    event = group.text("再見 Factline")
    clock.advance(minutes=5)
    assert group.chat.send(event) == []
    assert group.chat.line.left == [("group", GROUP)]


def test_a_farewell_of_before_the_bot_was_brought_back_is_ignored(group: GroupChat, clock: MovableClock) -> None:
    event = group.text("bye bye factline")
    clock.advance(seconds=5)
    group.chat.send(group.event("join", person=None))
    assert group.chat.send(event) == []
    assert group.chat.line.left == []


@pytest.mark.parametrize("status", [400, 404])
def test_leaving_where_the_bot_is_not_any_more_is_done(group: GroupChat, status: int) -> None:
    group.chat.send(group.event("join", person=None))
    group.chat.line.leave = refuse([LineError(status, "Not found")])  # type: ignore[method-assign]
    group.say("bye bye factline")
    with read_only(group.chat.factory) as session:
        assert session.scalars(select(Job.id).where(Job.kind == LEAVE_CHAT)).all() == []
        assert session.get_one(Group, GROUP).left_at is not None


def test_leaving_is_tried_again(group: GroupChat, clock: MovableClock) -> None:
    left: list[tuple[str, str]] = []
    failures = [LineError(429, "rate"), LineUnreachableError("timeout")]
    group.chat.line.leave = refuse(failures, left)  # type: ignore[method-assign]
    group.say("bye bye factline", group="Rr")
    for _ in range(2):
        with read_only(group.chat.factory) as session:
            assert LEAVE_CHAT in session.scalars(select(Job.kind)).all()
        clock.advance(minutes=1)
        group.chat.worker.run_due_jobs()
    assert left == [("room", "Rr")]


def refuse(failures: list[Any], done: list[tuple[str, str]] | None = None) -> Any:
    def leave(kind: str, chat_id: str) -> None:
        if failures:
            raise failures.pop(0)
        if done is not None:
            done.append((kind, chat_id))

    return leave
