"""Checksums of a prepared model's files: with spoilt weights it may load, and give vectors that mean nothing."""

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path

from indexer.embedding.engines import INT8_DIRECTORY

CHECKSUMS_FILE = "factline-checksums.json"
FULL_WEIGHTS = ".safetensors"
_BLOCK = 1 << 20
_GONE = -1


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
        has_graph = any(name.startswith(f"{INT8_DIRECTORY}/") for name, _ in wanted.items())
        return [name for name, checksum in wanted.items() if not _is_sound(directory / name, checksum, has_graph)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, AttributeError):
        return [CHECKSUMS_FILE]


def _is_sound(path: Path, checksum: int, has_graph: bool) -> bool:
    """Allows an image to leave out the full weights, which the graph of 8 bits stands for."""
    found = _checksum(path)
    return found == checksum or (found == _GONE and has_graph and path.suffix == FULL_WEIGHTS)


def _checksum(path: Path) -> int:
    """Returns _GONE for a file that is not there."""
    found = _GONE
    with suppress(FileNotFoundError), path.open("rb") as file:
        found = 0
        while block := file.read(_BLOCK):
            found = zlib.crc32(block, found)
    return found
