from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import Analytics, Channel, DocType, MatchCount, VisitKey, VisitNote
from factcheck.services.usage import Usage, note
from factcheck.services.visits import Visit, documents, job_kinds, note_visits
from tests.conftest import MovableClock

ADDRESS = "198.51.100.7 Mozilla"


def web(doc_id: str, visitor: str, count: int = 1) -> Visit:
    return Visit(Channel.WEB, DocType.ARTICLE, doc_id, visitor, count)


def line(doc_id: str, visitor: str) -> list[Visit]:
    return [Visit(Channel.LINE, *one, visitor=visitor) for one in documents(doc_id, "r1")]


def count(factory: SessionFactory, clock: MovableClock) -> dict[tuple[str, str, date], tuple[int, ...]]:
    with transaction(factory) as session:
        plan(session, job_kinds(factory, clock), now=clock())
    Worker(factory, handlers_of(job_kinds(factory, clock), clock), clock=clock).run_due_jobs()
    with read_only(factory) as session:
        rows = session.scalars(select(Analytics)).all()
    columns = ("line_user", "line_visit", "web_user", "web_visit", "liff_user", "liff_visit")
    return {(row.doc_type, row.doc_id, row.day): tuple(getattr(row, name) for name in columns) for row in rows}


def test_visits_become_counts_when_the_day_is_over(factory: SessionFactory, clock: MovableClock) -> None:
    today = clock().date()
    with transaction(factory) as session:
        note_visits(session, [web("a", ADDRESS, 3), web("a", "other"), web("a", "", 5), web("b", ADDRESS)], now=clock())
        note_visits(session, [web("a", ADDRESS), *line("a", "u1"), *line("a", "u1"), *line("a", "u2")], now=clock())
    assert count(factory, clock) == {}, "the day is not over"
    clock.advance(days=1)
    counted = {
        ("article", "a", today): (2, 3, 2, 10, 0, 0),
        ("article", "b", today): (0, 0, 1, 1, 0, 0),
        ("reply", "r1", today): (2, 3, 0, 0, 0, 0),
    }
    assert count(factory, clock) == counted
    clock.advance(hours=2)
    assert count(factory, clock) == counted, "once"


def test_nothing_tells_afterwards_who_it_was(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        note_visits(session, [web("a", ADDRESS), web("b", ADDRESS)], now=clock())
    with read_only(factory) as session:
        first, second = session.scalars(select(VisitNote.visitor)).all()
        assert first != second, "nor, on the day, that it was the same person"
        assert ADDRESS not in f"{first}{second}"
        [key] = session.scalars(select(VisitKey.key)).all()
    clock.advance(days=1)
    with transaction(factory) as session:
        note_visits(session, [web("a", ADDRESS)], now=clock())
    count(factory, clock)
    with read_only(factory) as session:
        assert session.scalars(select(VisitKey.day)).all() == [clock().date()]
        assert session.scalars(select(VisitKey.key)).one() != key
        assert session.scalars(select(VisitNote.visitor)).one() not in (first, second)


def test_several_days_are_counted_one_after_the_other(factory: SessionFactory, clock: MovableClock) -> None:
    for _ in range(3):
        with transaction(factory) as session:
            note_visits(session, [web("a", ADDRESS)], now=clock())
        clock.advance(days=1)
    with transaction(factory) as session:
        plan(session, job_kinds(factory, clock), now=clock())
    worker = Worker(factory, handlers_of(job_kinds(factory, clock), clock), clock=clock)
    while worker.run_due_jobs():
        pass
    with read_only(factory) as session:
        assert len(session.scalars(select(Analytics)).all()) == 3
        assert session.scalars(select(VisitNote)).all() == []


def test_processes_that_count_at_once_have_one_key(factory: SessionFactory, clock: MovableClock) -> None:
    def look(number: int) -> None:
        with transaction(factory) as session:
            note_visits(session, [web("a", ADDRESS)], now=clock())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(look, range(6)))
    clock.advance(days=1)
    assert list(count(factory, clock).values()) == [(0, 0, 1, 6, 0, 0)]


def test_outcomes_are_counted_before_their_events_are_forgotten(factory: SessionFactory, clock: MovableClock) -> None:
    today = clock().date()
    with transaction(factory) as session:
        for kind in (Usage.ANSWERED, Usage.ANSWERED, Usage.UNKNOWN, Usage.VOTED):
            note(session, kind, now=clock())
    clock.advance(days=1)
    count(factory, clock)
    with read_only(factory) as session:
        rows = session.execute(select(MatchCount.day, MatchCount.outcome, MatchCount.matches)).all()
    assert sorted(map(tuple, rows)) == [(today, "ANSWERED", 2), (today, "UNKNOWN", 1)]
