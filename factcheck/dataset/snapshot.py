from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from factcheck.dataset.data_file import DataFile
from factcheck.db.session import READ_ONLY, SessionFactory

ROWS_AT_A_TIME = 1_000


@contextmanager
def snapshot(factory: SessionFactory) -> Iterator[Session]:
    """Opens a session that sees one moment and keeps no writer waiting: one read transaction in SQLite's WAL,
    REPEATABLE READ in PostgreSQL."""
    with factory() as session:
        options: dict[str, Any] = {READ_ONLY: True}
        if session.get_bind().dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        session.connection(execution_options=options)
        try:
            yield session
        finally:
            session.rollback()


def stream(session: Session, file: DataFile) -> Iterator[Row[Any]]:
    """Reads a file's rows, a thousand in memory at a time."""
    query = file.query(session.get_bind().dialect.name)
    yield from session.execute(query, execution_options={"yield_per": ROWS_AT_A_TIME})
