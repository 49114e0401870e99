"""SQLite's one write lock: who waits for it, and how.

Threads of one process pass it on at once. Of other processes, one sees whether they are done by looking again and
again, evenly, which gives all the same chance: SQLite itself sleeps longer each time, up to 100 ms, so that newcomers
overtake. Whoever looks shares a lock on a file beside the database, so that a patient process sees whom to let go
first.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

LOOK_SECONDS = 0.001
"""Pause between two looks whether another process is done. A transaction takes some milliseconds."""
PATIENT_SECONDS = 0.1
"""So long a patient process lets others go first."""

_HAS_TURN = "factline_has_turn"


class WriteLock:
    """Belongs to one engine. `beside`: the file that tells who waits, if there may be other processes. `patient`: lets
    these go first."""

    def __init__(self, beside: Path | None, *, patient: bool) -> None:
        self._beside = beside
        self._patience = PATIENT_SECONDS if patient else 0.0
        self._turn = threading.Lock()

    def watch(self, engine: Engine) -> None:
        """Takes the turn back from each connection when it returns to the pool, after its transaction."""
        event.listen(engine, "checkin", self._leave)

    def begin(self, connection: Any, patience: float) -> None:
        """Begins a transaction that writes. Raises OperationalError after `patience` seconds."""
        deadline = time.monotonic() + patience
        has_turn = _HAS_TURN in connection.info or self._turn.acquire(timeout=patience)
        try:
            if self._patience or not _begun(connection, last_try=False):
                with self._file() as descriptor:
                    self._look(connection, descriptor, deadline)
        except BaseException:
            if has_turn and connection.info.pop(_HAS_TURN, True):
                self._turn.release()
            raise
        if has_turn:
            connection.info[_HAS_TURN] = True

    def _look(self, connection: Any, descriptor: int | None, deadline: float) -> None:
        """Looks until it has begun; `descriptor`: of the file."""
        patient_until = time.monotonic() + self._patience
        while True:
            now = time.monotonic()
            if now >= patient_until or not _others_wait(descriptor):
                if _begun(connection, last_try=now >= deadline):
                    return
                if descriptor is not None and not self._patience:
                    _locked(descriptor, fcntl.LOCK_SH)  # fails while one asks whether anybody waits
            time.sleep(LOOK_SECONDS)

    @contextmanager
    def _file(self) -> Iterator[int | None]:
        """Opens it each time, since forked processes would share its lock. None where it cannot be."""
        descriptor = None
        if self._beside is not None:
            try:
                descriptor = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                descriptor = None
        try:
            yield descriptor
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _leave(self, _connection: Any, record: Any) -> None:
        if record.info.pop(_HAS_TURN, False):
            self._turn.release()


def _others_wait(descriptor: int | None) -> bool:
    if descriptor is None:
        return False
    if not _locked(descriptor, fcntl.LOCK_EX):
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _begun(connection: Any, *, last_try: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if last_try or getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
