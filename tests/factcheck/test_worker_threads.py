"""The worker's loops: several threads, several workers, stopping, signs of life."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.worker import Worker
from factcheck.models import JobState, WorkerSign
from tests.conftest import MovableClock
from tests.factcheck.test_worker import adds_app, apps, enqueue, job_row, no_jobs
from tests.waiting import PATIENCE_SECONDS, wait_until


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.jobs.worker.TROUBLE_SECONDS", 0.05)


@contextmanager
def running(worker: Worker) -> Iterator[threading.Thread]:
    """The worker's loops, in a thread; stopped at the end."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


class SlowWork:
    """A job that takes until the test says so."""

    def __init__(self) -> None:
        self.started, self.go_on, self.calls = threading.Event(), threading.Event(), 0

    def __call__(self, payload: dict[str, Any]) -> Effects:
        self.calls += 1
        self.started.set()
        assert self.go_on.wait(PATIENCE_SECONDS)
        return adds_app(payload)


def test_two_workers_with_four_threads_each_do_every_job_once(factory: SessionFactory) -> None:
    total = 200
    done: Counter[str] = Counter()
    lock = threading.Lock()

    def handle(payload: dict[str, Any]) -> Effects:
        with lock:
            done[payload["name"]] += 1
        return adds_app(payload)

    with transaction(factory) as session:
        for number in range(total):
            key = f"chat:{number % 20}" if number % 2 else None
            queue.enqueue(session, "work", {"name": f"job {number}"}, now=utc_now(), key=key)
    with running(Worker(factory, {"work": handle})), running(Worker(factory, {"work": handle})):
        wait_until(lambda: no_jobs(factory))
    assert set(done.values()) == {1}
    assert len(done) == apps(factory) == total


def test_jobs_of_one_key_stay_in_order_whoever_does_them(factory: SessionFactory) -> None:
    done: list[int] = []

    def handle(payload: dict[str, Any]) -> Effects:
        done.append(payload["number"])
        return lambda _session: None

    with transaction(factory) as session:
        for number in range(30):
            queue.enqueue(session, "work", {"number": number}, now=utc_now(), key="chat:1")
    with running(Worker(factory, {"work": handle})), running(Worker(factory, {"work": handle})):
        wait_until(lambda: no_jobs(factory))
    assert done == list(range(30))


def test_stop_lets_the_job_in_hand_finish_and_starts_no_other(factory: SessionFactory) -> None:
    work = SlowWork()
    enqueue(factory, utc_now)
    enqueue(factory, utc_now)
    worker = Worker(factory, {"work": work}, threads=1)
    with running(worker) as thread:
        assert work.started.wait(PATIENCE_SECONDS)
        worker.stop()
        assert thread.is_alive()
        work.go_on.set()
    assert work.calls == 1
    assert apps(factory) == 1
    with read_only(factory) as session:
        assert queue.counts(session) == {("work", JobState.READY): 1}


def test_signs_of_life_come_and_go(
    factory: SessionFactory, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.3))
    worker = Worker(factory, {}, threads=1, clock=clock)
    start = clock()

    def signs() -> list[tuple[str, Any, Any]]:
        with read_only(factory) as session:
            return [(sign.id, sign.started_at, sign.seen_at) for sign in session.scalars(select(WorkerSign))]

    with running(worker):
        wait_until(lambda: signs() == [(worker.id, start, start)])
        clock.advance(seconds=60)
        wait_until(lambda: signs() == [(worker.id, start, clock())])
    assert signs() == []


@pytest.mark.parametrize("stopping", [False, True])
def test_a_long_job_keeps_its_lease_also_while_the_worker_stops(
    factory: SessionFactory, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, stopping: bool
) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.3))
    work = SlowWork()
    job_id = enqueue(factory, clock)
    worker = Worker(factory, {"work": work}, threads=1, clock=clock)

    def locked_until() -> Any:
        row = job_row(factory, job_id)
        return row.locked_until if row else None

    with running(worker):
        assert work.started.wait(PATIENCE_SECONDS)
        if stopping:
            worker.stop()
        clock.advance(seconds=60)
        try:
            wait_until(lambda: locked_until() == clock() + queue.LEASE)
        finally:
            work.go_on.set()
    assert work.calls == 1
    assert apps(factory) == 1


def test_a_job_whose_end_could_not_be_noted_is_taken_again(
    factory: SessionFactory, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between a failure and its record. The worker lives on and must not renew that lease."""
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.3))
    away = threading.Event()
    attempts: list[int] = []

    def handle(payload: dict[str, Any]) -> Effects:
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError
        return adds_app(payload)

    def fail(*_arguments: object, **_options: object) -> JobState:
        away.set()
        raise OperationalError("UPDATE", {}, ConnectionError())

    monkeypatch.setattr(queue, "fail", fail)
    job_id = enqueue(factory, clock)
    worker = Worker(factory, {"work": handle}, threads=1, clock=clock)

    def seen_now() -> bool:
        with read_only(factory) as session:
            return session.scalar(select(WorkerSign.seen_at)) == clock()

    with running(worker):
        assert away.wait(PATIENCE_SECONDS)
        row = job_row(factory, job_id)
        assert row is not None
        assert row.state == JobState.RUNNING
        wait_until(lambda: not worker._in_hand)  # else a sign of life may still renew the lease
        clock.advance(seconds=0.2)
        wait_until(seen_now)  # it has given a sign since, and renewed what it renews
        clock.advance(seconds=0.2)
        wait_until(lambda: no_jobs(factory))
    assert len(attempts) == 2
    assert apps(factory) == 1


def test_a_worker_survives_a_database_that_is_away_for_a_while(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([OperationalError("SELECT", {}, ConnectionError())])
    really_due = queue.due

    def due(*arguments: Any, **options: Any) -> list[bool]:
        for failure in failures:
            raise failure
        return really_due(*arguments, **options)

    monkeypatch.setattr(queue, "due", due)
    enqueue(factory, utc_now)
    with running(Worker(factory, {"work": adds_app}, threads=1)):
        wait_until(lambda: no_jobs(factory))
    assert apps(factory) == 1


def test_what_another_process_adds_is_seen_before_the_time_is_up(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.jobs.worker.GLANCES", 10**9)
    own, others = (make_session_factory(make_engine(sqlite_url)) for _ in range(2))
    worker = Worker(own, {"work": adds_app})
    with running(worker):
        for number in range(3):
            wait_until(lambda: worker._crews[0]._resting == 4)
            with transaction(others) as session:
                queue.enqueue(session, "work", {"name": f"app {number}"}, now=utc_now())
            wait_until(lambda wanted=number + 1: apps(others) == wanted)
    for factory in (own, others):
        factory.kw["bind"].dispose()
