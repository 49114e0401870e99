"""The service as its real processes, started once for the tests of the default profile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator.testing import FakeLine
from tests.e2e.service import Service


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """As `make run` starts it: SQLite, the embedded index, the trial texts; its web process plays LINE."""
    with Service(tmp_path_factory.mktemp("trial"), {"TRIAL": "1"}) as service:
        service.load_trial()
        yield service


@pytest.fixture
def line(tmp_path: Path) -> Iterator[FakeLine]:
    """A LINE of its own, whose files are not ours."""
    with FakeLine(tmp_path) as line:
        yield line


@pytest.fixture
def running(trial: Service, line: FakeLine) -> Service:
    """The same service, which talks to this LINE."""
    trial.use(
        {
            "LINE_CHANNEL_SECRET": line.channel_secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.access_token,
            "LINE_API_BASE": line.base_url,
        }
    )
    line.webhook_url = f"{trial.base_url}/callback"
    return trial
