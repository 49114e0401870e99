"""Databases beside `factory`, to carry data between."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from tests.dataset.sample import fill


@pytest.fixture
def new_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[], SessionFactory]]:
    """Makes empty SQLite databases."""
    engines = []

    def make() -> SessionFactory:
        path = tmp_path / f"other-{len(engines)}.sqlite"
        shutil.copy(sqlite_template, path)
        engines.append(make_engine(f"sqlite:///{path}"))
        return make_session_factory(engines[-1])

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def filled(factory: SessionFactory) -> SessionFactory:
    """`factory` with the sample in it."""
    with transaction(factory) as session:
        fill(session)
    return factory
