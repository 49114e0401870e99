"""Successes of the jobs that come again, so that somebody can see which one has stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.models import Job, JobRun, JobState

PATIENCE = timedelta(minutes=10)
"""A worker may be busy, or be started anew."""

FORGOTTEN = timedelta(days=7)
"""How long after it should have run a kind is shown of which no job is planned: a release may have done without it."""


def note_planned(session: Session, kind: str, every: timedelta, *, now: datetime) -> None:
    """Notes that there is such a kind. Call it when a worker starts."""
    seconds = int(every.total_seconds())
    row = insert(session, JobRun).values(kind=kind, every_seconds=seconds, planned_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["kind"], set_={"every_seconds": seconds}))


def note_done(session: Session, kind: str, every: timedelta, *, now: datetime) -> None:
    """Notes a success, in the transaction of its effects."""
    changes = {"every_seconds": int(every.total_seconds()), "done_at": now}
    row = insert(session, JobRun).values(kind=kind, planned_at=now, **changes)
    session.execute(row.on_conflict_do_update(index_elements=["kind"], set_=changes))


@dataclass(frozen=True)
class Recurring:
    kind: str
    every: timedelta
    done_at: datetime | None
    is_late: bool
    error: str = ""
    """Why the planned one was put off, if it was."""


def recurring(session: Session, *, now: datetime) -> Sequence[Recurring]:
    """Lists the kinds, those that are late first."""
    planned = select(Job.kind, func.max(Job.last_error)).where(Job.state != JobState.DEAD).group_by(Job.kind)
    errors = dict(session.execute(planned).all())
    rows = session.scalars(select(JobRun).order_by(JobRun.kind))
    found = [_judged(row, errors, now) for row in rows if row.kind in errors or not _is_forgotten(row, now)]
    return sorted(found, key=lambda one: not one.is_late)


def _judged(row: JobRun, errors: dict[str, str | None], now: datetime) -> Recurring:
    every = timedelta(seconds=row.every_seconds)
    return Recurring(row.kind, every, row.done_at, _due_at(row) < now - PATIENCE, errors.get(row.kind) or "")


def _due_at(row: JobRun) -> datetime:
    return (row.done_at or row.planned_at) + timedelta(seconds=row.every_seconds)


def _is_forgotten(row: JobRun, now: datetime) -> bool:
    return _due_at(row) < now - FORGOTTEN
