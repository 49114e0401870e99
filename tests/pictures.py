"""Pictures that tests draw."""

import io
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw


def drawn(seed: int, *, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture of shapes; another seed gives one that looks different."""
    chance = Random(seed)  # noqa: S311 -- not for secrets
    picture = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(25):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        box = (left, top, left + chance.randrange(2, size[0] // 2), top + chance.randrange(2, size[1] // 2))
        pen.rectangle(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


def jpeg(seed: int, *, quality: int = 90, size: tuple[int, int] = (320, 240), exif: bytes = b"") -> bytes:
    return encoded(drawn(seed, size=size), "JPEG", quality=quality, exif=exif)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def kept(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path
