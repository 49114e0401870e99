from datetime import timedelta

import pytest

from factcheck.cli import main
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.services.usage import Refused, Usage, daily_counts, note, refused_answers
from tests.factcheck.world import NOW


def test_what_happened_is_counted_by_day_and_kind(factory: SessionFactory) -> None:
    late, next_day = NOW.replace(hour=23, minute=59), NOW.replace(hour=0, minute=1) + timedelta(days=1)
    with transaction(factory) as session:
        for kind, at in (
            (Usage.ANSWERED, NOW - timedelta(days=2)),
            (Usage.ANSWERED, NOW),
            (Usage.ANSWERED, late),
            (Usage.UNKNOWN, late),
            (Usage.ANSWERED, next_day),
        ):
            note(session, kind, now=at, detail="text")
    with read_only(factory) as session:
        assert daily_counts(session, now=next_day, days=2) == {
            "2026-03-01": {"answered": 2, "unknown": 1},
            "2026-03-02": {"answered": 1},
        }
        assert list(daily_counts(session, now=next_day, days=30)) == ["2026-02-27", "2026-03-01", "2026-03-02"]


def test_what_people_refused_as_another_message_is_listed(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for kind, article_id in (
            *[(Usage.ANSWERED, "a")] * 3,
            *[(Usage.DIFFERED, "a"), (Usage.WAITING, "b"), (Usage.ANSWERED, "c")],
            *[(Usage.REFUSED, "a")] * 2,
            *[(Usage.REFUSED, "b"), (Usage.REFUSED, None)],
        ):
            note(session, kind, now=NOW, article_id=article_id)
        note(session, Usage.REFUSED, now=NOW - timedelta(days=9), article_id="c")
    with read_only(factory) as session:
        assert refused_answers(session, now=NOW, days=7) == [Refused("a", 2, 4), Refused("b", 1, 1)]


def test_the_command_prints_them(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = make_engine(sqlite_url)
    with transaction(make_session_factory(engine)) as session:
        for _ in range(2):
            note(session, Usage.VOTED, now=utc_now(), detail="1")
        note(session, Usage.REFUSED, now=utc_now(), article_id="1abc")
    engine.dispose()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BASE_URL", "https://factline.example")
    assert main(["usage", "--days", "1"]) == 0
    counted, refused = capsys.readouterr().out.split("\n\n")
    assert counted.split()[1:3] == ["1", "refused"]
    assert counted.split()[4:] == ["2", "voted"]
    assert refused.splitlines()[1].split() == ["1", "of", "0", "https://factline.example/article/1abc"]
