"""What people had erased, and what reviewers decided, noted outside of the database, so that putting a backup back does
not undo it.

A line has a keyed digest of an id, and nothing of what it was. A job writes it, as a file knows no transaction.
"""

import errno
import fcntl
import hmac
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from factcheck.errors import FactlineError
from factcheck.jobs import queue
from factcheck.jobs.schedule import UNTIRING

PERSON, MESSAGE, ACCOUNT, CONTENT, DECISION = "person", "message", "account", "content", "decision"
BLOCKED, LIFTED = "blocked", "lifted"
"""A name of somebody who is blocked was kept, or forgotten (`services.blocks`)."""

NOTE_ERASURE = "note_erasure"
"""The kind of the job that writes a line."""

Mark = Sequence[int | str]
"""Of words that were taken out: how many characters they have, and a keyed digest."""


class ErasureLogError(FactlineError):
    """The file of what was erased cannot be read."""


@dataclass(frozen=True)
class Erasure:
    kind: str
    digest: str
    at: datetime
    until: datetime
    """What was sent later was not erased."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What it takes to do it again: of a decision kind, reason, what it takes back, and `Mark`s; of what was removed
    the digests, and hashes of pictures, by which it is known; of the name of somebody who is blocked its digest and the
    class of reasons."""


def note_erasure(
    session: Session,
    kind: str,
    name: str,
    *,
    until: datetime,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Has it noted outside of the database, for backups of before. `more`: see `Erasure`."""
    payload = {"kind": kind, "name": name, "at": now.isoformat(), "until": until.isoformat(), "more": dict(more or {})}
    queue.enqueue(session, NOTE_ERASURE, payload, now=now, max_attempts=UNTIRING)


def mark_of(secret_key: str, piece: str) -> Mark:
    return [len(piece), _digest(secret_key, "piece", piece)]


def _digest(secret_key: str, kind: str, name: str) -> str:
    said = f"erased {kind}: {name}".encode("utf-8", "replace")
    return hmac.new(secret_key.encode(), said, "sha256").hexdigest()[:32]


class ErasureLog:
    """A file that is only added to."""

    def __init__(self, path: Path, secret_key: str) -> None:
        self._path = path
        self.secret_key = secret_key

    def digest(self, kind: str, name: str) -> str:
        return _digest(self.secret_key, kind, name)

    def pieces_in(self, texts: Iterable[str], marks: Iterable[Mark]) -> list[str]:
        """Finds the words taken out, of which only marks were kept."""
        wanted: dict[int, set[str]] = defaultdict(set)
        for size, digest in marks:
            wanted[int(size)].add(str(digest))
        windows = {
            text[start : start + size] for text in texts for size in wanted for start in range(len(text) - size + 1)
        }
        return sorted(one for one in windows if self.digest("piece", one) in wanted[len(one)])

    def note(
        self, kind: str, name: str, *, at: datetime, until: datetime, more: Mapping[str, Any] | None = None
    ) -> None:
        """Returns when the line is on the disk. Raises OSError."""
        line: dict[str, Any] = {"kind": kind, "digest": self.digest(kind, name)}
        line |= {"at": at.isoformat(), "until": until.isoformat()} | ({"more": more} if more else {})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _append(descriptor, (json.dumps(line) + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def size(self) -> int:
        """Counts what was noted. Raises ErasureLogError."""
        try:
            return self._path.read_bytes().count(b"\n") if self._path.exists() else 0
        except OSError as error:
            raise ErasureLogError(f"{self._path} cannot be read: {error}") from error

    def since(self, moment: datetime, *, of_damaged: bool = False) -> list[Erasure]:
        """Raises ErasureLogError for a damaged file: to pass over a line would bring back what somebody erased. With
        `of_damaged` it gives what can be read."""
        try:
            lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        except OSError as error:
            lines = [str(error).encode()]
        found = []
        for line in lines:
            try:
                erasure = _read(line)
            except (ValueError, KeyError, TypeError) as error:
                if not of_damaged:
                    raise ErasureLogError(
                        f"{self._path}, which says what people had erased, is damaged: {line[:80]!r}. Put your copy of "
                        "it in its place; if there is none, run it again with --without-erasures: what can be read is "
                        "erased again, and the rest comes back."
                    ) from error
            else:
                found.append(erasure)
        return [erasure for erasure in found if erasure.at >= moment]


def _append(descriptor: int, line: bytes) -> None:
    """Leaves nothing of a line that finds no room, and joins none to one cut short."""
    size = os.fstat(descriptor).st_size
    line = line if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n" else b"\n" + line
    if os.write(descriptor, line) != len(line):
        os.ftruncate(descriptor, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _read(line: bytes) -> Erasure:
    """Raises ValueError, KeyError or TypeError for what nobody wrote."""
    found = json.loads(line)
    at, until = datetime.fromisoformat(found["at"]), datetime.fromisoformat(found["until"])
    return Erasure(found["kind"], found["digest"], at, until, found.get("more", {}))
