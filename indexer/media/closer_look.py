"""A closer look at two pictures whose hashes are near, block by block: a watermark or a sticker disturbs some blocks,
other words on the same template all that have words in them, another picture all.

It looks at the small pictures that are kept of every file anyway: nothing more is kept for it, and what it sees changes
with the code.
"""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]

SIDE, BLOCK = 256, 16
"""Pixels of a sketch's sides, and of a block's: lines of a screenshot are some six high."""
_ACROSS = SIDE // BLOCK
BLOCKS = _ACROSS * _ACROSS
_LEAST_STRENGTH, _OF_STRONGEST = 2.0, 0.2
"""Levels of grey by which a block's pixels differ from its rows and columns at least, so that there is something to
compare; and of the picture's stronger blocks, so that the noise of compression beside bold letters is nothing."""
_AGREES = 0.6
"""The correlation of two blocks that show the same; other letters are far below."""
_LEAST_BLOCKS = 12
_SAME_FROM, _MOST_DISTURBED = 0.85, 0.12
"""The share of the blocks of the emptier picture that agree in a copy at least, and of all blocks those that do not at
most. Of the set of `indexer/evaluation/media` watermarked copies have 0.90 and 0.05, other words on the same template
0.72 at most, other pictures 0.33."""


@dataclass(frozen=True)
class Sketch:
    """A small grey picture in blocks."""

    blocks: Floats
    """Of the shape (BLOCKS, BLOCK * BLOCK), each of length 1: what rows and columns have in common is taken out, since
    lines of writing are all alike in it."""
    has_something: npt.NDArray[np.bool_]
    """Of the shape (BLOCKS,)."""


def sketch(picture: bytes) -> Sketch:
    """Takes the bytes of a JPEG of our own making. Raises whatever the decoder does for a broken one."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
        small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
    rows = np.asarray(small, dtype=np.float32).reshape(_ACROSS, BLOCK, _ACROSS, BLOCK)
    tiles = rows.swapaxes(1, 2).reshape(BLOCKS, BLOCK, BLOCK)
    tiles = tiles - tiles.mean(axis=2, keepdims=True)
    tiles = tiles - tiles.mean(axis=1, keepdims=True)
    blocks = tiles.reshape(BLOCKS, BLOCK * BLOCK)
    lengths = np.linalg.norm(blocks, axis=1)
    strength = lengths / BLOCK
    least = max(_LEAST_STRENGTH, _OF_STRONGEST * float(np.quantile(strength, 0.95)))
    return Sketch(blocks / np.maximum(lengths, 1e-6)[:, None], strength >= least)


def is_same(one: Sketch, other: Sketch) -> bool | None:
    """Tells whether two pictures are the same, but for a mark on one of them. None where too little is in them."""
    fewer = min(int(np.count_nonzero(one.has_something)), int(np.count_nonzero(other.has_something)))
    if fewer < _LEAST_BLOCKS:
        return None
    correlation = np.einsum("ij,ij->i", one.blocks, other.blocks)
    agreeing = int(np.count_nonzero(one.has_something & other.has_something & (correlation >= _AGREES)))
    either = int(np.count_nonzero(one.has_something | other.has_something))
    return agreeing >= _SAME_FROM * fewer and either - agreeing <= _MOST_DISTURBED * BLOCKS
