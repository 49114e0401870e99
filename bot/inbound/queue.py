"""The jobs that handle stored events, in the order of their chat."""

from datetime import datetime

from sqlalchemy.orm import Session

from factcheck.jobs import queue

HANDLE_EVENT = "handle_event"
GIVE_UP_EVENT = "give_up_event"

DEATHS = 10
"""How often in a row a worker may die of an event. With the lease of 15 s that takes two and a half minutes, and delays
the other threads' jobs, too; a worker killed for other reasons rarely meets the same event twice. Failed tries count
apart; those while the index or the model is away do not count."""


def have_handled(session: Session, event_id: str, chat_id: str, *, now: datetime) -> None:
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
