"""A message that came while the search index or the model is away. It steps out of the row of its chat, so that
buttons, small talk and commands are answered meanwhile; a job without the chat's key gives it its turn when it can be
looked up. `bot.understanding.bursts` sorts out another order."""

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
"""Finding out that something is away may take long: people who can be answered come first."""


def step_aside(session: Session, received: Received, *, now: datetime) -> None:
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
    """Look the message up to see whether it can have its turn; there it is looked up again, to be as new as the turn.
    Raises what `look_up` raises."""
    with read_only(context.factory) as session:
        received = load_received(session, event_id)
    if received is not None:
        look_up(context, received.event.readable or "")

    def effects(session: Session) -> None:
        if received is not None:
            have_handled(session, event_id, received.event.chat_id, now=context.clock())

    return effects
