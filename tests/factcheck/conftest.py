from collections.abc import Iterator

import pytest

from factcheck.db.session import SessionFactory, make_engine, make_session_factory


@pytest.fixture
def postgresql_factory(postgresql_url: str) -> Iterator[SessionFactory]:
    """For interleavings that SQLite, with its one writer, does not have. A lock that is not given soon is an error."""
    engine = make_engine(f"{postgresql_url}%20-clock_timeout%3D30s")
    yield make_session_factory(engine)
    engine.dispose()
