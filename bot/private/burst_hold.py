"""A message that waits stays in the inbox, not handled, and holds up nothing else in its chat.

It may wait for others (held): the one that it waited for takes it along; should that never happen (it was taken back,
its job is dead, a picture of an album is missing), a job has it handled all the same.

Or for the search index or the model, while they are away: a job without the chat's key looks it up again and again, and
when that works the message gets its turn. So buttons, small talk and commands are answered meanwhile. The messages
that wait so come in their order (and if one is quicker, `bot.understanding.bursts` does with them as with any that LINE
delivers in another order than they were sent).
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.inbound.inbox import Received, load_received, mark_held
from bot.inbound.queue import DEATHS, GIVE_UP_EVENT, have_handled
from bot.private.turn import Turn
from bot.understanding.lookup import look_up
from factcheck.db.session import read_only
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.models import InboxEvent

SETTLE = "settle"
LOOK_AGAIN = "look_again"
FIRST_PAUSE = timedelta(seconds=1)

AFTER_OTHERS = queue.PEOPLE_WAIT + 1
"""Looking something up that is away may take as long as it takes to find that out: who can be answered comes first."""


def hold(turn: Turn, received: Received, wait: timedelta) -> bool:
    """Returns that it is not handled."""
    mark_held(turn.session, received.id, now=turn.now)
    # Without the chat's key: what comes next in the chat must not wait for this job.
    queue.enqueue(turn.session, SETTLE, {"event_id": received.id}, now=turn.now, priority=queue.PEOPLE_WAIT, delay=wait)
    return False


def settle(context: BotContext, event_id: str) -> Effects:
    """If the message still waits for others, it gets its turn in the chat again."""

    def effects(session: Session) -> None:
        row = session.get(InboxEvent, event_id, with_for_update=True)
        if row is not None and row.handled_at is None and row.held_at is not None:
            have_handled(session, event_id, row.chat_id, now=context.clock())

    return effects


def step_aside(session: Session, received: Received, *, now: datetime) -> None:
    """What it must be compared with is away."""
    queue.enqueue(
        session,
        LOOK_AGAIN,
        {"event_id": received.id},
        now=now,
        key=f"aside:{received.event.chat_id}",
        priority=AFTER_OTHERS,
        delay=FIRST_PAUSE,
        max_deaths=DEATHS,
        last_resort=GIVE_UP_EVENT,
    )


def look_again(context: BotContext, event_id: str) -> Effects:
    """If the message can be looked up now, it gets its turn in the chat, where that is done again: what is decided must
    be as new as the turn. Raises what `look_up` raises."""
    with read_only(context.factory) as session:
        received = load_received(session, event_id)
    if received is not None:
        look_up(context, received.event.readable or "")

    def effects(session: Session) -> None:
        if received is not None:
            have_handled(session, event_id, received.event.chat_id, now=context.clock())

    return effects
