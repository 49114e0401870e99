"""Jobs that come again: exactly one of each kind is planned. (Two workers that start at once, and one that is added by
hand: `tests/dataset/test_jobs.py`.)"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot.worker import all_kinds
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue, runs
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import UNTIRING, JobKind, Next, bring_forward, handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import Job, JobState
from factcheck.settings import load_settings
from tests.conftest import MovableClock
from tests.e2e.service import RECURRING_JOBS

HOUR = timedelta(hours=1)


def returning(*answers: object) -> queue.Handler:
    """A handler whose effects return one answer after the other."""
    left = list(answers)

    def handle(_payload: object) -> Effects:
        return lambda _session: left.pop(0)

    return handle


def planned(factory: SessionFactory) -> list[Job]:
    with read_only(factory) as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def begin(factory: SessionFactory, clock: MovableClock, *kinds: JobKind) -> Worker:
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    return Worker(factory, handlers_of(kinds, clock), clock=clock)


def test_only_what_comes_again_is_planned_and_as_it_is_declared(factory: SessionFactory, clock: MovableClock) -> None:
    again = JobKind("again", returning(), every=HOUR, priority=queue.PEOPLE_WAIT, is_keyed=True)
    begin(factory, clock, again, JobKind("asked for", returning()), JobKind("plain", returning(), every=HOUR))
    found = [(job.kind, job.due_at, job.priority, job.key, job.max_attempts) for job in planned(factory)]
    assert found == [
        ("again", clock(), queue.PEOPLE_WAIT, "again", UNTIRING),
        ("plain", clock(), queue.BACKGROUND, None, UNTIRING),
    ]


def test_the_next_is_planned_after_the_pause_or_at_once(factory: SessionFactory, clock: MovableClock) -> None:
    worker = begin(factory, clock, JobKind("again", returning(Next.AT_ONCE, None), every=HOUR))
    assert worker.run_one()
    assert [job.due_at for job in planned(factory)] == [clock()]
    assert worker.run_one()
    assert [job.due_at for job in planned(factory)] == [clock() + HOUR]
    assert not worker.run_one()


def test_when_each_last_succeeded_is_kept(factory: SessionFactory, clock: MovableClock) -> None:
    def fail(_payload: object) -> Effects:
        raise ValueError("x")

    kinds = JobKind("well", lambda _: no_effects, every=HOUR), JobKind("ill", fail, every=HOUR)
    worker = begin(factory, clock, *kinds, JobKind("asked for", returning()))
    began = clock()

    def seen() -> list[tuple[str, bool, object]]:
        with read_only(factory) as session:
            return [(one.kind, one.is_late, one.done_at) for one in runs.recurring(session, now=clock())]

    assert seen() == [("ill", False, None), ("well", False, None)]
    worker.run_due_jobs()
    assert seen() == [("ill", False, None), ("well", False, began)]
    clock.advance(minutes=71)
    worker.run_due_jobs()
    assert seen() == [("ill", True, None), ("well", False, clock())], "what fails is late, and stands first"
    with read_only(factory) as session:
        assert [one.error[:10] for one in runs.recurring(session, now=clock())] == ["ValueError", ""]
    began = clock()
    with transaction(factory) as session:
        session.execute(delete(Job).where(Job.kind == "ill"))  # a release that does without it
    clock.advance(days=8)
    assert seen() == [("well", True, began)]


def test_a_kind_that_is_planned_anew_keeps_its_last_success(factory: SessionFactory, clock: MovableClock) -> None:
    for every in (HOUR, HOUR / 2):
        begin(factory, clock, JobKind("again", lambda _: no_effects, every=every)).run_due_jobs()
    with read_only(factory) as session:
        [one] = runs.recurring(session, now=clock())
    assert (one.every, one.done_at) == (HOUR / 2, clock())


def test_two_that_end_at_once_are_one_success(factory: SessionFactory, clock: MovableClock) -> None:
    def end(number: int) -> None:
        with transaction(factory) as session:
            runs.note_done(session, "again", HOUR, now=clock() + timedelta(seconds=number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(end, range(4)))
    with read_only(factory) as session:
        assert len(runs.recurring(session, now=clock())) == 1


def test_the_next_is_planned_in_the_transaction_of_the_effects(factory: SessionFactory, clock: MovableClock) -> None:
    def fail(_payload: object) -> Effects:
        def effects(session: object) -> None:
            raise ValueError

        return effects

    worker = begin(factory, clock, JobKind("again", fail, every=HOUR))
    assert worker.run_one()
    (job,) = planned(factory)
    assert (job.attempts, job.due_at) == (1, clock() + queue.backoff(1)), "the same one, tried again"


@pytest.mark.parametrize("is_due_at_start", [False, True])
def test_a_start_brings_forward_only_what_says_so(
    factory: SessionFactory, clock: MovableClock, is_due_at_start: bool
) -> None:
    kind = JobKind("again", returning(None), every=HOUR, is_due_at_start=is_due_at_start)
    begin(factory, clock, kind).run_one()
    clock.advance(minutes=1)
    begin(factory, clock, kind)
    (job,) = planned(factory)
    assert (job.due_at == clock()) == is_due_at_start


def test_what_is_brought_forward_follows_once_more_where_it_runs_already(
    factory: SessionFactory, clock: MovableClock
) -> None:
    kind = JobKind("again", lambda _: no_effects, every=HOUR, is_keyed=True)
    worker = begin(factory, clock, kind)

    def hasten() -> list[tuple[str, bool]]:
        with transaction(factory) as session:
            bring_forward(session, "again", now=clock())
            bring_forward(session, "again", now=clock())
        return [(job.state, job.due_at <= clock()) for job in planned(factory)]

    worker.run_due_jobs()
    assert hasten() == [(JobState.READY, True)], "the planned one"
    with transaction(factory) as session:
        claimed = queue.claim(session, "another worker", now=clock())
    assert claimed is not None
    assert hasten() == [(JobState.RUNNING, True), (JobState.READY, True)]
    clock.advance(minutes=1)
    worker.run_due_jobs()
    assert [(job.state, job.due_at) for job in planned(factory)] == [(JobState.READY, clock() + HOUR)]


def test_what_two_bring_forward_at_once_before_it_is_planned_runs_twice_and_is_planned_once(
    factory: SessionFactory, clock: MovableClock
) -> None:
    kind = JobKind("again", lambda _: no_effects, every=HOUR, is_keyed=True)
    for _ in range(2):  # neither saw the other's
        with transaction(factory) as session:
            queue.enqueue(session, "again", {}, now=clock(), key="again", max_attempts=UNTIRING)
    assert begin(factory, clock, kind).run_due_jobs() == 2
    assert [job.due_at for job in planned(factory)] == [clock() + HOUR]


def test_two_kinds_of_one_name_are_refused(clock: MovableClock) -> None:
    with pytest.raises(ValueError, match="twice"):
        handlers_of([JobKind("twice", returning()), JobKind("twice", returning())], clock)


def test_who_waits_until_nothing_is_left_knows_what_comes_again(factory: SessionFactory, tmp_path: Path) -> None:
    settings = load_settings(var_dir=tmp_path, line_channel_access_token="x")
    assert {kind.name for kind in all_kinds(settings, factory) if kind.every} == set(RECURRING_JOBS)
