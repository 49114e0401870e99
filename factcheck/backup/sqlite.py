"""Copying a SQLite database while it is used, and putting a copy in its place."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from factcheck.backup.errors import BackupError
from factcheck.dataset.folders import to_disk

BESIDE = ("", "-wal", "-shm")
"""Endings of a database's files."""


def dump(database: Path, to: Path) -> None:
    """Copies one state, whatever is written meanwhile. Raises BackupError."""
    if not database.exists():
        raise BackupError(f"There is no database at {database}.")
    with _errors(database), closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
    check(to)


def check(database: Path) -> None:
    """Raises BackupError for a damaged file."""
    with _errors(database), closing(sqlite3.connect(database)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or strays:
        raise BackupError(f"The database is damaged: {'; '.join(found)}; {len(strays)} rows lack what they belong to.")


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Raises BackupError while another restore is at it."""
    try:
        lock = os.open(database.with_name(f".{database.name}.restore"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupError(f"{database.parent} cannot be written to: {error}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"Another restore of {database} has not ended. Nothing was changed.") from error
        yield
    finally:
        os.close(lock)  # which frees it


def require_unused(database: Path) -> None:
    """Raises BackupError while a process has it open: it would go on with the old one."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise BackupError(f"{database} is in use. Stop web and worker first. Nothing was changed.") from error
        raise BackupError(f"{database} cannot be opened: {error}. Nothing was changed.") from error
    except sqlite3.DatabaseError:
        return  # too damaged to be in use; it is kept under another name all the same


def put_in_place(draft: Path, database: Path, *, now: datetime) -> Path | None:
    """Returns where the database before it is kept, if there was one. Call it inside `alone`."""
    to_disk(draft)
    there = [ending for ending in BESIDE if _beside(database, ending).exists()]
    kept = _free_name(f"{database}.before-{now:%Y%m%d-%H%M%S}")
    for ending in there:
        _beside(database, ending).rename(_beside(kept, ending))
    draft.replace(database)
    to_disk(database.parent)
    return kept if there else None


def _free_name(wanted: str) -> Path:
    names = (Path(wanted + more) for more in chain([""], map("-{}".format, count(2))))
    return next(name for name in names if not any(_beside(name, ending).exists() for ending in BESIDE))


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)


@contextmanager
def _errors(database: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"{database} cannot be read: {error}. Nothing was changed.") from error
