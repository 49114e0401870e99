"""The short form of `make chaos`: processes are killed, LINE fails, and everybody gets what is right."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator.testing import FakeLine
from factcheck.db.session import make_engine, make_session_factory
from factcheck.settings import load_settings
from tests.e2e.chaos import Plan, Report, compare, run_chaos
from tests.e2e.crowd import WAIT, Account
from tests.e2e.service import PREPARED_MODEL, Service

PLAN = Plan(events=60, seed="short", crowd=15, each=4)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[FakeLine]:
    folder = tmp_path / "line"
    folder.mkdir()
    with FakeLine(folder) as line:
        yield line


@pytest.fixture
def service(line: FakeLine, tmp_path: Path) -> Iterator[Service]:
    settings = {
        "TRIAL": "1",
        "LINE_CHANNEL_SECRET": line.channel_secret,
        "LINE_CHANNEL_ACCESS_TOKEN": line.access_token,
        "LINE_API_BASE": line.base_url,
    }
    with Service(tmp_path / "service", settings) as service:
        service.run("factcheck", "load-fixtures")
        service.wait_indexed()
        line.webhook_url = f"{service.base_url}/callback"
        yield service


def test_the_account_tells_what_is_missing_came_twice_or_was_not_asked_for() -> None:
    account, report = Account(must=Counter(a=1, b=2, c=1), may=Counter(c=1, d=1, e=1)), Report()
    compare(report, "somebody", account, Counter({"a": 2, "b": 1, "c": 2, "d": 2, "f": 1, WAIT: 3}))
    assert report.missing == ["missing: somebody, b"]
    assert report.twice == ["too often: somebody, a", "too often: somebody, d"]
    assert report.strange == ["too often: somebody, f"]
    assert (report.wanted, report.once) == (4, 3)
    assert report.optional == {"answered": 2, "silent": 1, WAIT: 3}
    assert not report.is_good


@pytest.mark.model
@pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)")
def test_killed_processes_and_a_failing_line_lose_nothing_and_repeat_nothing(service: Service, line: FakeLine) -> None:
    engine = make_engine(load_settings(database_url="", var_dir=service.folder).resolved_database_url)
    report = run_chaos(service, line, make_session_factory(engine), PLAN)
    engine.dispose()
    assert report.is_good, f"{report}\n{service.logs()}"
    assert report.kills["web"] > 0
    assert report.kills["worker"] > 0
    assert report.wanted > PLAN.events / 2
