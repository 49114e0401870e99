from collections.abc import Iterator

import pytest

from factcheck.db.session import SessionFactory, transaction
from factcheck.elsewhere.reading import read_source
from factcheck.fetching.calls import WebCaller
from factcheck.services import elsewhere
from tests.api.elsewhere.feeds import LICENCE, PUBLISHER, ReadNow
from tests.conftest import MovableClock
from tests.fakes.service import Service, service


@pytest.fixture
def server() -> Iterator[Service]:
    with service() as running:
        yield running


@pytest.fixture
def caller() -> WebCaller:
    return WebCaller("Factline", allow_loopback=True, seconds=5)


@pytest.fixture
def read(factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller) -> ReadNow:
    with transaction(factory) as session:
        elsewhere.add_source(
            session,
            "checkers",
            kind="CLAIM_REVIEW",
            url=server.url("/feed"),
            publisher=PUBLISHER,
            licence=LICENCE,
            now=clock(),
        )
    return lambda: read_source(factory, caller, "checkers", clock)
