"""The jobs that have stored events handled, those of one chat in the order in which they came."""

from datetime import datetime

from sqlalchemy.orm import Session

from factcheck.jobs import queue

HANDLE_EVENT = "handle_event"
GIVE_UP_EVENT = "give_up_event"

DEATHS = 10
"""How often in a row a worker may die of an event: with the lease of 15 s that takes two and a half minutes, in which
what the other threads had in hand comes late, too. A worker that is killed every few seconds for other reasons rarely
meets the same event twice. Tries that fail count apart (`services.jobs`); those for which the search index or the model
is away do not count: a message waits for them as long as it takes."""


def have_handled(session: Session, event_id: str, chat_id: str, *, now: datetime) -> None:
    """Adds the job that handles an event after what has come in its chat before."""
    queue.enqueue(
        session,
        HANDLE_EVENT,
        {"event_id": event_id},
        now=now,
        key=f"chat:{chat_id or event_id}",
        priority=queue.PEOPLE_WAIT,
        max_deaths=DEATHS,
        last_resort=GIVE_UP_EVENT,
    )
