"""Checksums of a prepared model's files: with spoilt weights it may load, and give vectors that mean nothing."""

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path

CHECKSUMS_FILE = "factline-checksums.json"
_BLOCK = 1 << 20


def write_checksums(directory: Path, *, without: str) -> None:
    """Names every file but the description `without`, which is written last. Raises OSError."""
    names = [str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()]
    kept = [name for name in names if name not in (without, CHECKSUMS_FILE) and not Path(name).name.startswith(".")]
    draft = directory / f".{CHECKSUMS_FILE}.{os.getpid()}"
    draft.write_text(json.dumps({name: _checksum(directory / name) for name in sorted(kept)}, indent=2) + "\n")
    draft.replace(directory / CHECKSUMS_FILE)


def damaged_files(directory: Path) -> list[str]:
    """Returns those that are gone or changed; none if an earlier release, which wrote no checksums, prepared it."""
    try:
        wanted: dict[str, int] = json.loads((directory / CHECKSUMS_FILE).read_text(encoding="utf-8"))
        return [name for name, checksum in wanted.items() if _checksum(directory / name) != checksum]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, AttributeError):
        return [CHECKSUMS_FILE]


def _checksum(path: Path) -> int:
    """Returns -1 for a file that is gone."""
    found = -1
    with suppress(FileNotFoundError), path.open("rb") as file:
        found = 0
        while block := file.read(_BLOCK):
            found = zlib.crc32(block, found)
    return found
