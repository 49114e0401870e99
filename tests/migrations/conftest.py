"""Databases of both kinds without any table, and databases at the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from factcheck.db.session import make_engine
from tests.migrations.walk import Walk, walk_through
from tests.postgresql import own_schema

KINDS = ["sqlite", "postgresql"]


@contextmanager
def without_tables(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'new' / 'empty.sqlite'}"
        return
    request.getfixturevalue("postgresql_engine")  # skips the test where there is no server
    with own_schema() as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    with without_tables(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=KINDS)
def migrated_url(request: pytest.FixtureRequest) -> str:
    """A database that the migrations have made, which no test changes the schema of."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(
    scope="module", params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"walk-{kind}")) for kind in KINDS]
)
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """What became of a database that went through every schema there was."""
    with without_tables(request.param, request, tmp_path_factory.mktemp("walk")) as url:
        engine = make_engine(url)
        yield walk_through(engine)
        engine.dispose()
