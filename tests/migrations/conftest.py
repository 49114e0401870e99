from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from factcheck.db.session import make_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'empty.sqlite'}"
        return
    full = request.getfixturevalue("postgresql_url")
    schema = f"{full.rpartition('%3D')[2]}_empty"
    engine = make_engine(full)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{full}_empty"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()
