"""What people had erased, noted outside of the database, so that putting a backup back does not undo it.

A line has a keyed digest of a person's or a message's id, and nothing of what it was.
"""

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from factcheck.errors import FactlineError

PERSON, MESSAGE, ACCOUNT, CONTENT = "person", "message", "account", "content"


class ErasureLogError(FactlineError):
    """The file of what was erased cannot be read."""


@dataclass(frozen=True)
class Erasure:
    kind: str
    digest: str
    at: datetime
    until: datetime
    """What was sent later was not erased."""


class ErasureLog:
    """A file that is only added to."""

    def __init__(self, path: Path, secret_key: str) -> None:
        self._path = path
        self._secret_key = secret_key

    def digest(self, kind: str, name: str) -> str:
        return hmac.new(self._secret_key.encode(), f"erased {kind}: {name}".encode(), "sha256").hexdigest()[:32]

    def note(self, kind: str, name: str, *, at: datetime, until: datetime) -> None:
        """Returns when the line is on the disk. Raises OSError."""
        line = {"kind": kind, "digest": self.digest(kind, name), "at": at.isoformat(), "until": until.isoformat()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, (json.dumps(line) + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def since(self, moment: datetime) -> list[Erasure]:
        """Raises ErasureLogError for a damaged file: to pass over a line would bring back what somebody erased."""
        try:
            return [erasure for erasure in self._read() if erasure.at >= moment]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ErasureLogError(f"{self._path}, which says what people had erased, is damaged: {error}") from error

    def _read(self) -> Iterator[Erasure]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            found = json.loads(line)
            at, until = datetime.fromisoformat(found["at"]), datetime.fromisoformat(found["until"])
            yield Erasure(found["kind"], found["digest"], at, until)
