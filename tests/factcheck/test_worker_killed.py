"""A worker process is killed in the middle of a job, as by the kernel when memory runs out."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.statements import CROWD
from factcheck.jobs.worker import Worker
from factcheck.models import App, Job, JobState
from factcheck.services import health
from tests.factcheck import killable_worker
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]


@contextmanager
def worker_process(database_url: str, journal: Path, hang: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.factcheck.killable_worker", database_url, str(journal), hang]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def names(factory: SessionFactory) -> list[str]:
    with read_only(factory) as session:
        return list(session.scalars(select(App.id).order_by(App.id)))


@pytest.mark.parametrize(("hang", "last_line"), [("work", "b"), ("effects", "b written")])
def test_what_a_killed_worker_had_in_hand_is_done_once(
    factory: SessionFactory, database_url: str, tmp_path: Path, hang: str, last_line: str
) -> None:
    journal = tmp_path / "journal"
    journal.touch()
    with transaction(factory) as session:
        for name in ("a", "b", "c"):
            payload = {"name": name, "hang": name == "b"}
            queue.enqueue(session, "work", payload, now=utc_now(), key="chat:1")
    with worker_process(database_url, journal, hang) as process:
        wait_until(lambda: journal.read_text().splitlines()[-1:] == [last_line])
        with read_only(factory) as session:
            assert health.workers_alive(session, now=utc_now()) == 1
        process.kill()  # SIGKILL: it cannot clean anything up
        process.wait()
    assert names(factory) == ["a"], "nothing of a job that was not finished"

    other = Worker(factory, killable_worker.handlers(journal))
    assert other.run_due_jobs() == 0, "the lease still holds, and the next job of the key waits"
    with transaction(factory) as session:  # instead of waiting for the lease to run out
        session.execute(
            update(Job).where(Job.state == JobState.RUNNING).values(locked_until=utc_now() - timedelta(seconds=1))
        )
    assert other.run_due_jobs() == 2
    assert names(factory) == ["a", "b", "c"]
    assert [line for line in journal.read_text().splitlines() if "written" not in line] == ["a", "b", "b", "c"]
    with read_only(factory) as session:
        assert queue.counts(session) == {}


def test_two_processes_keep_the_order_of_a_crowd(factory: SessionFactory, database_url: str, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.touch()
    expected = [f"{number:03}" for number in range(2 * CROWD)]
    with transaction(factory) as session:
        for name in expected:
            queue.enqueue(session, "work", {"name": name, "hang": False}, now=utc_now(), key="chat:1")
            queue.enqueue(session, "work", {"name": f"other {name}", "hang": False}, now=utc_now())
    with worker_process(database_url, journal, "no"), worker_process(database_url, journal, "no"):
        wait_until(lambda: len(names(factory)) == 2 * len(expected))
    done = journal.read_text().splitlines()
    assert len(done) == 2 * len(expected), "each once"
    assert [name for name in done if not name.startswith("other")] == expected
