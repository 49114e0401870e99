"""A job that is to follow at once the one that adds it: the same worker does it next."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.worker import Worker
from factcheck.models import Job, JobState
from tests.conftest import MovableClock
from tests.factcheck.test_worker import enqueue, no_jobs


class World:
    """A job `first` adds `second`, which follows it at once; what ran, in order."""

    def __init__(self, factory: SessionFactory, clock: MovableClock) -> None:
        self.factory, self.clock = factory, clock
        self.done: list[str] = []
        self.fail_in: str | None = None
        self.worker = Worker(factory, {kind: self._handler(kind) for kind in ("first", "second", "other")}, clock=clock)

    def _handler(self, kind: str) -> queue.Handler:
        def handle(_payload: dict[str, Any]) -> Effects:
            self.done.append(kind)
            if self.fail_in == kind:
                raise RuntimeError
            return self._adds_second if kind == "first" else no_effects

        return handle

    def _adds_second(self, session: Session) -> None:
        queue.enqueue(session, "second", {}, now=self.clock(), key="send:a", at_once=True)
        if self.fail_in == "effects":
            raise RuntimeError

    def rows(self) -> list[tuple[str, JobState, int, str | None]]:
        with read_only(self.factory) as session:
            jobs = session.scalars(select(Job).order_by(Job.id))
            return [(job.kind, job.state, job.attempts, job.locked_by) for job in jobs]


@pytest.fixture
def world(factory: SessionFactory, clock: MovableClock) -> World:
    return World(factory, clock)


def test_it_is_done_next_even_where_others_are_more_urgent(world: World) -> None:
    enqueue(world.factory, world.clock, "first", priority=queue.PEOPLE_WAIT)
    enqueue(world.factory, world.clock, "other", priority=queue.PEOPLE_WAIT)
    assert world.worker.run_one()
    assert world.done == ["first", "second"]
    assert world.worker.run_due_jobs() == 1
    assert no_jobs(world.factory)


def test_it_waits_for_what_is_before_it_of_its_key(world: World) -> None:
    enqueue(world.factory, world.clock, "other", key="send:a", delay=timedelta(minutes=1))
    enqueue(world.factory, world.clock, "first")
    world.worker.run_due_jobs()
    assert world.done == ["first"]
    world.clock.advance(seconds=61)
    world.worker.run_due_jobs()
    assert world.done == ["first", "other", "second"]


def test_one_that_fails_is_tried_again_as_any_other(world: World) -> None:
    world.fail_in = "second"
    enqueue(world.factory, world.clock, "first")
    assert world.worker.run_one()
    assert world.rows() == [("second", JobState.READY, 1, None)]
    world.fail_in = None
    world.clock.advance(seconds=2)
    world.worker.run_due_jobs()
    assert world.done == ["first", "second", "second"]
    assert no_jobs(world.factory)


def test_nothing_follows_what_was_undone(world: World) -> None:
    world.fail_in = "effects"
    enqueue(world.factory, world.clock, "first")
    assert world.worker.run_one()
    assert world.done == ["first"]
    assert world.rows() == [("first", JobState.READY, 1, None)]


def test_a_worker_that_stops_leaves_it_to_others(world: World) -> None:
    enqueue(world.factory, world.clock, "first")
    world.worker.stop()
    assert world.worker.run_one()
    assert world.rows() == [("second", JobState.READY, 0, None)]


def test_one_whose_worker_dies_is_taken_over(world: World) -> None:
    with transaction(world.factory) as session:
        queue.enqueue(session, "second", {}, now=world.clock(), at_once=True)
        followed = queue.follow(session, "dies", now=world.clock())
    assert followed is not None
    assert world.worker.run_due_jobs() == 0
    world.clock.advance(seconds=queue.LEASE.total_seconds() + 1)
    assert world.worker.run_due_jobs() == 1
    assert world.done == ["second"]
