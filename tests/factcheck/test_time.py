"""A clock that is set back, a machine that sleeps for a day, and daylight saving: nobody waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select

from bot.outbound.sender import Lock
from factcheck.counts import SharedStorage
from factcheck.dataset.cell_formats import moment
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind, handlers_of, plan
from factcheck.jobs.worker import PostponeJobError, Worker
from factcheck.models import Job, JobState, WorkerSign
from factcheck.services import health
from tests.conftest import MovableClock

HOUR = timedelta(hours=1)


def add(factory: SessionFactory, clock: MovableClock, **options: Any) -> None:
    with transaction(factory) as session:
        queue.enqueue(session, "work", {}, now=clock(), **options)


def claim(factory: SessionFactory, clock: MovableClock, worker: str) -> queue.ClaimedJob | None:
    with transaction(factory) as session:
        queue.survive_clock(session, now=clock())
        return queue.claim(session, worker, now=clock())


def fail(factory: SessionFactory, clock: MovableClock) -> None:
    job = claim(factory, clock, "w")
    assert job is not None
    with transaction(factory) as session:
        queue.fail(session, job, "no", now=clock(), pause=HOUR / 4)


def postpone(factory: SessionFactory, clock: MovableClock) -> None:
    job = claim(factory, clock, "w")
    assert job is not None
    with transaction(factory) as session:
        queue.postpone(session, job, clock() + HOUR, "later", now=clock())


def nothing(_factory: SessionFactory, _clock: MovableClock) -> None:
    """The job was added a moment before."""


@pytest.mark.parametrize("before", [nothing, fail, postpone])
def test_what_waits_is_done_at_once_when_the_clock_is_set_back(
    factory: SessionFactory,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    before: Callable[[SessionFactory, MovableClock], None],
) -> None:
    done = threading.Event()

    def handle(_payload: dict[str, Any]) -> Effects:
        done.set()
        return no_effects

    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.3))  # and so the pause between two looks
    add(factory, clock)
    before(factory, clock)
    clock.advance(seconds=-3600)
    worker = Worker(factory, {"work": handle}, threads=1, clock=clock)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        assert done.wait(20)
    finally:
        worker.stop()
        running.join()


def test_what_is_put_off_after_the_change_keeps_its_time(factory: SessionFactory, clock: MovableClock) -> None:
    clock.advance(seconds=-3600)
    add(factory, clock, delay=timedelta(minutes=5))
    clock.advance(seconds=-1)  # as between two machines
    assert claim(factory, clock, "w") is None
    clock.advance(minutes=5, seconds=1)
    assert claim(factory, clock, "w") is not None


def test_a_dead_workers_job_is_taken_over_and_a_living_ones_is_not(
    factory: SessionFactory, clock: MovableClock
) -> None:
    add(factory, clock)
    add(factory, clock)
    dead, living = claim(factory, clock, "dead"), claim(factory, clock, "living")
    assert dead is not None
    assert living is not None
    clock.advance(seconds=-3600)
    assert claim(factory, clock, "other") is None
    for _ in range(3):
        clock.advance(seconds=queue.LEASE.total_seconds() / 3 + 0.1)
        with transaction(factory) as session:
            queue.renew_leases(session, "living", now=clock())
    taken = claim(factory, clock, "other")
    assert taken is not None
    assert taken.id == dead.id
    assert claim(factory, clock, "other") is None


def test_a_worker_of_before_is_not_taken_for_alive(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        session.add(WorkerSign(id="w", host="h", started_at=clock(), seen_at=clock()))
    with read_only(factory) as session:
        assert health.workers_alive(session, now=clock()) == 1
        assert health.workers_alive(session, now=clock() - HOUR) == 0


def test_what_is_shut_for_a_minute_is_not_shut_for_an_hour(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock()
    lock.shut(clock(), None)
    with pytest.raises(PostponeJobError):
        lock.check(clock())
    lock.check(clock() - HOUR)
    storage, two = SharedStorage(), RateLimitItemPerMinute(2)
    monkeypatch.setattr(storage, "clock", clock)
    counts = FixedWindowRateLimiter(storage)
    assert [counts.hit(two, "a") for _ in range(3)] == [True, True, False]
    clock.advance(seconds=-3600)
    assert [counts.hit(two, "a") for _ in range(3)] == [True, True, False]


def test_after_a_day_asleep_all_is_done_once(factory: SessionFactory, clock: MovableClock) -> None:
    """The machine sleeps in the midst of a job; what comes every ten minutes has been missed 144 times."""
    runs: list[datetime] = []
    work: list[datetime] = []
    slept: list[bool] = []

    def sleeps(_payload: dict[str, Any]) -> Effects:
        if not slept:
            slept.append(True)
            clock.advance(days=1)
            worker.run_one()  # another thread wakes first
        return lambda _session: work.append(clock())

    kinds = (
        JobKind("work", sleeps),
        JobKind("often", lambda _payload: lambda _session: runs.append(clock()), every=timedelta(minutes=10)),
    )
    worker = Worker(factory, handlers_of(kinds, clock), clock=clock)
    add(factory, clock, priority=queue.PEOPLE_WAIT)
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    worker.run_due_jobs()
    assert (len(work), len(runs)) == (1, 1)
    with read_only(factory) as session:
        [left] = session.scalars(select(Job))
    assert (left.kind, left.state, left.due_at) == ("often", JobState.READY, clock() + timedelta(minutes=10))


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_hour_that_comes_twice_is_two_hours(factory: SessionFactory, clock: MovableClock) -> None:
    """Of the machine's zone nothing is read; that no code asks for it, `ruff` checks (DTZ)."""
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert time.localtime(first.timestamp())[3:5] == time.localtime((first + HOUR).timestamp())[3:5] == (2, 30)
    clock.now = first
    add(factory, clock, delay=HOUR)
    assert claim(factory, clock, "w") is None
    clock.now = first + HOUR - timedelta(seconds=1)
    assert claim(factory, clock, "w") is None
    clock.now = first + HOUR
    assert claim(factory, clock, "w") is not None
    with read_only(factory) as session:
        [due] = session.scalars(select(Job.due_at))
    assert (due, moment(due)) == (first + HOUR, "2026-10-25T01:30:00.000Z")
