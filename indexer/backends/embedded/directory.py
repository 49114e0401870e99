"""The directory of the embedded index: which file is in use, and who may write.

`current` names the file in use. Writers take turns through `write.lock`, so that none writes into a file that is being
replaced. Readers take no lock, but read `current` before every search. Who sees damage leaves a mark beside the file,
for all processes to see until another file is in use.
"""

import fcntl
import os
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from factcheck.errors import IndexLostError, SearchUnavailableError

_ABANDONED_SECONDS = 7 * 24 * 3600.0
_NAME = re.compile(r"index-[0-9a-f]{16}\.sqlite")
_DAMAGE_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_DAMAGE_WORDS = ("no such table", "no such column", "Could not decode")


class IndexDirectory:
    def __init__(self, path: Path) -> None:
        self.path = path

    def live(self) -> Path | None:
        """The file in use; None if `current` names none."""
        try:
            name = (self.path / "current").read_bytes().strip().decode(errors="replace")
        except FileNotFoundError:
            return None
        return self.path / name if _NAME.fullmatch(name) else None

    def new_file(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / f"index-{secrets.token_hex(8)}.sqlite"

    def point_to(self, file: Path) -> None:
        """Puts a file in use, in one step for all processes. Call it inside `exclusive`."""
        draft = self.path / f".current-{secrets.token_hex(8)}"
        draft.write_text(file.name, encoding="utf-8")
        draft.replace(self.path / "current")

    def replace_live(self, file: Path) -> None:
        with self.exclusive():
            before = self.live()
            if before == file:
                return
            if not file.exists():
                raise SearchUnavailableError(f"The unfinished index {file} was removed by somebody else.")
            self.point_to(file)
            if before is not None:
                remove_file(before)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Lets one writer, of all processes and threads, change which file is in use."""
        self.path.mkdir(parents=True, exist_ok=True)
        with _flock(self.path / "write.lock", fcntl.LOCK_EX):
            yield

    def beside(self) -> list[Path]:
        """Files being built or left by a killed rebuild, newest first."""
        live = self.live()
        return sorted((file for file in self.path.glob("index-*.sqlite") if file != live), key=_changed, reverse=True)

    def remove_abandoned(self) -> None:
        """Removes unfinished files older than a week, longer than any rebuild."""
        for file in self.beside():
            if time.time() - _changed(file) > _ABANDONED_SECONDS:
                remove_file(file)


def vectors_path(file: Path) -> Path:
    return file.with_name(file.name + "-vectors")


def words_path(file: Path) -> Path:
    return file.with_name(file.name + "-words")


def damage(file: Path) -> str:
    """Returns what somebody saw; "" without a mark."""
    try:
        return _mark_path(file).read_text(encoding="utf-8", errors="replace") or "damaged"
    except FileNotFoundError:
        return ""


@contextmanager
def marking(file: Path) -> Iterator[None]:
    """Leaves a mark when IndexLostError comes, unless the file was replaced meanwhile."""
    try:
        yield
    except IndexLostError as error:
        if file.exists():
            with suppress(OSError):  # a full disk must not hide the error itself
                _mark_path(file).write_text(error.reason, encoding="utf-8")
        raise


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with _flock(_lock_path(file), fcntl.LOCK_EX):
        yield


@contextmanager
def try_locked(file: Path) -> Iterator[bool]:
    """Yields False at once while another one writes."""
    try:
        with _flock(_lock_path(file), fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield True
    except BlockingIOError:
        yield False


def remove_file(file: Path) -> None:
    for part in _parts(file):
        part.unlink(missing_ok=True)
    shutil.rmtree(words_path(file), ignore_errors=True)


def size_bytes(file: Path) -> int:
    with suppress(FileNotFoundError):  # the word index removes files meanwhile
        parts = [*_parts(file), *words_path(file).glob("*")]
        return sum(part.stat().st_size for part in parts if part.exists())
    return size_bytes(file)


def _changed(file: Path) -> float:
    """Seconds since 1970; 0 if the file was removed just now."""
    return max((part.stat().st_mtime for part in _parts(file) if part.exists()), default=0.0)


def _parts(file: Path) -> list[Path]:
    beside = [file.with_name(file.name + ending) for ending in ("-wal", "-shm")]
    return [file, *beside, vectors_path(file), _lock_path(file), _mark_path(file)]


def _mark_path(file: Path) -> Path:
    return file.with_name(file.name + "-damaged")


def _lock_path(file: Path) -> Path:
    return file.with_name(file.name + "-lock")


@contextmanager
def _flock(path: Path, operation: int) -> Iterator[None]:
    """The kernel frees the lock when a process dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    """Runs a transaction of the `kind` IMMEDIATE to write, or DEFERRED to read one state."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def errors() -> Iterator[None]:
    """Raises IndexLostError for a damaged file, SearchUnavailableError for other errors of SQLite and the file
    system."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        kind = IndexLostError if _is_damage(error) else SearchUnavailableError
        raise kind(f"The embedded search index failed: {error}") from error


def _is_damage(error: Exception) -> bool:
    if isinstance(error, UnicodeDecodeError):  # SQLite quotes what it found
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says where it was found
    return code in _DAMAGE_CODES or str(error).startswith(_DAMAGE_WORDS)
