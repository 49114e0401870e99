from datetime import timedelta

import pytest
from sqlalchemy import delete, event, func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.statements import CROWD
from factcheck.models import Job, JobState
from tests.conftest import MovableClock


def add(factory: SessionFactory, clock: MovableClock, kind: str = "work", **options: object) -> int:
    with transaction(factory) as session:
        return queue.enqueue(session, kind, {"n": 1}, now=clock(), **options)  # type: ignore[arg-type]


def claim(factory: SessionFactory, clock: MovableClock, worker: str = "w1") -> queue.ClaimedJob | None:
    with transaction(factory) as session:
        return queue.claim(session, worker, now=clock())


def test_a_job_is_claimed_once(factory: SessionFactory, clock: MovableClock) -> None:
    job_id = add(factory, clock)
    first = claim(factory, clock, "w1")
    assert first is not None
    assert (first.id, first.kind, first.payload, first.attempts) == (job_id, "work", {"n": 1}, 1)
    assert claim(factory, clock, "w2") is None


def test_jobs_of_one_key_run_in_order_and_others_are_not_held_up(factory: SessionFactory, clock: MovableClock) -> None:
    first, second = add(factory, clock, key="chat:a"), add(factory, clock, key="chat:a")
    other = add(factory, clock, key="chat:b")
    one, two = claim(factory, clock), claim(factory, clock)
    assert one is not None
    assert two is not None
    assert (one.id, two.id) == (first, other)
    assert claim(factory, clock) is None
    with transaction(factory) as session:
        assert queue.finish(session, one, "w1")
    three = claim(factory, clock)
    assert three is not None
    assert three.id == second


def test_a_job_in_backoff_holds_up_its_key(factory: SessionFactory, clock: MovableClock) -> None:
    first = add(factory, clock, key="chat:a")
    add(factory, clock, key="chat:a")
    job = claim(factory, clock)
    assert job is not None
    with transaction(factory) as session:
        queue.fail(session, job, "no", now=clock())
    assert claim(factory, clock) is None
    clock.advance(seconds=2)
    again = claim(factory, clock)
    assert again is not None
    assert (again.id, again.attempts) == (first, 2)


def test_a_dead_job_is_kept_and_lets_its_key_go_on(factory: SessionFactory, clock: MovableClock) -> None:
    first = add(factory, clock, key="k", max_attempts=1)
    second = add(factory, clock, key="k")
    job = claim(factory, clock)
    assert job is not None
    with transaction(factory) as session:
        assert queue.fail(session, job, "boom", now=clock()) == JobState.DEAD
    following = claim(factory, clock)
    assert following is not None
    assert following.id == second
    with read_only(factory) as session:
        dead = session.get_one(Job, first)
        assert (dead.state, dead.last_error) == (JobState.DEAD, "boom")
    with transaction(factory) as session:
        assert queue.retry_dead(session, first, now=clock()) == 1
    with read_only(factory) as session:
        assert session.get_one(Job, first).attempts == 0


def test_priority_goes_before_age(factory: SessionFactory, clock: MovableClock) -> None:
    add(factory, clock, "background", priority=queue.BACKGROUND)
    clock.advance(seconds=5)
    add(factory, clock, "people", priority=queue.PEOPLE_WAIT)
    job = claim(factory, clock)
    assert job is not None
    assert job.kind == "people"


def test_a_delayed_job_waits(factory: SessionFactory, clock: MovableClock) -> None:
    add(factory, clock, delay=timedelta(minutes=1))
    assert claim(factory, clock) is None
    clock.advance(seconds=61)
    assert claim(factory, clock) is not None


def test_an_expired_lease_is_taken_over_and_the_first_owner_notices(
    factory: SessionFactory, clock: MovableClock
) -> None:
    add(factory, clock)
    lost = claim(factory, clock, "killed")
    assert lost is not None
    clock.advance(seconds=queue.LEASE.total_seconds() - 1)
    assert claim(factory, clock, "w2") is None
    clock.advance(seconds=2)
    taken = claim(factory, clock, "w2")
    assert taken is not None
    assert taken.attempts == 2
    with transaction(factory) as session:
        assert not queue.is_ours(session, lost, "killed")
        assert not queue.finish(session, lost, "killed")
        assert queue.is_ours(session, taken, "w2")


def test_renewed_leases_are_not_taken_over(factory: SessionFactory, clock: MovableClock) -> None:
    add(factory, clock)
    assert claim(factory, clock, "w1") is not None
    clock.advance(seconds=10)
    with transaction(factory) as session:
        queue.renew_leases(session, "w1", now=clock())
    clock.advance(seconds=10)
    assert claim(factory, clock, "w2") is None


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (5, 16), (11, 900), (60, 900)])
def test_backoff_doubles_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert queue.backoff(attempts) == timedelta(seconds=seconds)


def test_a_job_and_its_cause_are_one_transaction(factory: SessionFactory, clock: MovableClock) -> None:
    with pytest.raises(RuntimeError), transaction(factory) as session:
        queue.enqueue(session, "work", {}, now=clock())
        raise RuntimeError
    with read_only(factory) as session:
        assert queue.counts(session) == {}


def looked_at(factory: SessionFactory) -> int:
    """Counts what a claim may have to pass by."""
    with read_only(factory) as session:
        seen = select(func.count()).select_from(Job).where(Job.state == JobState.READY, ~Job.behind)
        return session.scalar(seen) or 0


def test_what_waits_in_one_chat_is_done_in_order_and_holds_up_nobody(
    factory: SessionFactory, clock: MovableClock
) -> None:
    crowd = [add(factory, clock, key="chat:flood") for _ in range(3 * CROWD)]
    other = add(factory, clock, key="chat:other")
    done: list[int] = []
    while len(done) < len(crowd) + 1:
        assert looked_at(factory) <= CROWD + 1
        jobs = [claim(factory, clock, "w1"), claim(factory, clock, "w2")]
        if other not in done:
            assert [job.id for job in jobs if job] == [crowd[0], other]
        with transaction(factory) as session:
            for job, owner in zip(jobs, ("w1", "w2"), strict=True):
                if job is not None:
                    done.append(job.id)
                    assert queue.finish(session, job, owner)
    assert [job_id for job_id in done if job_id != other] == crowd


def test_a_claim_is_one_statement(factory: SessionFactory, clock: MovableClock) -> None:
    for _ in range(3):
        add(factory, clock, key="chat:a")
    sent: list[str] = []
    with transaction(factory) as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *call: sent.append(call[2]))
        assert queue.claim(session, "w1", now=clock()) is not None
    assert [statement.split()[0] for statement in sent] == ["UPDATE"]


def test_a_crowd_whose_first_ones_are_gone_comes_forward(factory: SessionFactory, clock: MovableClock) -> None:
    crowd = [add(factory, clock, key="chat:a") for _ in range(CROWD + 5)]
    with transaction(factory) as session:
        session.execute(delete(Job).where(Job.id < crowd[CROWD]))
    assert claim(factory, clock) is None
    with transaction(factory) as session:
        queue.bring_lost_forward(session)
    job = claim(factory, clock)
    assert job is not None
    assert job.id == crowd[CROWD]
