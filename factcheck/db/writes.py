from typing import Any

from sqlalchemy import Engine


class Writes:
    """Tells one thread whether others wrote to SQLite's file: it counts up a number, which takes no lock to read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._number: int | None = None

    @property
    def can_be_seen(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def seen(self) -> bool:
        """Tells whether they may have since it was last asked. Raises what the database raises."""
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            self._connection.detach()  # it is no use to others
        try:
            (number,) = self._connection.execute("PRAGMA data_version").fetchone()
        except Exception:
            self.close()
            raise
        before, self._number = self._number, number
        return bool(number != before)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = self._number = None
