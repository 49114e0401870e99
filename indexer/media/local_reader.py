"""The text reader itself, in the process that runs it."""

import io
from functools import cached_property

import numpy as np

from factcheck.errors import PictureRefusedError
from factcheck.ports import PictureText
from indexer.media.engine import Pixels, TextEngine
from indexer.media.order import FoundLine, put_in_order
from indexer.media.pictures import opened, upright

_LONGEST_SIDE = 2400
"""Larger pictures are read smaller: letters of a photo are large, too."""
_LEAST_SIDE = 8


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
        found = [
            FoundLine(text, confidence, tuple((float(x), float(y)) for x, y in quad))
            for quad, (text, confidence) in zip(quads, texts, strict=True)
            if text.strip()
        ]
        return put_in_order(found, pixels.shape[1], pixels.shape[0])
