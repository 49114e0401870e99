"""Pictures made safe to show."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from factcheck.limits import MAX_PICTURE_PIXELS
from factcheck.media import redraw as redraw_program
from factcheck.media.child import Limits, run_limited
from factcheck.media.redraw import FULL, THUMBNAIL

LIMITS = Limits(90.0, processor=20)
"""A big picture takes a second or two."""


@dataclass(frozen=True)
class Redrawn:
    """What a picture looks like, in files of our own making."""

    full: Path
    thumbnail: Path
    width: int
    """In pixels, as it came."""
    height: int


@dataclass(frozen=True)
class SmallPicture:
    """A picture drawn anew to at most 480 pixels wide and high. The hash (32 bytes) is that of what came."""

    jpeg: bytes
    width: int
    height: int
    picture_hash: bytes


def redraw(picture: Path, folder: Path) -> Redrawn:
    """Draws a picture anew into `folder`, in a process with limits. Raises ChildFailedError for what is no picture, has
    too many pixels, or takes too long."""
    python = [sys.executable, "-I", redraw_program.__file__]
    said = run_limited([*python, str(picture), str(folder), str(MAX_PICTURE_PIXELS)], LIMITS)
    size = json.loads(said)
    return Redrawn(folder / FULL, folder / THUMBNAIL, size["width"], size["height"])
