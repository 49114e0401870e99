"""The job table. Only these functions change a job's state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from factcheck.db.named_lock import lock_name
from factcheck.jobs import statements
from factcheck.jobs.statements import Choice
from factcheck.models import Job, JobState

PEOPLE_WAIT, NOTICES, BACKGROUND = 0, 5, 9
"""Priorities; lower runs first."""

LEASE = timedelta(seconds=15)
"""How long a claimed job stays with its worker without a sign of life. Workers renew it every third of this; a killed
one delays its jobs by 15 s at most, within the minute in which LINE accepts a reply."""

CLOCKS_DIFFER = timedelta(seconds=2)
"""How much the clocks of several machines may."""

BACKOFF_FIRST_SECONDS = 1.0
BACKOFF_MAX_SECONDS = 15 * 60.0

AWAY_MIN, AWAY_MAX = timedelta(seconds=1), timedelta(seconds=32)
"""Bounds of the pause while the index or the model is away, which is otherwise the job's age."""

FAILURES_AT_MOST = 5
"""Tries, over 15 s, of a job with a last resort: LINE then still takes a reply. Deaths of its worker, perhaps not its
fault, count apart (`max_deaths`)."""

FOLLOWING = "factline_following_job"
"""Where a session remembers the job that is to follow at once."""

Effects = Callable[[Session], object]
"""What a job changes, in the transaction that also removes it. The returned value counts only for a job that comes
again (`factcheck.jobs.schedule.Next`)."""


def no_effects(_session: Session) -> None:
    """Changes nothing: the work was done outside of the database, or before."""


Handler = Callable[[dict[str, Any]], Effects]
"""Does a job's outside work (network, model) with no transaction open."""


@dataclass(frozen=True)
class ClaimedJob:
    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    max_attempts: int


@dataclass(frozen=True)
class Kinds:
    """Names some kinds of jobs, or, `others`, those that are left out; without names it is all."""

    names: tuple[str, ...] = ()
    others: bool = False

    @property
    def choice(self) -> Choice:
        if not self.names:
            return Choice.ANY
        return Choice.OTHERS if self.others else Choice.THESE


ALL = Kinds()


def enqueue(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    priority: int = BACKGROUND,
    delay: timedelta = timedelta(0),
    max_attempts: int = 10,
    last_resort: str | None = None,
    max_deaths: int = 10,
    at_once: bool = False,
) -> int:
    """Adds a job in the caller's transaction, so that it exists exactly if its cause does, and returns its id.

    `max_attempts`: tries, failed or cut short by the worker's death, before it is buried. `last_resort`: the kind of
    job that then follows; this one may fail FAILURES_AT_MOST times, and its worker may die `max_deaths` times in a row.
    `at_once`: a worker whose job adds it does it next (`follow`).
    """
    most = max_attempts if last_resort is None else max_deaths
    values = {
        "kind": kind,
        "payload": payload,
        "priority": priority,
        "due_at": now + delay,
        "due_set_at": now,
        "created_at": now,
        "max_attempts": most,
        "last_resort": last_resort,
    }
    in_turn = {} if key is None else {"key": key, "crowd": key}
    statement = statements.ADD_IN_TURN if in_turn else statements.ADD
    added: int = session.execute(statement, values | in_turn).scalar_one()
    if at_once:
        session.info.setdefault(FOLLOWING, ClaimedJob(added, kind, payload, 1, most))
    return added


def claim(session: Session, worker: str, *, now: datetime, kinds: Kinds = ALL) -> ClaimedJob | None:
    """Take the next due job of these kinds, by one statement. Two workers never get the same one: PostgreSQL skips
    locked rows, SQLite lets one writer in at a time."""
    named = {"kinds": list(kinds.names)} if kinds.names else {}
    wanted = {"now": now, "worker": worker, "until": now + LEASE} | named
    while (row := session.execute(statements.CLAIM[kinds.choice], wanted).one_or_none()) is not None:
        if row.leads_crowd:
            session.execute(statements.BRING_FORWARD, {"crowd": row.key})
        if row.attempts <= row.max_attempts:
            return ClaimedJob(row.id, row.kind, row.payload, row.attempts, row.max_attempts)
        # Its worker died each time (failing would have marked it dead), probably because of it.
        job = session.get_one(Job, row.id)
        job.attempts -= 1
        _bury_row(session, job, "The worker died while it did this job.", now)
        session.flush()
    return None


