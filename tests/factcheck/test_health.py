from datetime import timedelta

from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.models import Job, JobState, Status, WorkerSign
from factcheck.services import health
from tests.factcheck.world import NOW, add_article, add_reply

SECOND = timedelta(seconds=1)


def add_sign(factory: SessionFactory, key: str, age: timedelta) -> None:
    with transaction(factory) as session:
        session.add(WorkerSign(id=key, host="h", started_at=NOW - age, seen_at=NOW - age))


def test_workers_that_gave_no_sign_for_half_a_minute_are_not_alive(factory: SessionFactory) -> None:
    with read_only(factory) as session:
        assert health.workers_alive(session, now=NOW) == 0
        assert health.last_sign(session) is None
    add_sign(factory, "one", 29 * SECOND)
    add_sign(factory, "two", 5 * SECOND)
    add_sign(factory, "gone", 30 * SECOND)
    with read_only(factory) as session:
        assert health.workers_alive(session, now=NOW) == 2
        assert health.last_sign(session) == NOW - 5 * SECOND


def test_old_signs_are_forgotten_after_a_day(factory: SessionFactory) -> None:
    add_sign(factory, "killed", timedelta(days=1, seconds=1))
    add_sign(factory, "yesterday", timedelta(days=1))
    with transaction(factory) as session:
        health.forget_old_signs(session, now=NOW)
        assert session.scalars(select(WorkerSign.id)).all() == ["yesterday"]


def test_figures_of_an_empty_installation(factory: SessionFactory) -> None:
    with read_only(factory) as session:
        assert set(health.figures(session, now=NOW).values()) == {0}


def test_figures(factory: SessionFactory) -> None:
    add_sign(factory, "one", SECOND)
    with transaction(factory) as session:
        add_article(session, "waiting")
        add_reply(session, add_article(session, "answered"))
        add_article(session, "hidden").status = Status.BLOCKED
        session.query(Job).delete()
        queue.enqueue(session, "work", {}, now=NOW - 90 * SECOND)
        queue.enqueue(session, "work", {}, now=NOW, delay=SECOND)
        session.get_one(Job, queue.enqueue(session, "broken", {}, now=NOW - timedelta(days=1))).state = JobState.DEAD
    with read_only(factory) as session:
        assert health.figures(session, now=NOW) == {
            "factline_articles": 3,
            "factline_articles_waiting": 1,
            "factline_media_damaged": 0,
            "factline_workers_alive": 1,
            "factline_oldest_due_job_seconds": 90,
            "factline_oldest_message_seconds": 0,
            'factline_jobs{kind="broken",state="DEAD"}': 1,
            'factline_jobs{kind="work",state="READY"}': 2,
        }
