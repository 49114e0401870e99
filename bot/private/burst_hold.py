"""Holding a message until the rest of its burst has come. Nothing else in its chat waits. The last message of the burst
takes it along; should that never happen, a job has it handled."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.inbound.inbox import Received, mark_held
from bot.inbound.queue import have_handled
from bot.private.turn import Turn
from bot.understanding.bursts import Message
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.models import InboxEvent

SETTLE = "settle"


def as_message(received: Received) -> Message:
    event = received.event
    at = event.at or received.received_at
    return Message(at, received.held_at, received.handled, event.message_id or "", event.image_set)


def hold(turn: Turn, received: Received, wait: timedelta) -> bool:
    """Hold the message for at most `wait`. Returns False: it is not handled yet (`Speak`)."""
    mark_held(turn.session, received.id, now=turn.now)
    # No key of the chat: what comes next in it must not wait for this job.
    queue.enqueue(turn.session, SETTLE, {"event_id": received.id}, now=turn.now, priority=queue.PEOPLE_WAIT, delay=wait)
    return False


def settle(context: BotContext, event_id: str) -> Effects:
    def effects(session: Session) -> None:
        row = session.get(InboxEvent, event_id, with_for_update=True)
        if row is not None and row.handled_at is None and row.held_at is not None:
            have_handled(session, event_id, row.chat_id, now=context.clock())

    return effects
