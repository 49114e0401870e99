"""What cannot be erased at once, and is within a day: earlier exports, and what files still hold of deleted rows."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, unlogged
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import UNTIRING, JobKind
from factcheck.jobs.worker import RetryJobError
from factcheck.models import JobState

REVISE_EXPORTS, PURGE_INDEX, PURGE_DATABASE = "revise_exports", "purge_index", "purge_database"
DELAY = timedelta(hours=6)
"""So that a day with many erasures has four such runs: each reads all exports and writes the word index anew."""

SOON = timedelta(minutes=1)


def sweep_later(session: Session, *, was_published: bool, now: datetime) -> None:
    """Call it in the transaction that erases."""
    for kind in (PURGE_DATABASE, *((REVISE_EXPORTS, PURGE_INDEX) if was_published else ())):
        if queue.lock_and_count(session, kind, JobState.READY) == 0:
            queue.enqueue(session, kind, {}, now=now, key=kind, delay=DELAY, max_attempts=UNTIRING)


def job_kinds(factory: SessionFactory) -> tuple[JobKind, ...]:
    def purge_database(_payload: dict[str, Any]) -> Effects:
        with factory() as session:
            engine = cast(Engine, session.get_bind())
        if not unlogged(engine):
            raise RetryJobError(SOON, "others are reading the database")
        return no_effects

    return (JobKind(PURGE_DATABASE, purge_database),)
