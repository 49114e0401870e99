from datetime import timedelta

import pytest

from factcheck.cli import main
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.services.usage import Usage, daily_counts, note
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


def test_the_command_prints_them(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = make_engine(sqlite_url)
    with transaction(make_session_factory(engine)) as session:
        for _ in range(2):
            note(session, Usage.VOTED, now=utc_now(), detail="1")
    engine.dispose()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert main(["usage", "--days", "1"]) == 0
    assert capsys.readouterr().out.split()[1:] == ["2", "voted"]
