"""What a worker counts, where it shares no folder with `web`."""

import socket
from pathlib import Path

import pytest
import requests

from bot.outbound.sender import alert
from bot.worker import serve_counts
from factcheck.settings import Settings, SettingsError, load_settings
from tests.ports import free_port


def settings_of(tmp_path: Path, **more: object) -> Settings:
    return load_settings(var_dir=tmp_path, trial=True, **more)


def test_a_worker_tells_what_it_counts(tmp_path: Path) -> None:
    port = free_port()
    serve_counts(settings_of(tmp_path, worker_metrics_port=port))
    alert("access_token")
    page = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    (line,) = [line for line in page.splitlines() if line.startswith('factline_line_alerts_total{kind="access_token"}')]
    assert float(line.split()[-1]) >= 1


@pytest.mark.parametrize("more", [{}, {"worker_metrics_port": 1, "prometheus_multiproc_dir": "shared"}])
def test_elsewhere_it_opens_no_port(tmp_path: Path, more: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.worker.start_http_server", lambda *_, **__: pytest.fail("a port was opened"))
    serve_counts(settings_of(tmp_path, **more))


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"WORKER_METRICS_PORT {port}"):
            serve_counts(settings_of(tmp_path, worker_metrics_port=port))
