from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator.testing import LineServer
from bot.simulator.world.chats import Chat
from factcheck.db.session import SessionFactory
from tests.conftest import MovableClock
from tests.failures.harness import Bot, Site
from tests.fakes.pictures import FakeLooker


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with Site.served() as site:
        yield site


@pytest.fixture
def bot(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path, line_server: LineServer, site: Site
) -> Iterator[Bot]:
    """The bot between a fake LINE and its database; see `Bot`."""
    with Bot(factory, clock, tmp_path, line_server, site) as bot:
        yield bot


@pytest.fixture
def seeing(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path, line_server: LineServer, site: Site
) -> Iterator[Bot]:
    """A `bot` that takes pictures, films and sounds."""
    with Bot(factory, clock, tmp_path, line_server, site, looker=FakeLooker()) as bot:
        yield bot


@pytest.fixture
def ada(request: pytest.FixtureRequest) -> Chat:
    """Somebody who talks to the bot of the test: to `seeing` where that is asked for, else to `bot`."""
    bot: Bot = request.getfixturevalue("seeing" if "seeing" in request.fixturenames else "bot")
    return bot.person()
