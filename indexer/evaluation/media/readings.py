"""Reads the pictures of a set, several at a time, and remembers what was read."""

import hashlib
import json
import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from factcheck.ports import PictureText, ReadLine
from indexer.media.local_reader import READER_VERSION, LocalReader

_reader = LocalReader()


def read_all(pictures: Sequence[bytes], folder: Path, *, label: str) -> list[PictureText]:
    """Reads files' bytes. What this release of the reader has read before is taken from the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{READER_VERSION}-{hashlib.sha256(data).hexdigest()[:32]}.json" for data in pictures]
    missing = {path: data for path, data in zip(paths, pictures, strict=True) if not path.exists()}
    with ProcessPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        found = pool.map(_read, missing.values())
        for path, text in tqdm(zip(missing, found, strict=True), total=len(missing), desc=label, disable=None):
            path.write_text(json.dumps(asdict(text), ensure_ascii=False), encoding="utf-8")
    return [_restored(path) for path in paths]


def _read(data: bytes) -> PictureText:
    return _reader.read(data)


def _restored(path: Path) -> PictureText:
    read = json.loads(path.read_text(encoding="utf-8"))
    lines = tuple(ReadLine(line["text"], line["confidence"], tuple(line["box"])) for line in read["lines"])
    return PictureText(read["text"], read["confidence"], lines)


def error_rate(truth: str, read: str) -> float:
    """Gives edits a character of the truth, without regard to spaces, line breaks and width."""
    wanted, found = _folded(truth), _folded(read)
    return Levenshtein.distance(wanted, found) / len(wanted)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
