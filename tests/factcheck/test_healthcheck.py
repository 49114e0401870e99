"""What a container's health check says of its process."""

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.healthcheck import main
from factcheck.clock import utc_now
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.models import WorkerSign

Sign = Callable[[str, float], None]


@pytest.fixture
def sign(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sign:
    """Gives a sign of life of a worker on a machine, some seconds ago."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))

    def give(host: str, seconds: float) -> None:
        engine = make_engine(sqlite_url)
        seen = utc_now() - timedelta(seconds=seconds)
        with transaction(make_session_factory(engine)) as session:
            session.add(WorkerSign(id=f"{host}-{seconds}", host=host, started_at=seen, seen_at=seen))
        engine.dispose()

    return give


def test_a_worker_that_gave_a_sign_lately_is_well(sign: Sign) -> None:
    sign(socket.gethostname(), 5)
    assert main("worker") == 0


def test_a_worker_that_is_silent_or_elsewhere_is_not(sign: Sign, capsys: pytest.CaptureFixture[str]) -> None:
    sign(socket.gethostname(), 60)
    sign("another-machine", 1)
    assert main("worker") == 1
    assert "sign of life" in capsys.readouterr().err


@pytest.mark.parametrize("process", ["web", "embedder"])
def test_a_process_that_is_away_is_not_well(
    process: str, sign: Sign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "1")
    assert main(process) == 1
    assert capsys.readouterr().err.startswith(f"{process}: ")
