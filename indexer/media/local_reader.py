"""The text reader itself, in the process that runs it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from factcheck.errors import PictureRefusedError
from factcheck.ports import PictureText
from indexer.media import thai
from indexer.media.engine import Pixels, Quad, TextEngine, grown, with_room
from indexer.media.faces import FaceFinder
from indexer.media.order import FoundLine, put_in_order
from indexer.media.pictures import opened, upright

READER_VERSION = 8
"""Raise it when the same picture may be read differently: what an evaluation remembers is then read again."""
_LONGEST_SIDE = 2400
"""Larger pictures are read smaller: letters of a photo are large, too."""
_LEAST_SIDE = 8
_ROLL, _LONGEST_ROLL = 2.4, 16_000
"""Pictures so many times as high as wide are several screens, one below the other, and are read in strips."""
_OVERLAP = 0.16
"""Of the width: strips share so much, and each line is taken from the strip in which it does not touch the edge."""
_MOST_LINES = 200
"""Of a picture or strip; a page of a newspaper would keep everybody waiting."""
_LEAST_CONFIDENCE = 0.5
"""What is less certain is no text: patterns, edges, writing that the models do not know."""


class LocalReader:
    """Reads one picture at a time."""

    @cached_property
    def _engine(self) -> TextEngine:
        return TextEngine()

    @cached_property
    def _faces(self) -> FaceFinder:
        return FaceFinder()

    def load(self) -> None:
        """Loads the models now and not with the first picture."""
        self.read_pixels(np.full((64, 64, 3), 255, dtype=np.uint8))

    def read(self, data: bytes) -> PictureText:
        """Reads a file's bytes. Raises PictureRefusedError."""
        with opened(io.BytesIO(data), at_least=_LONGEST_SIDE) as image:
            shown = upright(image)
        if min(shown.size) < _LEAST_SIDE:
            raise PictureRefusedError("The picture is too small to have text in it.")
        longest = _LONGEST_SIDE if shown.height <= _ROLL * shown.width else _LONGEST_ROLL
        if max(shown.size) > longest:
            shown.thumbnail((longest, longest))
        pixels = np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])
        return replace(self.read_pixels(pixels), faces=self._faces.count(pixels))

    def read_pixels(self, pixels: Pixels) -> PictureText:
        height, width = pixels.shape[:2]
        found = [
            line.moved_down(strip.top)
            for strip in strips(width, height)
            for line in self._lines(pixels[strip.top : strip.bottom])
            if strip.keeps_from <= line.middle + strip.top < strip.keeps_until
        ]
        return put_in_order(found, width, height)

    def _lines(self, pixels: Pixels) -> list[FoundLine]:
        quads = sorted(self._engine.find(pixels), key=lambda quad: float(quad[0, 1]))[:_MOST_LINES]
        crops = [self._engine.crop(pixels, with_room(quad)) for quad in quads]
        texts = self._engine.read(crops)
        if quads and thai.is_installed() and _confidence(texts, crops) < thai.LOOKS_FOREIGN:
            texts = self._perhaps_thai(pixels, quads, crops, texts)
        return [
            FoundLine(text.strip(), confidence, tuple((float(x), float(y)) for x, y in quad))
            for quad, (text, confidence) in zip(quads, texts, strict=True)
            if text.strip() and confidence >= _LEAST_CONFIDENCE
        ]

    def _perhaps_thai(
        self, pixels: Pixels, quads: Sequence[Quad], crops: Sequence[Pixels], texts: list[tuple[str, float]]
    ) -> list[tuple[str, float]]:
        """Takes tesseract's reading of lines in which it finds Thai letters, as it does in others' letters, too: so of
        those alone that may be in Thai."""
        unsure = [at for at, text in enumerate(texts) if thai.may_be(*text, crops[at])]
        tried = thai.read([self._engine.crop(pixels, grown(quads[at], thai.TALLER_BY)) for at in unsure])
        found = {at: new for at, new in zip(unsure, tried, strict=True) if thai.has_thai(new[0])}
        return [found.get(at, old) for at, old in enumerate(texts)]


def _confidence(texts: Sequence[tuple[str, float]], crops: Sequence[Pixels]) -> float:
    """Gives the mean of lines by their area: the clock of a telephone says little of what is below it."""
    return float(np.average([confidence for _, confidence in texts], weights=[crop[..., 0].size for crop in crops]))


@dataclass(frozen=True)
class Strip:
    """A part of a picture from its left to its right edge. All in pixels from above."""

    top: int
    bottom: int
    keeps_from: float
    """Lines whose middle is above belong to the strip above."""
    keeps_until: float


def strips(width: int, height: int) -> list[Strip]:
    """Cuts a long picture into strips as high as wide; any other is one strip."""
    if height <= _ROLL * width:
        return [Strip(0, height, 0, height + 1)]
    overlap = max(32, round(_OVERLAP * width))
    step = max(1, max(width, 256) - overlap)
    tops = list(range(0, max(1, height - overlap), step))
    return [
        Strip(
            top,
            min(height, top + step + overlap),
            top + overlap / 2 if at else 0,
            top + step + overlap / 2 if at + 1 < len(tops) else height + 1,
        )
        for at, top in enumerate(tops)
    ]
