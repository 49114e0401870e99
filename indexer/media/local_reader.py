"""The text reader itself, in the process that runs it."""

import io
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from factcheck.errors import PictureRefusedError
from factcheck.ports import PictureText
from indexer.media import thai
from indexer.media.engine import Pixels, Quad, TextEngine, grown
from indexer.media.order import FoundLine, put_in_order
from indexer.media.pictures import opened, upright

READER_VERSION = 2
"""Raise it when the same picture may be read differently: what an evaluation remembers is then read again."""
_LONGEST_SIDE = 2400
"""Larger pictures are read smaller: letters of a photo are large, too."""
_LEAST_SIDE = 8
_LEAST_CONFIDENCE = 0.5
"""What is less certain is no text: patterns, edges, writing that the models do not know."""


class LocalReader:
    """Reads one picture at a time."""

    @cached_property
    def _engine(self) -> TextEngine:
        return TextEngine()

    def load(self) -> None:
        """Loads the models now and not with the first picture."""
        self.read_pixels(np.full((64, 64, 3), 255, dtype=np.uint8))

    def read(self, data: bytes) -> PictureText:
        """Reads a file's bytes. Raises PictureRefusedError."""
        with opened(io.BytesIO(data), at_least=_LONGEST_SIDE) as image:
            shown = upright(image)
        if min(shown.size) < _LEAST_SIDE:
            raise PictureRefusedError("The picture is too small to have text in it.")
        if max(shown.size) > _LONGEST_SIDE:
            shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        return self.read_pixels(np.ascontiguousarray(np.asarray(shown)[:, :, ::-1]))

    def read_pixels(self, pixels: Pixels) -> PictureText:
        quads = self._engine.find(pixels)
        texts = self._engine.read([self._engine.crop(pixels, quad) for quad in quads])
        if quads and thai.is_installed() and np.mean([confidence for _, confidence in texts]) < thai.LOOKS_FOREIGN:
            texts = self._perhaps_thai(pixels, quads, texts)
        found = [
            FoundLine(text.strip(), confidence, tuple((float(x), float(y)) for x, y in quad))
            for quad, (text, confidence) in zip(quads, texts, strict=True)
            if text.strip() and confidence >= _LEAST_CONFIDENCE
        ]
        return put_in_order(found, pixels.shape[1], pixels.shape[0])

    def _perhaps_thai(
        self, pixels: Pixels, quads: Sequence[Quad], texts: list[tuple[str, float]]
    ) -> list[tuple[str, float]]:
        """Takes tesseract's reading of lines in which it finds Thai letters."""
        crops = [self._engine.crop(pixels, grown(quad, thai.TALLER_BY)) for quad in quads]
        tried = thai.read(crops)
        return [new if thai.has_thai(new[0]) else old for old, new in zip(texts, tried, strict=True)]
