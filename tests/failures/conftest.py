from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.db.session import SessionFactory
from tests.conftest import MovableClock
from tests.failures.harness import Bot


@pytest.fixture
def bot(factory: SessionFactory, clock: MovableClock, tmp_path: Path) -> Iterator[Bot]:
    """The bot between a fake LINE and its database, once for each kind of database; see `Bot`."""
    with Bot(factory, clock, tmp_path) as bot:
        yield bot
