"""Looks at pictures as the real one does, but reads what a test says that stands in them. Films and sounds it does look
through and listen to."""

import io
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image

from factcheck.errors import PictureRefusedError
from factcheck.media.signs import FilmIndex, FilmSigns
from factcheck.ports import PictureFacts, PictureReader, PictureText
from indexer.media.looking import Looking

REAL = Looking(cast(PictureReader, None))


class FakeLooker:
    def __init__(self) -> None:
        self.available = True
        """False: nothing can read."""
        self.texts: dict[bytes, str] = {}
        """Difference hash -> what stands in the picture."""
        self.faces = 0
        """How many are in all pictures."""
        self.looked: list[Path] = []

    def write(self, picture: bytes, text: str) -> None:
        """From now on this stands in the picture, and in what looks like it."""
        self.texts[_hash(io.BytesIO(picture))] = text

    def facts(self, path: Path) -> PictureFacts:
        self.looked.append(path)
        found = _hash(path)
        with warnings.catch_warnings(action="ignore"), Image.open(path) as picture:
            return PictureFacts(f"image.fake.{found.hex()}", found, picture.width, picture.height)

    def read(self, path: Path) -> PictureText | None:
        if not self.available:
            return None
        wanted = _hash(path)
        near = [(_distance(wanted, one), text) for one, text in self.texts.items()]
        distance, text = min(near, default=(256, ""))
        return PictureText(text if distance <= 40 else "", 0.95, faces=self.faces)

    def signs(self, path: Path, seconds: float, *, is_film: bool) -> FilmSigns:
        return REAL.signs(path, seconds, is_film=is_film)

    def is_same_picture(self, one: bytes, other: bytes) -> bool | None:
        return REAL.is_same_picture(one, other)

    def hashes(self) -> "FakeHashes":
        return FakeHashes()

    def films(self) -> FilmIndex:
        return REAL.films()


class FakeHashes:
    def __init__(self) -> None:
        self._pairs: list[tuple[str, bytes]] = []

    def extend(self, pairs: Iterable[tuple[str, bytes]]) -> None:
        self._pairs += pairs

    def nearest(self, wanted: bytes, *, within: int, most: int) -> list[tuple[str, int]]:
        found = [(key, _distance(wanted, one)) for key, one in self._pairs]
        return sorted((one for one in found if one[1] <= within), key=lambda one: (one[1], one[0]))[:most]


def _hash(path: Path | io.BytesIO) -> bytes:
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as picture:
            small = picture.convert("RGB").convert("L").resize((17, 16), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureRefusedError(type(error).__name__) from None
    fields = np.asarray(small, dtype=np.int16)
    return np.packbits(fields[:, 1:] - fields[:, :-1] > 2).tobytes()


def _distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
