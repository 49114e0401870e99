"""A message that waits for others stays in the inbox, not handled. The one that it waited for takes it along; should
that never happen (it was taken back, its job is dead, a picture of an album is missing), a job has it handled all the
same."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.chat import Turn
from bot.context import BotContext
from bot.inbox import Received, mark_held
from bot.webhook import ATTEMPTS, HANDLE_EVENT
from factcheck.models import InboxEvent
from factcheck.services import jobs
from factcheck.services.jobs import Effects

SETTLE = "settle"


def hold(turn: Turn, received: Received, wait: timedelta) -> bool:
    """Returns that it is not handled."""
    mark_held(turn.session, received.id, now=turn.now)
    # Without the chat's key: what comes next in the chat must not wait for this job.
    jobs.enqueue(turn.session, SETTLE, {"event_id": received.id}, now=turn.now, priority=jobs.PEOPLE_WAIT, delay=wait)
    return False


def settle(context: BotContext, event_id: str) -> Effects:
    """If the message still waits, it gets its turn in the chat again."""

    def effects(session: Session) -> None:
        row = session.get(InboxEvent, event_id, with_for_update=True)
        if row is None or row.handled_at is not None or row.held_at is None:
            return
        jobs.enqueue(
            session,
            HANDLE_EVENT,
            {"event_id": event_id},
            now=context.clock(),
            key=f"chat:{row.chat_id or event_id}",
            priority=jobs.PEOPLE_WAIT,
            max_attempts=ATTEMPTS,
        )

    return effects
