"""The service as its real processes, started once for the tests of the default profile."""

from collections.abc import Iterator

import pytest

from tests.e2e.service import Service


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """As `make run` starts it: SQLite, the embedded index, the trial texts; its web process plays LINE."""
    with Service(tmp_path_factory.mktemp("trial"), {"TRIAL": "1"}) as service:
        service.load_trial()
        yield service
