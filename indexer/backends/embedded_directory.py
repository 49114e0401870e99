"""The directory of the embedded index: which file is in use, and who may write.

`current` names the file in use. Writers of all processes take turns through `write.lock`, so that none writes into a
file that is being replaced; readers need no lock, they look at `current` before every search.
"""

import fcntl
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from factcheck.errors import SearchUnavailableError

_ORPHAN_SECONDS = 24 * 3600.0


class IndexDirectory:
    def __init__(self, path: Path) -> None:
        self.path = path

    def live(self) -> Path | None:
        """The file in use; None while nothing was ever indexed."""
        try:
            return self.path / (self.path / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def new_file(self) -> Path:
        """A path that nobody uses. The directory is made."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / f"index-{secrets.token_hex(8)}.sqlite"

    def point_to(self, file: Path) -> None:
        """Put a file in use, in one step for all processes. Call it inside `exclusive`."""
        draft = self.path / f".current-{secrets.token_hex(8)}"
        draft.write_text(file.name, encoding="utf-8")
        draft.replace(self.path / "current")

    def replace_live(self, file: Path) -> None:
        """Put a finished file in use and remove the one before."""
        with self.exclusive():
            before = self.live()
            self.point_to(file)
            if before is not None:
                remove_file(before)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Only one writer of all processes and threads; the kernel frees it when a process dies."""
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / "write.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def remove_orphans(self) -> None:
        """Files of rebuilds that were killed; a day is longer than any rebuild."""
        live = self.live()
        for file in self.path.glob("index-*.sqlite"):
            with suppress(FileNotFoundError):
                if file != live and time.time() - file.stat().st_mtime > _ORPHAN_SECONDS:
                    remove_file(file)


def remove_file(file: Path) -> None:
    for part in _parts(file):
        part.unlink(missing_ok=True)


def size_bytes(file: Path) -> int:
    return sum(part.stat().st_size for part in _parts(file) if part.exists())


def _parts(file: Path) -> list[Path]:
    return [file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")]


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    """`kind`: IMMEDIATE to write, DEFERRED to read one state."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def errors() -> Iterator[None]:
    """What SQLite and the file system raise, as the port's error."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise SearchUnavailableError(f"The embedded search index failed: {error}") from error
