"""Reads the database for files, in snapshots given up after a while: one that stays open keeps the database from
clearing up behind others, however little it does."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy.orm import Session

from factcheck.dataset.data_file import DataFile, Key
from factcheck.db.session import READ_ONLY, SessionFactory

SECONDS = 20.0
"""How long one moment is held, and at least a quarter of that after a first row, for which a file may have to be
sorted: else a large one would be sorted again for each few rows. A small dataset is of one moment."""


class Reading:
    """Use it within `reading`."""

    def __init__(self, factory: SessionFactory, seconds: float) -> None:
        self._factory, self._seconds = factory, seconds
        self._stack = ExitStack()
        self._session: Session | None = None
        self._until = 0.0

    def session(self) -> Session:
        """Gives a session that sees one moment: the same as before, unless that is long ago."""
        if self._session is None or time.monotonic() > self._until:
            self.close()
            self._session = self._stack.enter_context(_snapshot(self._factory))
            self._until = time.monotonic() + self._seconds
        return self._session

    def close(self) -> None:
        self._session = None
        self._stack.close()

    def batches(self, file: DataFile) -> Iterator[Sequence[Sequence[Any]]]:
        """Reads a file's rows in their order, and goes on behind the last one whenever the moment is over."""
        after: Key | None = None
        while True:
            session = self.session()
            query = file.query(session.get_bind().dialect.name, after=after)
            # Not by the session, which makes rows of rows.
            result = session.connection().execute(query, execution_options={"yield_per": file.rows_at_once})
            for number, rows in enumerate(result.partitions()):
                if number == 0:
                    self._until = max(self._until, time.monotonic() + self._seconds / 4)
                yield rows
                after = file.place(rows[-1])
                if time.monotonic() > self._until:
                    result.close()
                    break
            else:
                return


@contextmanager
def reading(factory: SessionFactory, *, seconds: float = SECONDS) -> Iterator[Reading]:
    reader = Reading(factory, seconds)
    try:
        yield reader
    finally:
        reader.close()


@contextmanager
def _snapshot(factory: SessionFactory) -> Iterator[Session]:
    """Opens a session that keeps no writer waiting: one read transaction in SQLite's WAL, REPEATABLE READ in
    PostgreSQL."""
    with factory() as session:
        options: dict[str, Any] = {READ_ONLY: True}
        if session.get_bind().dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        session.connection(execution_options=options)
        try:
            yield session
        finally:
            session.rollback()