def due(session: Session, wanted: Sequence[Kinds], *, now: datetime) -> list[bool]:
    """Tells for each whether there is something to claim, by one statement and without a lock, so that idle workers do
    not queue up for SQLite's one write lock."""
    named = {f"kinds{n}": list(kinds.names) for n, kinds in enumerate(wanted) if kinds.names}
    statement = statements.due(tuple(kinds.choice for kinds in wanted))
    return [bool(found) for found in session.execute(statement, {"now": now} | named).one()]


def follow(session: Session, worker: str, *, now: datetime) -> ClaimedJob | None:
    """Claims what was enqueued to follow at once; None where nothing was, or others of its key come first."""
    job: ClaimedJob | None = session.info.pop(FOLLOWING, None)
    if job is None:
        return None
    wanted = {"job": job.id, "worker": worker, "until": now + LEASE}
    done: Any = session.execute(statements.FOLLOW, wanted)
    return job if done.rowcount else None


def is_ours(session: Session, job: ClaimedJob, worker: str) -> bool:
    """Locks the job's row and tells whether the worker still has it. False when the lease ran out and another claim
    took it: the effects must then not be kept."""
    return session.scalar(select(Job.locked_by).where(Job.id == job.id).with_for_update()) == worker


def finish(session: Session, job: ClaimedJob, worker: str) -> bool:
    """Removes the job if the worker still has it; False as for `is_ours`."""
    done: Any = session.execute(statements.FINISH, {"job": job.id, "worker": worker})
    return bool(done.rowcount)


def fail(session: Session, job: ClaimedJob, error: str, *, now: datetime, pause: timedelta = timedelta(0)) -> JobState:
    """Put a job back with a growing delay, at least `pause`, or mark it dead after its last attempt."""
    row = session.get_one(Job, job.id)
    failures, most = row.attempts, row.max_attempts
    if row.last_resort is not None:
        row.failures += 1
        failures, most = row.failures, FAILURES_AT_MOST
        row.attempts = 0
    if failures >= most:
        row.attempts = failures
        return bury(session, job, error, now=now)
    row.locked_by = row.locked_until = None
    row.last_error = _storable(error)
    row.state = JobState.READY
    row.due_at, row.due_set_at = now + max(backoff(failures), pause), now
    return JobState.READY


def postpone(session: Session, job: ClaimedJob, until: datetime, reason: str, *, now: datetime) -> JobState:
    """Put a job back until it can work; this attempt does not count."""
    row = session.get_one(Job, job.id)
    row.locked_by = row.locked_until = None
    row.last_error = _storable(reason)
    row.state = JobState.READY
    row.attempts -= 1
    row.due_at, row.due_set_at = until, now
    return JobState.READY


def put_back(session: Session, job: ClaimedJob, error: str, *, now: datetime) -> JobState:
    """Put a job back because the index or the model is away. It never dies of that, and runs within a minute of their
    return."""
    row = session.get_one(Job, job.id)
    row.locked_by = row.locked_until = None
    row.last_error = _storable(error)
    row.state = JobState.READY
    row.attempts = 0
    row.due_at, row.due_set_at = now + min(AWAY_MAX, max(AWAY_MIN, now - row.created_at)), now
    return JobState.READY


def bury(session: Session, job: ClaimedJob, error: str, *, now: datetime) -> JobState:
    """Mark a job dead: it stays for a while (`services.housekeeping`) and no longer holds up others of its key. Its
    last resort follows."""
    _bury_row(session, session.get_one(Job, job.id), error, now)
    return JobState.DEAD


def _bury_row(session: Session, row: Job, error: str, now: datetime) -> None:
    row.locked_by = row.locked_until = None
    row.last_error = _storable(error)
    row.state = JobState.DEAD
    if row.last_resort is not None:  # before what it held up
        enqueue(session, row.last_resort, row.payload, now=now, priority=row.priority - 1)


