"""What a picture is known by, of the set's pictures, their edited copies and others of the same templates. Each takes a
third of a second, so all cores do it."""

import base64
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PIL import Image

from factcheck.media.redraw import THUMBNAIL_BOX, THUMBNAIL_QUALITY
from indexer.evaluation.media.drawing import Plan, draw
from indexer.evaluation.media.edits import EDITS
from indexer.media.block_hash import media_id
from indexer.media.closer_look import Sketch, sketch
from indexer.media.pictures import picture_hash

Given = TypeVar("Given")
Found = TypeVar("Found")

_FEW = 8
"""Fewer are done where they are asked for."""


@dataclass(frozen=True)
class Hashed:
    picture_hash: bytes
    key: str
    """Of Cofacts' id."""
    fine: bytes
    sketch: Sketch


@dataclass(frozen=True)
class Copy:
    at: int
    """The number of the picture that it is a copy of."""
    edit: str
    hashes: Hashed


def hashed(pictures: Sequence[bytes]) -> list[Hashed]:
    """Takes files' bytes."""
    return _each(_of_file, pictures)


def hashed_copies(pictures: Sequence[bytes]) -> list[Copy]:
    """Gives all edited copies of all pictures, given as files' bytes."""
    found = _each(_of_copies, pictures)
    return [Copy(at, edit, one) for at, of_one in enumerate(found) for edit, one in zip(EDITS, of_one, strict=True)]


def hashed_plans(plans: Sequence[Plan]) -> list[Hashed]:
    """Draws the pictures first. Raises DrawingError."""
    return _each(_of_plan, plans)


def _each(function: Callable[[Given], Found], given: Sequence[Given]) -> list[Found]:
    if len(given) < _FEW:
        return [function(one) for one in given]
    with ProcessPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        return list(pool.map(function, given))


def _of_file(data: bytes) -> Hashed:
    return _of(Image.open(io.BytesIO(data)).convert("RGB"))


def _of_copies(data: bytes) -> list[Hashed]:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return [_of(edit(image)) for edit in EDITS.values()]


def _of_plan(plan: Plan) -> Hashed:
    return _of(draw(plan)[0])


def _of(image: Image.Image) -> Hashed:
    _, key, fine = media_id(np.asarray(image.convert("RGBA"))).split(".")
    small = image.convert("RGB")
    small.thumbnail(THUMBNAIL_BOX, Image.Resampling.LANCZOS, reducing_gap=3.0)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=THUMBNAIL_QUALITY)
    return Hashed(picture_hash(image), key, base64.urlsafe_b64decode(fine + "="), sketch(data.getvalue()))
