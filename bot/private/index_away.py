"""A message that came while the search index or the model is away. It steps out of the row of its chat: a job without
the chat's key looks it up again and again, and when that works the message gets its turn. So buttons, small talk and
commands are answered meanwhile.

Messages of one chat that step aside come in their order. If one is quicker, `bot.understanding.bursts` does with them
as with any that LINE delivers in another order than they were sent.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.inbound.inbox import Received, load_received
from bot.inbound.queue import DEATHS, GIVE_UP_EVENT, have_handled
from bot.understanding.lookup import look_up
from factcheck.db.session import read_only
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects

LOOK_AGAIN = "look_again"
FIRST_PAUSE = timedelta(seconds=1)

AFTER_OTHERS = queue.PEOPLE_WAIT + 1
"""Looking something up that is away may take as long as it takes to find that out: who can be answered comes first."""


def step_aside(session: Session, received: Received, *, now: datetime) -> None:
    """Have a message looked up later, since what it must be compared with is away."""
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
    """If the message can be looked up now, give it its turn in the chat, where that is done again: what is decided must
    be as new as the turn. Raises what `look_up` raises."""
    with read_only(context.factory) as session:
        received = load_received(session, event_id)
    if received is not None:
        look_up(context, received.event.readable or "")

    def effects(session: Session) -> None:
        if received is not None:
            have_handled(session, event_id, received.event.chat_id, now=context.clock())

    return effects
