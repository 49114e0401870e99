"""The kinds of jobs, and the planning of those that come again.

Modules declare their kinds (`job_kinds`); `bot.worker` puts them together. Exactly one job of each kind that comes
again is planned: by a starting worker, or in the transaction that ends the job before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.jobs import queue, runs
from factcheck.jobs.queue import Effects, Handler
from factcheck.models import JobState

UNTIRING = 1_000
"""Tries of a job that comes again, at least ten days' worth: it should recover by itself once a full disk, say, was
emptied."""


class Next(Enum):
    AT_ONCE = "at once"
    """Effects return this when there is more to do already."""


@dataclass(frozen=True)
class JobKind:
    name: str
    """The name in the database, which must not change."""
    handler: Handler
    every: timedelta | None = None
    """The pause between two; None: it runs only when asked for."""
    priority: int = queue.BACKGROUND
    """For the jobs planned here."""
    is_keyed: bool = False
    """A job added by hand and the planned one do not run at the same time."""
    is_due_at_start: bool = False
    """A starting worker does not wait for the planned time."""
    is_express: bool = False
    """It never waits for the search or the model, and has one more thread."""
    is_apart: bool = False
    """It may take minutes: threads of its own do it, and no other, so that nothing else waits."""


def plan(session: Session, kinds: Iterable[JobKind], *, now: datetime) -> None:
    """Call it when a worker starts; two may start at once."""
    for kind in kinds:
        if kind.every is None:
            continue
        runs.note_planned(session, kind.name, kind.every, now=now)
        if queue.lock_and_count(session, kind.name, JobState.READY, JobState.RUNNING) == 0:
            _add(session, kind, now=now)
        if kind.is_due_at_start:
            queue.bring_forward(session, kind.name, now=now)


def bring_forward(session: Session, kind: str, *, now: datetime) -> None:
    """Makes the planned job of a keyed kind due. Where it runs already, or nobody has planned it, one more follows.

    It waits for nobody, for its callers hold locks of their own, each in another order. So two at once may add one
    each: they run one after the other, and only the last plans the next. And who finds the planned job in somebody
    else's hands leaves it: that one makes it due, or begins it. What comes too late for it waits until the next.
    """
    if queue.is_waiting(session, kind):
        queue.hasten(session, kind, now=now)
    else:
        queue.enqueue(session, kind, {}, now=now, key=kind, max_attempts=UNTIRING)


def handlers_of(kinds: Iterable[JobKind], clock: Clock) -> dict[str, Handler]:
    """Makes the handlers by name; those of kinds that come again also plan the next job. Raises ValueError for two
    kinds of one name."""
    found: dict[str, Handler] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds of jobs are called {kind.name!r}")
        found[kind.name] = kind.handler if kind.every is None else _coming_again(kind, kind.every, clock)
    return found


def _coming_again(kind: JobKind, every: timedelta, clock: Clock) -> Handler:
    def handle(payload: dict[str, Any]) -> Effects:
        effects = kind.handler(payload)

        def effects_and_next(session: Session) -> None:
            pause = timedelta(0) if effects(session) is Next.AT_ONCE else every
            runs.note_done(session, kind.name, every, now=clock())
            # The job that ran is still RUNNING. A READY one was added by hand meanwhile and takes its place.
            if queue.lock_and_count(session, kind.name, JobState.READY) == 0:
                _add(session, kind, now=clock(), delay=pause)

        return effects_and_next

    return handle


def _add(session: Session, kind: JobKind, *, now: datetime, delay: timedelta = timedelta(0)) -> None:
    key = kind.name if kind.is_keyed else None
    queue.enqueue(session, kind.name, {}, now=now, key=key, priority=kind.priority, delay=delay, max_attempts=UNTIRING)
