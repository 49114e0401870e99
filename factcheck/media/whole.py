"""Copies of files as they were put into the store: what a disk or a hand has changed since is as good as gone."""

import hashlib
import io
from typing import Protocol

import structlog

from factcheck.errors import DamagedFileError
from factcheck.ports import MediaStore

log = structlog.get_logger()

PIECE = 1 << 20
"""Bytes of a file that are in memory at once."""


class Target(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Measured:
    """Counts and digests what is written, and keeps nothing."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.size += len(data)
        self._digest.update(data)

    def digest(self) -> bytes:
        return self._digest.digest()


def measured(store: MediaStore, name: str, target: Target | None = None) -> Measured:
    """Reads a file to its end, into `target` if one is given. Raises what the store raises."""
    found = Measured()
    with store.open(name) as source:
        while data := source.read(PIECE):
            found.write(data)
            if target is not None:
                target.write(data)
    return found


def copy_whole(store: MediaStore, name: str, digest: bytes | None, target: Target) -> None:
    """Copies a file, of which `digest` is the SHA-256, or None if nobody noted it. Raises DamagedFileError when it is
    another, and what the store raises; `target` has then got something already."""
    found = measured(store, name, target)
    if not found.size or (digest is not None and found.digest() != digest):
        log.error("media_damaged", file=name, bytes=found.size)
        raise DamagedFileError(name)


def read_whole(store: MediaStore, name: str, digest: bytes | None) -> bytes:
    """Reads a file into memory, as `copy_whole` does; what the disk cannot read counts as damaged, too."""
    content = io.BytesIO()
    try:
        copy_whole(store, name, digest, content)
    except OSError as error:
        log.error("media_unreadable", file=name, error=error.strerror)
        raise DamagedFileError(name) from None
    return content.getvalue()
