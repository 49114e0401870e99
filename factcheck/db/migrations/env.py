"""Run by Alembic: one migration at a time, and a lock that cannot be had soon is an error, not an outage."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, Engine, text

from factcheck.db.base import Base, UtcDateTime
from factcheck.db.migrate import ADVISORY_LOCK, LOCK_SECONDS
from factcheck.models import Article

target_metadata = Article.metadata
assert target_metadata is Base.metadata  # noqa: S101 - importing the models filled it


def run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            _migrate_postgresql(connection)
        else:
            with connection.begin():  # BEGIN IMMEDIATE: SQLite's own lock
                _run_in(connection)


def _migrate_postgresql(connection: Connection) -> None:
    with connection.begin():
        # Another that migrates is waited for, however long it takes; whoever holds a table is not.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        _run_in(connection)


def _run_in(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render_item,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Writes our column types as the database's: a migration imports nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


run()
