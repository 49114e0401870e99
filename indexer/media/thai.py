"""Reads lines of Thai, whose letters the models for East Asian writing do not know, by tesseract where it is installed
with the languages `tha` and `eng` (Debian: tesseract-ocr, tesseract-ocr-tha)."""

import csv
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import structlog
from PIL import Image

from indexer.media.engine import Pixels

log = structlog.get_logger()

LOOKS_FOREIGN = 0.9
"""Below this mean confidence a picture may be in Thai: the models say 0.61 to 0.84 there, elsewhere above 0.9."""
_FULL = 0.4
"""A line has so many signs for its height of length, at least: two in Latin letters, nearly one in Chinese."""
TALLER_BY = 0.28
"""A crop is so much higher: vowels and tones stand above and below what a detector takes for the line."""
_SECONDS = 20.0
_HEIGHT = 56
"""Pixels to which lines are scaled."""
_SPACE = 12
"""Pixels between two signs that part words."""
_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_WHITE_FROM = 225
"""In a picture with white letters on all kinds of ground, what is darker is ground."""
_FEW_LETTERS = 0.3


@cache
def is_installed() -> bool:
    if shutil.which("tesseract") is None:
        return False
    listed = _run(["tesseract", "--list-langs"], Path.cwd())
    return {"tha", "eng"} <= set((listed or "").split())


def has_thai(text: str) -> bool:
    """Tells whether more than some of a text's letters are Thai."""
    letters = [character for character in text if character.isalpha() or "\u0e30" <= character <= "\u0e4e"]
    thai = sum("\u0e00" <= character <= "\u0e7f" for character in letters)
    return thai > _FEW_LETTERS * len(letters) if letters else False


def may_be(text: str, confidence: float, crop: Pixels) -> bool:
    """Tells whether a line may be in Thai: the models are unsure of it, or sure of little, as of its digits alone."""
    height, width = crop.shape[:2]
    return confidence < LOOKS_FOREIGN or len("".join(text.split())) < _FULL * width / height


def read(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
    """Reads pictures of one line each: text and confidence, 0 to 1; ("", 0) for what it cannot read. Of each line the
    better of two tries counts, as it is and with only its white kept."""
    plain = _read_all([_prepared(crop) for crop in crops])
    white = _read_all([_only_white(_prepared(crop)) for crop in crops])
    return [max(pair, key=lambda found: (has_thai(found[0]), found[1])) for pair in zip(plain, white, strict=True)]


def _prepared(crop: Pixels) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(crop[:, :, ::-1])).convert("L")
    width = max(1, round(image.width * _HEIGHT / image.height))
    scaled = image.resize((width, _HEIGHT), Image.Resampling.BICUBIC)
    framed = Image.new("L", (width + 20, _HEIGHT + 20), int(np.median(np.asarray(scaled))))
    framed.paste(scaled, (10, 10))
    return framed


def _only_white(line: Image.Image) -> Image.Image:
    return line.point(lambda level: 0 if level >= _WHITE_FROM else 255)


def _read_all(lines: Sequence[Image.Image]) -> list[tuple[str, float]]:
    """Starts tesseract once for all lines, each of which is a page of its own."""
    with tempfile.TemporaryDirectory(prefix="factline-thai-") as name:
        folder = Path(name)
        for at, line in enumerate(lines):
            line.save(folder / f"{at}.png")
        (folder / "lines.txt").write_text("".join(f"{folder / f'{at}.png'}\n" for at in range(len(lines))))
        command = ["tesseract", "lines.txt", "stdout", "--psm", "7", "--dpi", "150", "-l", "tha+eng", "tsv"]
        return pages(_run(command, folder) or "", len(lines))


def pages(table: str, count: int) -> list[tuple[str, float]]:
    """Gives text and confidence of each page of tesseract's table."""
    words: list[list[_Word]] = [[] for _ in range(count)]
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        page, text = int(row.get("page_num") or 0), (row.get("text") or "").strip()
        if text and 1 <= page <= count:
            left = int(row["left"])
            words[page - 1].append(_Word(text, float(row["conf"]), left, left + int(row["width"])))
    return [_joined(each) for each in words]


class _Word(NamedTuple):
    """A word that tesseract found; in Thai, where no space parts words, often a single sign."""

    text: str
    confidence: float
    """0 to 100."""
    left: int
    right: int


def _joined(words: Sequence[_Word]) -> tuple[str, float]:
    letters = sum(len(word.text) for word in words)
    if not letters:
        return "", 0.0
    confidence = sum(len(word.text) * word.confidence for word in words) / letters / 100
    text, right = words[0].text, words[0].right
    for word in words[1:]:
        text += (" " if word.left - right > _SPACE else "") + word.text
        right = max(right, word.right)
    return _spelled(text), min(1.0, max(0.0, confidence))


def _spelled(text: str) -> str:
    """Writes the vowel am and the vowel ae as one sign each, as people type them."""
    return _AM.sub("\\1\u0e33", text).replace("\u0e40\u0e40", "\u0e41")


def _run(command: Sequence[str], folder: Path) -> str | None:
    """Gives what the program said, None if it failed or took too long."""
    # Threads of several at once wait for each other for minutes.
    environment = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("tesseract_failed", error=type(error).__name__)
        return None
    return done.stdout.decode("utf-8", "replace")
