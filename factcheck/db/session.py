"""Engine, session factory, and the transaction that every edge opens.

SQLite runs in WAL mode with `synchronous=FULL`, so that an answered webhook survives a power cut. Write transactions
start with BEGIN IMMEDIATE: after a read, the first write fails with SQLITE_BUSY, whatever the busy timeout, if another
process wrote in between.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from factcheck.db.write_lock import WriteLock
from factcheck.errors import DatabaseReadOnlyError
from factcheck.settings import Settings

SQLITE_BUSY_TIMEOUT_MS = 15_000
SQLITE_CHECKPOINT_MS = 500
"""So long others wait to write while the log waits for those who read."""

POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,
    "prepare_threshold": None,  # until it is known that nobody is between
    # A vanished server is noticed within half a minute, not two hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
POSTGRESQL_PLANS = {"random_page_cost": "1.1", "max_parallel_workers_per_gather": "0", "jit": "off"}
"""Lists of a hundred thousand messages stand in indexes, which are in memory; as it is set up, PostgreSQL reads the
whole table instead, by three processes at once, which takes a multiple of the processor. Behind PgBouncer some
connections may be without these settings, and are only slower."""

POSTGRESQL_PREPARED_AFTER = 5
"""Executions of a statement on one connection, after which the server keeps it read and planned."""

SQLITE_DURABLE = "FULL"
"""PRAGMA synchronous: commits wait for the disk."""

SQLITE_NOT_DURABLE = "NORMAL"
REST_SECONDS = 1.0
"""So long a connection of PostgreSQL counts as alive without being asked."""

RESTS_SINCE = "factline_rests_since"
READ_ONLY = "factline_read_only"
NOT_DURABLE = "factline_not_durable"
LOCK_SECONDS = "factline_lock_seconds"

SessionFactory = sessionmaker[Session]


class _Hinting(SQLiteCompiler):
    """Writes INDEXED BY where a query says so, which SQLAlchemy does for other databases."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:  # noqa: ARG002
        return text


def make_engine(url: str, *, pool_size: int = 10, patient: bool = False) -> Engine:
    """Makes an engine, and the folder of a SQLite file. `patient`: lets other processes go first to SQLite's write
    lock; for the worker, since LINE and browsers wait for `web`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_MS / 1000}, pool_size=pool_size
        )
        engine.dialect.statement_compiler = _Hinting
        event.listen(engine, "connect", _on_sqlite_connect)
        lock = WriteLock(patient=patient)
        lock.watch(engine)
        event.listen(engine, "begin", partial(_on_sqlite_begin, lock=lock))
        return engine
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_use_lifo=True,  # few connections have much to do, and so their statements prepared
        hide_parameters=True,  # errors get into logs and job rows; what people wrote must not
        connect_args=POSTGRESQL_OPTIONS,
    )
    event.listen(engine, "connect", _on_postgresql_connect)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_ping_if_rested, engine))
    return engine


def _on_postgresql_connect(connection: Any, _record: Any) -> None:
    """Has statements prepared, unless a pooler such as PgBouncer is between: the next transaction may come to another
    server process, which has not prepared them. A pooler names itself in place of the process."""
    asked = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in POSTGRESQL_PLANS.items())
    (process, *_) = connection.execute(f"SELECT pg_backend_pid(), {asked}").fetchone()
    connection.commit()
    if process == connection.info.backend_pid:
        connection.prepare_threshold = POSTGRESQL_PREPARED_AFTER


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = time.monotonic()


def _ping_if_rested(engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Asks whether the server is still there, as `pool_pre_ping` does, but not each time: that would be every other
    call under load. Raises InvalidatePoolError, at which the pool connects anew."""
    rests_since = record.info.get(RESTS_SINCE)
    if rests_since is None or time.monotonic() - rests_since < REST_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def make_session_factory(engine: Engine) -> SessionFactory:
    return sessionmaker(engine, expire_on_commit=False)


def open_database(settings: Settings, *, pool_size: int = 10, patient: bool = False) -> SessionFactory:
    return make_session_factory(make_engine(settings.resolved_database_url, pool_size=pool_size, patient=patient))


@contextmanager
def transaction(factory: SessionFactory, *, durable: bool = True) -> Iterator[Session]:
    """Commits when the block ends, rolls back when it raises. Not `durable`: the commit does not wait for the disk,
    and a power cut (but no killed process) may undo it; for what is then just done again."""
    with factory() as session, session.begin():
        if not durable:
            connection = session.connection(execution_options={NOT_DURABLE: True})
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
        yield session


@contextmanager
def read_only(factory: SessionFactory) -> Iterator[Session]:
    """Opens a session that takes no write lock and keeps no change. Loaded rows can be read after it is closed."""
    with factory() as session:
        connection = session.connection(execution_options={READ_ONLY: True, "postgresql_readonly": True})
        yield session
        if connection.dialect.name == "postgresql":  # at a rollback, the driver gives up all that is prepared
            session.expunge_all()
            session.commit()


def require_writable(factory: SessionFactory, *, seconds: float) -> None:
    """Raises DatabaseReadOnlyError, or OperationalError when somebody has held SQLite's write lock for so long."""
    with factory() as session:
        connection = session.connection(execution_options={NOT_DURABLE: True, LOCK_SECONDS: seconds})
        if connection.dialect.name == "postgresql" and session.scalar(text("SHOW transaction_read_only")) == "on":
            raise DatabaseReadOnlyError


def require_there(factory: SessionFactory) -> None:
    """Raises OperationalError where SQLite's file was removed: connections from before go on with it, unseen by others,
    and a new one begins an empty file."""
    with factory() as session:
        url = session.get_bind().engine.url
    if url.get_backend_name() == "sqlite" and url.database:
        with closing(sqlite3.connect(f"{Path(url.database).absolute().as_uri()}?mode=ro", uri=True)) as anew:
            anew.execute("SELECT 1 FROM jobs LIMIT 1")


def unlogged(engine: Engine) -> bool:
    """Empties SQLite's log, which holds pages as they were before; False while others read it."""
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_CHECKPOINT_MS}")
        (is_busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        return not is_busy
    finally:
        connection.close()


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        f"synchronous={SQLITE_DURABLE}",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Any, *, lock: WriteLock) -> None:
    options = connection.get_execution_options()
    execute = connection.connection.dbapi_connection.execute  # SQLAlchemy takes 0.2 ms for each of these
    if options.get(READ_ONLY):
        execute("BEGIN")
        return
    wanted = SQLITE_NOT_DURABLE if options.get(NOT_DURABLE) else SQLITE_DURABLE
    execute(f"PRAGMA synchronous={wanted}")
    execute("PRAGMA busy_timeout=0")
    try:
        lock.begin(connection, options.get(LOCK_SECONDS, SQLITE_BUSY_TIMEOUT_MS / 1000))
    finally:
        execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
