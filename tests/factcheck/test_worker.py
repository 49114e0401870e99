from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, SearchUnavailableError
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.worker import PermanentJobError, RetryJobError, Worker
from factcheck.models import App, Job, JobState
from tests.conftest import MovableClock


def enqueue(factory: SessionFactory, clock: Callable[[], Any], kind: str = "work", **options: Any) -> int:
    with transaction(factory) as session:
        return queue.enqueue(session, kind, {"name": "a"}, now=clock(), **options)


def adds_app(payload: dict[str, Any]) -> Effects:
    return lambda session: session.add(App(id=payload["name"]))


def apps(factory: SessionFactory) -> int:
    with read_only(factory) as session:
        return session.scalar(select(func.count()).select_from(App)) or 0


def job_row(factory: SessionFactory, job_id: int) -> Job | None:
    with read_only(factory) as session:
        return session.get(Job, job_id)


def no_jobs(factory: SessionFactory) -> bool:
    with read_only(factory) as session:
        return queue.counts(session) == {}


def test_effects_and_the_end_of_the_job_are_one_transaction(factory: SessionFactory, clock: MovableClock) -> None:
    enqueue(factory, clock)
    seen_inside: list[int] = []

    def handle(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            adds_app(payload)(session)
            session.flush()
            seen_inside.append(apps(factory))
            queue.enqueue(session, "next", {}, now=clock(), delay=timedelta(hours=1))

        return effects

    assert Worker(factory, {"work": handle}, clock=clock).run_due_jobs() == 1
    assert seen_inside == [0]
    assert apps(factory) == 1
    with read_only(factory) as session:
        assert queue.counts(session) == {("next", JobState.READY): 1}


def test_effects_that_fail_leave_nothing_but_the_job(factory: SessionFactory, clock: MovableClock) -> None:
    job_id = enqueue(factory, clock)

    def handle(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            adds_app(payload)(session)
            queue.enqueue(session, "next", {}, now=clock())
            session.flush()
            raise RuntimeError("after writing")

        return effects

    worker = Worker(factory, {"work": handle, "next": adds_app}, clock=clock)
    assert worker.run_due_jobs() == 1
    assert apps(factory) == 0
    row = job_row(factory, job_id)
    assert row is not None
    assert (row.state, row.attempts) == (JobState.READY, 1)
    with read_only(factory) as session:
        assert queue.counts(session) == {("work", JobState.READY): 1}


def test_effects_that_the_database_refuses_are_tried_again(factory: SessionFactory, clock: MovableClock) -> None:
    enqueue(factory, clock)
    with transaction(factory) as session:
        session.add(App(id="a"))
    worker = Worker(factory, {"work": adds_app}, clock=clock)
    worker.run_due_jobs()
    assert not no_jobs(factory)
    with transaction(factory) as session:
        session.delete(session.get_one(App, "a"))
    clock.advance(seconds=1)
    worker.run_due_jobs()
    assert no_jobs(factory)
    assert apps(factory) == 1


def test_a_failing_job_is_tried_less_and_less_often_and_then_kept_as_dead(
    factory: SessionFactory, clock: MovableClock
) -> None:
    job_id = enqueue(factory, clock, max_attempts=3)
    tried = []

    def handle(_payload: dict[str, Any]) -> Effects:
        tried.append(clock())
        raise RuntimeError("no luck")

    worker = Worker(factory, {"work": handle}, clock=clock)
    start = clock()
    for _ in range(20):
        worker.run_due_jobs()
        clock.advance(seconds=1)
    assert [(at - start).total_seconds() for at in tried] == [0, 1, 3]
    row = job_row(factory, job_id)
    assert row is not None
    assert (row.state, row.attempts) == (JobState.DEAD, 3)


@pytest.mark.parametrize("kind", ["permanent", "unknown"])
def test_what_cannot_succeed_is_dead_at_once(factory: SessionFactory, clock: MovableClock, kind: str) -> None:
    def handle(_payload: dict[str, Any]) -> Effects:
        raise PermanentJobError("this chat is gone")

    job_id = enqueue(factory, clock, kind)
    assert Worker(factory, {"permanent": handle}, clock=clock).run_due_jobs() == 1
    row = job_row(factory, job_id)
    assert row is not None
    assert (row.state, row.attempts) == (JobState.DEAD, 1)
    assert row.last_error in (
        "PermanentJobError: this chat is gone",
        "PermanentJobError: no handler for jobs of kind 'unknown'",
    )


def test_one_failing_job_does_not_stop_the_others(factory: SessionFactory, clock: MovableClock) -> None:
    def bad(_payload: dict[str, Any]) -> Effects:
        raise RuntimeError

    enqueue(factory, clock, "bad")
    enqueue(factory, clock, "good")
    assert Worker(factory, {"bad": bad, "good": adds_app}, clock=clock).run_due_jobs() == 2
    assert apps(factory) == 1


def test_the_text_of_an_error_may_hold_anything(factory: SessionFactory, clock: MovableClock) -> None:
    def handle(_payload: dict[str, Any]) -> Effects:
        raise RetryJobError(timedelta(0), "nul \x00, half a character \ud83d" + "x" * 5000)

    job_id = enqueue(factory, clock)
    Worker(factory, {"work": handle}, clock=clock).run_due_jobs()
    row = job_row(factory, job_id)
    assert row is not None
    assert row.state == JobState.READY
    assert row.last_error is not None
    assert row.last_error.startswith("RetryJobError: nul , half a character ?x")


WRITTEN = "Mrs Lin of number 12 owes me ten thousand dollars"


def raises_from(error: Exception) -> Any:
    def handle(_payload: dict[str, Any]) -> Effects:
        try:
            raise KeyError(WRITTEN)
        except KeyError as cause:
            raise error from cause

    return handle


def refused_row(_payload: dict[str, Any]) -> Effects:
    return lambda session: session.add_all([App(id=WRITTEN), App(id=WRITTEN)])


@pytest.mark.parametrize(
    ("handle", "told"),
    [
        (raises_from(RuntimeError(WRITTEN)), ["RuntimeError at tests/factcheck/test_worker.py:", "from KeyError at"]),
        (raises_from(SearchUnavailableError(f"cannot parse {WRITTEN}")), ["SearchUnavailableError at tests/"]),
        (raises_from(EmbedderUnavailableError(f"cannot embed {WRITTEN}")), ["EmbedderUnavailableError at tests/"]),
        (raises_from(IndexMismatchError("Run: reindex")), ["IndexMismatchError: Run: reindex"]),
        (refused_row, ["Error at factcheck/"]),
    ],
)
def test_what_is_kept_of_an_error_is_its_type_and_place(
    factory: SessionFactory, clock: MovableClock, handle: Any, told: list[str]
) -> None:
    job_id = enqueue(factory, clock)
    Worker(factory, {"work": handle}, clock=clock).run_due_jobs()
    row = job_row(factory, job_id)
    assert row is not None
    assert [part for part in told if part not in (row.last_error or "")] == []
    assert WRITTEN not in (row.last_error or "")


def test_a_job_whose_lease_was_lost_keeps_no_effects(factory: SessionFactory, clock: MovableClock) -> None:
    job_id = enqueue(factory, clock)
    quick = Worker(factory, {"work": lambda _payload: adds_app({"name": "quick"})}, clock=clock)

    def slow(_payload: dict[str, Any]) -> Effects:
        clock.advance(seconds=queue.LEASE.total_seconds() + 1)
        assert quick.run_due_jobs() == 1
        return adds_app({"name": "slow"})

    assert Worker(factory, {"work": slow}, clock=clock).run_due_jobs() == 1
    assert job_row(factory, job_id) is None
    with read_only(factory) as session:
        assert session.scalars(select(App.id)).all() == ["quick"]


def test_a_failure_after_the_lease_was_lost_changes_nothing(factory: SessionFactory, clock: MovableClock) -> None:
    job_id = enqueue(factory, clock)

    def slow(_payload: dict[str, Any]) -> Effects:
        clock.advance(seconds=queue.LEASE.total_seconds() + 1)
        with transaction(factory) as session:
            assert queue.claim(session, "somebody else", now=clock()) is not None
        raise RuntimeError("too late")

    Worker(factory, {"work": slow}, clock=clock).run_due_jobs()
    row = job_row(factory, job_id)
    assert row is not None
    assert (row.state, row.locked_by, row.last_error) == (JobState.RUNNING, "somebody else", None)


def test_a_job_that_kills_its_workers_is_dead_after_its_last_attempt(
    factory: SessionFactory, clock: MovableClock
) -> None:
    job_id = enqueue(factory, clock, max_attempts=2, key="chat:1")
    enqueue(factory, clock, "next", key="chat:1")
    for worker in ("first", "second"):
        with transaction(factory) as session:
            claimed = queue.claim(session, worker, now=clock())
        assert claimed is not None
        assert claimed.id == job_id
        clock.advance(seconds=queue.LEASE.total_seconds() + 1)
    assert Worker(factory, {"next": adds_app}, clock=clock).run_due_jobs() == 1
    row = job_row(factory, job_id)
    assert row is not None
    assert (row.state, row.attempts, row.locked_by) == (JobState.DEAD, 2, None)
    assert "worker died" in (row.last_error or "")
    assert apps(factory) == 1, "the next of its key goes on"


def broken(_payload: dict[str, Any]) -> Effects:
    raise RuntimeError


def notes(seen: list[dict[str, Any]]) -> Any:
    def handle(payload: dict[str, Any]) -> Effects:
        return lambda _session: seen.append(payload)

    return handle


def test_a_job_with_a_last_resort_is_given_up_soon_and_that_follows(
    factory: SessionFactory, clock: MovableClock
) -> None:
    job_id = enqueue(factory, clock, key="chat:1", max_deaths=2, last_resort="say so")
    enqueue(factory, clock, "next", key="chat:1")
    seen: list[dict[str, Any]] = []
    worker = Worker(factory, {"work": broken, "next": adds_app, "say so": notes(seen)}, clock=clock)
    for _ in range(14):
        worker.run_due_jobs()
        clock.advance(seconds=1)
    assert (seen, apps(factory)) == ([], 0)
    clock.advance(seconds=1)
    worker.run_due_jobs()
    assert (seen, apps(factory)) == ([{"name": "a"}], 1)
    row = job_row(factory, job_id)
    assert row is not None
    assert (row.state, row.attempts) == (JobState.DEAD, queue.FAILURES_AT_MOST)


def test_a_last_resort_follows_a_job_that_kills_its_workers(factory: SessionFactory, clock: MovableClock) -> None:
    enqueue(factory, clock, max_deaths=3, last_resort="say so")
    seen: list[dict[str, Any]] = []
    worker = Worker(factory, {"work": broken, "say so": notes(seen)}, clock=clock)
    worker.run_due_jobs()  # an error is no death
    for _ in range(3):
        clock.advance(seconds=queue.LEASE.total_seconds() + 1)
        assert seen == []
        with transaction(factory) as session:
            assert queue.claim(session, "dies", now=clock()) is not None
    clock.advance(seconds=queue.LEASE.total_seconds() + 1)
    worker.run_due_jobs()
    assert seen == [{"name": "a"}]


def test_waiting_for_a_part_counts_neither_as_failure_nor_as_death(
    factory: SessionFactory, clock: MovableClock
) -> None:
    job_id = enqueue(factory, clock, max_deaths=2, last_resort="say so")
    tried: list[Any] = []

    def handle(_payload: dict[str, Any]) -> Effects:
        tried.append(clock())
        raise SearchUnavailableError

    worker = Worker(factory, {"work": handle}, clock=clock)
    for _ in range(300):
        worker.run_due_jobs()
        clock.advance(seconds=1)
    pauses = [(after - before).total_seconds() for before, after in pairwise(tried)]
    assert pauses[:6] == [1, 1, 2, 4, 8, 16]
    assert set(pauses[6:]) == {32}
    row = job_row(factory, job_id)
    assert row is not None
    assert row.state == JobState.READY


def test_a_job_that_is_given_up_and_tried_again_has_all_its_tries(factory: SessionFactory, clock: MovableClock) -> None:
    job_id = enqueue(factory, clock, last_resort="say so")
    seen: list[dict[str, Any]] = []
    worker = Worker(factory, {"work": broken, "say so": notes(seen)}, clock=clock)

    def use_up() -> None:
        for _ in range(queue.FAILURES_AT_MOST):
            assert job_row(factory, job_id).state == JobState.READY  # type: ignore[union-attr]
            clock.advance(seconds=60)
            worker.run_due_jobs()

    use_up()
    with transaction(factory) as session:
        assert queue.retry_dead(session, job_id, now=clock()) == 1
    use_up()
    assert seen == [{"name": "a"}] * 2


def test_a_handler_runs_outside_of_any_transaction(factory: SessionFactory, clock: MovableClock) -> None:
    def handle(payload: dict[str, Any]) -> Effects:
        with transaction(factory) as session:  # would wait for ever in SQLite if the worker held a transaction open
            session.add(App(id="written meanwhile"))
        return adds_app(payload)

    enqueue(factory, clock)
    assert Worker(factory, {"work": handle}, clock=clock).run_due_jobs() == 1
    assert apps(factory) == 2


def test_run_due_jobs_ends(factory: SessionFactory, clock: MovableClock) -> None:
    def again(_payload: dict[str, Any]) -> Effects:
        return lambda session: queue.enqueue(session, "work", {}, now=clock()) and None

    worker = Worker(factory, {"work": again}, clock=clock)
    assert worker.run_due_jobs() == 0
    enqueue(factory, clock)
    assert worker.run_due_jobs(limit=5) == 5


def test_an_idle_worker_takes_no_write_lock(factory: SessionFactory, clock: MovableClock) -> None:
    enqueue(factory, clock, delay=timedelta(minutes=1))
    worker = Worker(factory, {}, clock=clock)
    with transaction(factory) as session:  # SQLite: the one write lock is taken
        session.execute(update(App).values(name="x"))
        assert worker.run_due_jobs() == 0
