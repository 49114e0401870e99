import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from factcheck.api.ops import metrics_blueprint, ops_blueprint
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.errors import SearchUnavailableError
from factcheck.jobs import queue
from factcheck.logs import ROOT
from factcheck.models import Job, JobState, WorkerSign
from factcheck.ports import SearchBackend
from factcheck.services import health
from factcheck.settings import Settings
from factcheck.version import VERSION
from tests.conftest import MovableClock


class FakeSearch:
    """As much of a search index as readiness asks for."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    def ping(self) -> None:
        if self.failure is not None:
            raise self.failure


def client(
    factory: SessionFactory,
    clock: MovableClock,
    search: FakeSearch | None = None,
    folder: Path = Path(),
    **settings: object,
) -> FlaskClient:
    app = Flask(__name__)
    backend: SearchBackend = search or FakeSearch()  # type: ignore[assignment]
    app.register_blueprint(ops_blueprint(factory, backend, folder=folder, clock=clock, lock_seconds=0.1))
    app.register_blueprint(metrics_blueprint(Settings(**settings), factory, clock=clock))  # type: ignore[arg-type]
    return app.test_client()


def give_sign(factory: SessionFactory, at: datetime) -> None:
    with transaction(factory) as session:
        session.add(WorkerSign(id="w", host="h", started_at=at, seen_at=at))


@pytest.fixture
def unreachable(tmp_path: Path) -> Iterator[SessionFactory]:
    """A database without its tables."""
    engine = make_engine(f"sqlite:///{tmp_path / 'nothing.sqlite'}")
    yield make_session_factory(engine)
    engine.dispose()


def test_healthz_answers_as_long_as_the_process_does(unreachable: SessionFactory, clock: MovableClock) -> None:
    answer = client(unreachable, clock).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "version": VERSION})


def test_readyz_when_all_is_well(factory: SessionFactory, clock: MovableClock) -> None:
    give_sign(factory, clock())
    answer = client(factory, clock).get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "checks": {"database": "ok", "disk": "ok", "index": "ok", "worker": "ok"}}


def test_readyz_names_a_missing_worker(factory: SessionFactory, clock: MovableClock) -> None:
    web = client(factory, clock)
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "checks": {"database": "ok", "disk": "ok", "index": "ok", "worker": "NoWorkerError"},
    }
    give_sign(factory, clock())
    assert web.get("/readyz").status_code == 200
    clock.advance(seconds=31)
    assert web.get("/readyz").status_code == 503


@pytest.mark.parametrize("failure", [SearchUnavailableError("http://user:password@es:9200"), ValueError("secret")])
def test_readyz_names_the_trouble_of_the_index_and_tells_nothing_private(
    factory: SessionFactory, clock: MovableClock, failure: Exception
) -> None:
    give_sign(factory, clock())
    search = FakeSearch()
    search.failure = failure
    answer = client(factory, clock, search).get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["index"] == type(failure).__name__
    assert "password" not in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("is_begun_anew", [False, True])
def test_readyz_sees_that_the_file_of_sqlite_was_removed(
    tmp_path: Path, sqlite_template: Path, clock: MovableClock, is_begun_anew: bool
) -> None:
    file = tmp_path / "factline.sqlite"
    shutil.copy(sqlite_template, file)
    engine = make_engine(f"sqlite:///{file}")
    held = make_session_factory(engine)
    give_sign(held, clock())
    web = client(held, clock)
    assert web.get("/readyz").status_code == 200
    file.unlink()
    if is_begun_anew:
        file.touch()
    answer = web.get("/readyz")
    engine.dispose()
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["database"] == "OperationalError"


def test_readyz_when_the_database_is_away(unreachable: SessionFactory, clock: MovableClock) -> None:
    answer = client(unreachable, clock).get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"] == {
        "database": "OperationalError",
        "disk": "ok",
        "index": "ok",
        "worker": "OperationalError",
    }


def test_readyz_sees_that_somebody_keeps_the_write_lock(sqlite_url: str, clock: MovableClock) -> None:
    engine = make_engine(sqlite_url)
    factory = make_session_factory(engine)
    give_sign(factory, clock())
    with sqlite3.connect(str(engine.url.database), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert checks(client(factory, clock))["database"] == "OperationalError"
        other.execute("ROLLBACK")
    other.close()
    assert set(checks(client(factory, clock)).values()) == {"ok"}
    engine.dispose()


def test_readyz_and_metrics_see_a_full_disk(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = client(factory, clock, folder=tmp_path, var_dir=str(tmp_path), trial=True)
    free = health.free_bytes(tmp_path)
    assert f"factline_disk_free_bytes {str(free)[:3]}" in web.get("/metrics").text
    monkeypatch.setattr(health, "LEAST_FREE", 2 * free)
    assert checks(web)["disk"] == "DiskFullError"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_readyz_sees_a_folder_where_nobody_may_write(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    assert checks(client(factory, clock, folder=tmp_path))["disk"] == "PermissionError"


def checks(web: FlaskClient) -> dict[str, str]:
    answer = web.get("/readyz").json
    assert answer is not None
    found: dict[str, str] = answer["checks"]
    return found


def test_dead_jobs_are_in_the_figure_that_the_alert_asks_for(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        session.get_one(Job, queue.enqueue(session, "work", {}, now=clock())).state = JobState.DEAD
    rules = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    (alert,) = [rule["expr"] for rule in rules if rule["alert"] == "FactlineDeadJobs"]
    assert alert == 'sum(factline_jobs{state="DEAD"}) > 0'
    text = client(factory, clock, trial=True).get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    found = [one for one in samples if one.name == "factline_jobs" and one.labels["state"] == "DEAD"]
    assert sum(one.value for one in found) == 1


def test_metrics_can_be_read_by_prometheus(factory: SessionFactory, clock: MovableClock) -> None:
    give_sign(factory, clock())
    with transaction(factory) as session:
        queue.enqueue(session, "work", {}, now=clock())
    answer = client(factory, clock, trial=True).get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    values = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}
    assert values["factline_workers_alive", ()] == 1
    assert values["factline_jobs", (("kind", "work"), ("state", "READY"))] == 1


@pytest.mark.parametrize("content", [b"", b"short"])
def test_damaged_files_of_metrics_hide_nothing_else(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "counter_1.db").write_bytes(content)
    answer = client(factory, clock, trial=True, prometheus_multiproc_dir=tmp_path).get("/metrics")
    assert answer.status_code == 200
    assert "factline_workers_alive 0" in answer.text
    assert "are damaged" in answer.text


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("Bearer wrong", 401),
        ("Bearer ", 401),
        ("s3cret", 401),
        ("Bearer s3cret\xff", 401),
        ("Bearer s3cret", 200),
    ],
)
def test_metrics_ask_for_their_token(
    factory: SessionFactory, clock: MovableClock, header: str | None, status: int
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = client(factory, clock, metrics_token="s3cret").get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("factline_articles" in answer.text) == (status == 200)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}])
def test_without_a_token_metrics_are_for_trials(
    factory: SessionFactory, clock: MovableClock, headers: dict[str, str]
) -> None:
    answer = client(factory, clock, trial=False).get("/metrics", headers=headers)
    assert answer.status_code == 404
    assert "factline" not in answer.text
    assert client(factory, clock, trial=True).get("/metrics", headers=headers).status_code == 200


def test_a_token_is_asked_for_in_a_trial_too(factory: SessionFactory, clock: MovableClock) -> None:
    assert client(factory, clock, trial=True, metrics_token="s3cret").get("/metrics").status_code == 401


def test_metrics_of_several_processes_are_added_up(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path
) -> None:
    answer = client(factory, clock, trial=True, prometheus_multiproc_dir=tmp_path).get("/metrics")
    assert answer.status_code == 200
    assert "factline_workers_alive 0" in answer.text