def _storable(error: str) -> str:
    """Removes what databases refuse, NUL and lone surrogates: an error may quote anything."""
    return error[:2000].replace("\x00", "").encode("utf-8", "replace").decode()


def backoff(attempts: int) -> timedelta:
    """Doubles from 1 s to 15 minutes."""
    return timedelta(seconds=min(BACKOFF_MAX_SECONDS, BACKOFF_FIRST_SECONDS * 2.0 ** (attempts - 1)))


def renew_leases(session: Session, worker: str, *, now: datetime) -> None:
    session.execute(
        update(Job).where(Job.locked_by == worker, Job.state == JobState.RUNNING).values(locked_until=now + LEASE)
    )


def bring_forward(session: Session, kind: str, *, now: datetime) -> None:
    """Makes the waiting jobs of a kind due."""
    waiting = update(Job).where(Job.kind == kind, Job.state == JobState.READY, Job.due_at > now)
    session.execute(waiting.values(due_at=now, due_set_at=now))


def is_waiting(session: Session, kind: str) -> bool:
    """Tells whether a job of a kind waits, due or not; others' uncommitted ones are not seen."""
    waiting = select(Job.id).where(Job.kind == kind, Job.state == JobState.READY)
    return session.scalar(waiting.limit(1)) is not None


def hasten(session: Session, kind: str, *, now: datetime) -> None:
    """Makes the first of the waiting jobs of a kind due, unless somebody else has it in hand: it waits for nobody."""
    later = select(Job.id).where(Job.kind == kind, Job.state == JobState.READY, Job.due_at > now).order_by(Job.id)
    first = later.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    session.execute(
        update(Job)
        .where(Job.id == first)
        .values(due_at=now, due_set_at=now)
        .execution_options(synchronize_session=False)
    )


def survive_clock(session: Session, *, now: datetime) -> None:
    """Makes due what was put off before the clock was set back, and has leases of before run out in time: a worker
    that lives renews its own meanwhile. Call it every few seconds."""
    put_off = update(Job).where(Job.state == JobState.READY, Job.due_set_at > now + CLOCKS_DIFFER, Job.due_at > now)
    session.execute(put_off.values(due_at=now, due_set_at=now))
    too_long = update(Job).where(Job.state == JobState.RUNNING, Job.locked_until > now + LEASE + CLOCKS_DIFFER)
    session.execute(too_long.values(locked_until=now + LEASE))


def bring_lost_forward(session: Session) -> None:
    """Call it now and then: what is behind others of its key waits for their claims, and they may be gone."""
    session.execute(statements.BRING_LOST_FORWARD)


def retry_dead(session: Session, job_id: int | None = None, *, now: datetime) -> int:
    query = select(Job).where(Job.state == JobState.DEAD)
    jobs = session.scalars(query if job_id is None else query.where(Job.id == job_id)).all()
    for job in jobs:
        job.state, job.attempts, job.failures = JobState.READY, 0, 0
        job.due_at = job.due_set_at = now
    return len(jobs)


def drop_dead(session: Session, job_id: int) -> bool:
    job = session.get(Job, job_id)
    if job is None or job.state != JobState.DEAD:
        return False
    session.delete(job)
    return True


def lock_and_count(session: Session, kind: str, *states: JobState) -> int:
    """Counts the jobs of a kind. Nobody else counts that kind until the transaction ends, so that two starting workers
    do not both plan a job."""
    lock_name(session, f"jobs: {kind}")
    query = select(func.count()).select_from(Job).where(Job.kind == kind, Job.state.in_(states))
    return session.scalar(query) or 0


def counts(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    return {(kind, state): number for kind, state, number in rows}


def oldest_due_age(session: Session, *, now: datetime) -> float:
    """Measures seconds; 0 when none is due."""
    oldest = session.scalar(select(func.min(Job.due_at)).where(Job.state == JobState.READY, Job.due_at <= now))
    return (now - oldest).total_seconds() if oldest else 0.0
