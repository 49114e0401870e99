"""SQLite's one write lock: who waits for it, and how.

Threads of one process pass it on at once. Of other processes, one sees whether they are done by looking again and
again, evenly, which gives all the same chance: SQLite itself sleeps longer each time, up to 100 ms, so that newcomers
overtake.
"""

import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Engine, event

LOOK_SECONDS = 0.001
"""Pause between two looks whether another process is done. A transaction takes some milliseconds."""
PATIENT_SECONDS = 0.003
"""Pause before a patient process takes the lock again, in which any other that looks gets it."""

_HAS_TURN = "factline_has_turn"


class WriteLock:
    """Belongs to one engine. `patient`: lets other processes go first."""

    def __init__(self, *, patient: bool) -> None:
        self._pause = PATIENT_SECONDS if patient else 0.0
        self._look = PATIENT_SECONDS if patient else LOOK_SECONDS
        self._turn = threading.Lock()
        self._left_at = 0.0

    def watch(self, engine: Engine) -> None:
        """Takes the turn back from each connection when it returns to the pool, after its transaction."""
        event.listen(engine, "checkin", self._leave)

    def begin(self, connection: Any, patience: float) -> None:
        """Begins a transaction that writes. Raises OperationalError after `patience` seconds."""
        deadline = time.monotonic() + patience
        has_turn = _HAS_TURN in connection.info or self._turn.acquire(timeout=patience)
        try:
            if (pause := min(self._pause, self._left_at + self._pause - time.monotonic())) > 0:
                time.sleep(pause)
            while not _begun(connection, last_try=not has_turn or time.monotonic() > deadline):
                time.sleep(self._look)
        except BaseException:
            if has_turn and connection.info.pop(_HAS_TURN, True):
                self._turn.release()
            raise
        if has_turn:
            connection.info[_HAS_TURN] = True

    def _leave(self, _connection: Any, record: Any) -> None:
        if record.info.pop(_HAS_TURN, False):
            self._left_at = time.monotonic()
            self._turn.release()


def _begun(connection: Any, *, last_try: bool) -> bool:
    try:
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE")  # SQLAlchemy takes 0.3 ms to say no
    except sqlite3.Error as error:
        if not last_try and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails once more, with an error of SQLAlchemy's
    return True
