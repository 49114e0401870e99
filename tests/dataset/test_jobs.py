from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.dataset.jobs import EXPORT_DATASET, job_kinds
from factcheck.dataset.publish import latest_export
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import Job
from factcheck.settings import Settings, load_settings
from tests.conftest import MovableClock


def planned(factory: SessionFactory) -> list[Job]:
    with read_only(factory) as session:
        return list(session.scalars(select(Job).where(Job.kind == EXPORT_DATASET)))


def settings_in(folder: Path) -> Settings:
    return load_settings(var_dir=folder, dataset_licence="CC0")


def plan_export(factory: SessionFactory, session: Session, clock: MovableClock) -> None:
    plan(session, job_kinds(factory, load_settings(), clock), now=clock())


def worker(factory: SessionFactory, settings: Settings, clock: MovableClock) -> Worker:
    return Worker(factory, handlers_of(job_kinds(factory, settings, clock), clock), clock=clock)


def test_there_is_exactly_one(factory: SessionFactory, clock: MovableClock) -> None:
    for _ in range(3):
        with transaction(factory) as session:
            plan_export(factory, session, clock)
    (job,) = planned(factory)
    assert job.due_at == clock()


def test_workers_that_start_together_plan_one(factory: SessionFactory, clock: MovableClock) -> None:
    def start(_number: int) -> None:
        with transaction(factory) as session:
            plan_export(factory, session, clock)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    assert len(planned(factory)) == 1


def test_an_export_plans_the_next(factory: SessionFactory, tmp_path: Path, clock: MovableClock) -> None:
    settings = settings_in(tmp_path)
    with transaction(factory) as session:
        plan_export(factory, session, clock)
    assert worker(factory, settings, clock).run_due_jobs() == 1
    found = latest_export(settings.resolved_dataset_dir)
    assert found is not None
    assert found[1].licence == "CC0"
    (job,) = planned(factory)
    assert job.due_at == clock() + timedelta(days=7)
    with transaction(factory) as session:
        plan_export(factory, session, clock)
    assert len(planned(factory)) == 1
    clock.advance(days=7)
    assert worker(factory, settings, clock).run_due_jobs() == 1
    assert len(list(settings.resolved_dataset_dir.glob("2*"))) == 2


def test_one_added_by_hand_does_not_start_a_second_series(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    with transaction(factory) as session:
        plan_export(factory, session, clock)
        queue.enqueue(session, EXPORT_DATASET, {}, now=clock(), key=EXPORT_DATASET)
    assert worker(factory, settings_in(tmp_path), clock).run_due_jobs() == 2
    assert len(planned(factory)) == 1


def test_a_failed_export_is_tried_again_and_shows_why(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    settings = settings_in(tmp_path)
    settings.resolved_dataset_dir.write_text("in the way")
    with transaction(factory) as session:
        plan_export(factory, session, clock)
    assert worker(factory, settings, clock).run_due_jobs() == 1
    (job,) = planned(factory)
    assert "DatasetError" in (job.last_error or "")
    settings.resolved_dataset_dir.unlink()
    clock.advance(minutes=1)
    assert worker(factory, settings, clock).run_due_jobs() == 1
    assert latest_export(settings.resolved_dataset_dir) is not None


def test_a_dead_export_does_not_count(new_database: Callable[[], SessionFactory], clock: MovableClock) -> None:
    factory = new_database()
    with transaction(factory) as session:
        queue.enqueue(session, EXPORT_DATASET, {}, now=clock())
    with transaction(factory) as session:
        job = queue.claim(session, "w", now=clock())
        assert job is not None
        queue.bury(session, job, "gone", now=clock())
    with transaction(factory) as session:
        plan_export(factory, session, clock)
    assert sorted(job.state for job in planned(factory)) == ["DEAD", "READY"]
