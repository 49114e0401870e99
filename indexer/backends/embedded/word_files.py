"""Checks the files of the word index, which tantivy maps: one cut short kills whoever reads on.

Files never change once they are committed, apart from `meta.json`, which is replaced in one step and names the others.
Each ends with a checksum, which tantivy writes and does not look at when it opens a file.
"""

import json
import os
import struct
import zlib
from pathlib import Path

from factcheck.errors import IndexLostError

_ENDINGS = ("term", "idx", "pos", "store", "fast", "fieldnorm")
_MAGIC = 1337
_TAIL = struct.Struct("<II")
"""Length of the footer before it, and tantivy's mark."""
_ATTEMPTS = 5
_BLOCK = 1 << 20


class WordFiles:
    """Remembers the lengths of committed files. Safe for threads."""

    def __init__(self, path: Path) -> None:
        """Raises IndexLostError for a damaged file."""
        self._path = path
        if damaged := damaged_files(path):
            raise IndexLostError(f"Files of the word index are damaged: {', '.join(damaged)}.")
        self._stamp = (0, 0)
        self._lengths: dict[str, int] = {}
        self.check_lengths()

    def check_lengths(self) -> None:
        """Raises IndexLostError for a file whose length is not that of an earlier look, or that is gone."""
        for _ in range(_ATTEMPTS):
            stamp, known = self._stamp, self._lengths
            if _stamp(self._path) != stamp:
                stamp, known = self._look_again(known)
            found = {name: _length(self._path / name) for name in known}
            wrong = [name for name, length in found.items() if length != known[name]]
            if not wrong:
                self._stamp, self._lengths = stamp, known
                return
            if _stamp(self._path) == stamp:
                raise IndexLostError(f"Files of the word index have other lengths: {', '.join(wrong)}.")
        # Commits follow each other: these files are none that a search still opens.

    def _look_again(self, known: dict[str, int]) -> tuple[tuple[int, int], dict[str, int]]:
        stamp = _stamp(self._path)
        return stamp, {name: known.get(name, _length(self._path / name)) for name in committed(self._path)}


def committed(path: Path) -> list[str]:
    """Names of the files that `meta.json` needs. Raises IndexLostError when it cannot be read."""
    try:
        segments = json.loads((path / "meta.json").read_bytes())["segments"]
        return [name for segment in segments for name in _names(segment)]
    except FileNotFoundError as error:
        raise IndexLostError(f"The word index {path} has lost its meta.json.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexLostError(f"The word index {path} has a damaged meta.json.") from error


def damaged_files(path: Path) -> list[str]:
    """Reads all of the committed files, and returns those that are gone or have a wrong checksum."""
    damaged: list[str] = []
    for _ in range(_ATTEMPTS):  # a merge may remove files meanwhile
        before = _stamp(path)
        try:
            damaged = [name for name in committed(path) if not _is_sound(path / name)]
        except IndexLostError:
            damaged = ["meta.json"]
        if not damaged or _stamp(path) == before:
            break
    return damaged


def _names(segment: dict[str, object]) -> list[str]:
    name = str(segment["segment_id"]).replace("-", "")
    names = [f"{name}.{ending}" for ending in _ENDINGS]
    deletes = segment.get("deletes")
    return [*names, f"{name}.{deletes['opstamp']}.del"] if isinstance(deletes, dict) else names


def _is_sound(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-_TAIL.size, os.SEEK_END)
            end = file.tell()
            length, magic = _TAIL.unpack(file.read(_TAIL.size))
            file.seek(end - length)
            wanted = json.loads(file.read(length))["crc"]
            return magic == _MAGIC and bool(_checksum(path, end - length) == wanted)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _checksum(path: Path, length: int) -> int:
    found = 0
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(_BLOCK, length))):
            found, length = zlib.crc32(block, found), length - len(block)
    return found


def _length(path: Path) -> int:
    """Bytes; -1 when it is gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


def _stamp(path: Path) -> tuple[int, int]:
    """Changes whenever `meta.json` is replaced."""
    try:
        found = (path / "meta.json").stat()
    except FileNotFoundError:
        return -1, -1
    return found.st_ino, found.st_mtime_ns
