"""Databases for tests: a test that asks for `factory` runs on SQLite, and on PostgreSQL if `tests/databases.py` names
it or `--all-databases` is given.

PostgreSQL is used if TEST_DATABASE_URL names a server; each run works in a schema of its own. The schema is made by
the migrations, once; tests find it empty.
"""

import gc
import importlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import structlog
from flask.sansio.app import App
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Dialect, Engine, event, literal, make_url, select, text, union_all

from bot.simulator.testing import LineServer
from factcheck import logs, long_running
from factcheck.db import session
from factcheck.db.base import Base
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory
from factcheck.settings import Settings
from tests.campaigns import is_campaign, is_campaign_file
from tests.databases import is_left_out
from tests.postgresql import own_schema

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

    from indexer.backends.elasticsearch.backend import ElasticsearchSearch
    from tests.fakes.cluster_door import ClusterDoor

hypothesis.settings.register_profile("factline", deadline=None, derandomize="CI" in os.environ, max_examples=40)
hypothesis.settings.load_profile("factline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-databases", action="store_true", help="every test with a database runs on PostgreSQL, too")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if config.getoption("markexpr") == "not campaign" and is_campaign_file(collection_path) else None


@pytest.hookimpl(tryfirst=True)  # before pytest looks at `-m`
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in filter(is_campaign, items):
        item.add_marker("campaign")
    if config.getoption("all_databases"):
        return
    config.hook.pytest_deselected(items=[item for item in items if is_left_out(item)])
    items[:] = [item for item in items if not is_left_out(item)]


def pytest_collection_finish() -> None:
    """What is there by now stays: to look through it for garbage again and again is a tenth of the tests' work."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A program that ran in a test's process logs to the stream that was caught there, which is closed afterwards."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def build_app(tmp_path_factory: pytest.TempPathFactory) -> "Callable[[Settings], Flask]":
    """`wsgi.build_app`. The module makes an app as soon as it is imported: in a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAL", "1")
        patch.setenv("VAR_DIR", str(tmp_path_factory.mktemp("var")))
        patch.setattr(logs, "configure_logging", lambda: None)  # other tests look at what is logged
        build: Callable[[Settings], Flask] = importlib.import_module("wsgi").build_app
    return build


class MovableClock:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    from tests.chromium import chromium  # only here: most test processes need no browser

    with chromium() as browser:
        yield browser


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def door() -> "Iterator[ClusterDoor]":
    """The way to the shared Elasticsearch, which the test can close."""
    from tests.fakes.cluster_door import ClusterDoor
    from tests.indexer.elasticsearch import server_url

    with ClusterDoor(server_url()) as door:
        yield door


@pytest.fixture
def behind_door(door: "ClusterDoor") -> "Iterator[ElasticsearchSearch]":
    """An index of one's own."""
    from indexer.backends.elasticsearch.backend import ElasticsearchSearch
    from tests.indexer.conftest import expecting
    from tests.indexer.elasticsearch import own_prefix, server_url

    with own_prefix(server_url()) as prefix:
        yield ElasticsearchSearch([door.url], prefix, expecting())


@pytest.fixture(scope="session")
def line_server() -> Iterator[LineServer]:
    """Where the fake LINEs of all tests are served, one after the other."""
    server = LineServer()
    yield server
    server.close()


PRODUCT_DURABILITY = session.SQLITE_DURABLE


@pytest.fixture(scope="session", autouse=True)
def programs_in_a_tests_process_leave_its_priority() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.nice", lambda _more: 0)
        patch.setattr(long_running, "AUTOGROUP", Path("/nowhere/autogroup"))
        yield


@pytest.fixture(scope="session", autouse=True)
def commits_do_not_wait_for_the_disk() -> Iterator[None]:
    """Nobody pulls the plug during a test, and a test commits dozens of times. Processes that tests start do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "SQLITE_DURABLE", "OFF")
        yield


class CompiledTemplates(BytecodeCache):
    """What was compiled in this process, for the apps of all tests."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """An app of its own compiles every template that it shows, 15 ms each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(App.jinja_options, "bytecode_cache", CompiledTemplates())
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the file is copied without its log
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "factline.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_template: Path) -> Iterator[Engine]:
    """One engine for all tests, for it keeps the statements that it has compiled, which is half of their work. It opens
    the file that its `url` names at the moment."""
    engine = make_engine(f"sqlite:///{sqlite_template}")

    @event.listens_for(engine, "do_connect")
    def open_the_present_file(_dialect: Dialect, _record: object, arguments: list[Any], _options: object) -> None:
        arguments[:] = [engine.url.database]

    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_schema() -> Iterator[str | None]:
    """URL of an empty, migrated schema that is dropped at the end; None without a server."""
    if not os.environ.get("TEST_DATABASE_URL"):
        yield None
        return
    with own_schema() as url:
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


RESTART_SEQUENCES = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"""


def empty(connection: Connection) -> None:
    """Deletes where something is: to truncate 25 tables, most of them empty, takes longer than most tests."""
    tables = Base.metadata.sorted_tables
    used = connection.scalars(union_all(*(select(literal(one.name)).where(select(one).exists()) for one in tables)))
    for name in sorted(used, key=[table.name for table in tables].index, reverse=True):
        connection.execute(Base.metadata.tables[name].delete())
    connection.execute(text(RESTART_SEQUENCES))


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_schema: str | None) -> Iterator[Engine]:
    """One engine for all tests; see `sqlite_engine`."""
    if postgresql_schema is None:
        pytest.skip("TEST_DATABASE_URL names no PostgreSQL server")
    engine = make_engine(postgresql_schema)
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_url(postgresql_schema: str | None, postgresql_engine: Engine) -> Iterator[str]:
    yield postgresql_schema
    with postgresql_engine.begin() as connection:
        empty(connection)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    url = make_url(database_url)
    engine: Engine = request.getfixturevalue(f"{url.get_backend_name()}_engine")
    engine.url = url
    yield engine
    if url.get_backend_name() == "sqlite":
        engine.dispose()  # the next test has a file of its own


@pytest.fixture
def factory(engine: Engine) -> SessionFactory:
    """Sessions on an empty database with the real schema."""
    return make_session_factory(engine)
