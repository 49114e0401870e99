"""Which pieces of two texts are equal, and what stands between them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from factcheck.matching.compare.pieces import Piece
from factcheck.matching.lexicon.meaning import is_empty

AND = frozenset("和 与 及 以及 、 或 或是 and or & และ หรือ กับ と や".split())
"""Words around which two things may swap places."""

_SHINGLE = 2
_MARGIN = 20


class Edit(NamedTuple):
    """`yours[start:end]` stands where the article has `theirs[other_start:other_end]`."""

    start: int
    end: int
    other_start: int
    other_end: int


def edits(yours: Sequence[Piece], theirs: Sequence[Piece]) -> list[Edit]:
    """Lists what is not equal, in order. Edits with no more than an empty word between them are one."""
    (first, end), (other_first, other_end) = _near_shared(yours, theirs)
    blocks = Levenshtein.opcodes(
        [piece.key for piece in yours[first:end]], [piece.key for piece in theirs[other_first:other_end]]
    )
    found = [Edit(0, first, 0, other_first)] if first or other_first else []
    for block in blocks:
        if block.tag != "equal":
            start, other_start = block.src_start + first, block.dest_start + other_first
            found.append(Edit(start, block.src_end + first, other_start, block.dest_end + other_first))
    if end < len(yours) or other_end < len(theirs):
        found.append(Edit(end, len(yours), other_end, len(theirs)))
    return _joined(found, yours)


def _joined(found: Sequence[Edit], yours: Sequence[Piece]) -> list[Edit]:
    """Joins edits that touch or have only empty words between them: these are equal by chance."""
    joined: list[Edit] = []
    for edit in found:
        if joined and all(is_empty(piece.key) or piece.key in AND for piece in yours[joined[-1].end : edit.start]):
            last = joined.pop()
            joined.append(Edit(last.start, edit.end, last.other_start, edit.other_end))
        else:
            joined.append(edit)
    return joined


_Bounds = tuple[int, int]


def _near_shared(yours: Sequence[Piece], theirs: Sequence[Piece]) -> tuple[_Bounds, _Bounds]:
    """Bounds the part of the longer text that has most of the shorter one, with room around: aligning counts edits,
    not gaps, and would spread the part all over the longer text."""
    if len(theirs) > 2 * len(yours) + 2 * _MARGIN:
        return (0, len(yours)), _shared_part(theirs, yours)
    if len(yours) > 2 * len(theirs) + 2 * _MARGIN:
        return _shared_part(yours, theirs), (0, len(theirs))
    return (0, len(yours)), (0, len(theirs))


def _shared_part(pieces: Sequence[Piece], short: Sequence[Piece]) -> _Bounds:
    keys = [piece.key for piece in short]
    known = {tuple(keys[at : at + _SHINGLE]) for at in range(len(keys) - _SHINGLE + 1)}
    long = [piece.key for piece in pieces]
    hits = [at for at in range(len(long) - _SHINGLE + 1) if tuple(long[at : at + _SHINGLE]) in known]
    if not hits:
        return 0, 2 * len(short) + 2 * _MARGIN
    reach = len(short) + _MARGIN
    within = [bisect_right(hits, hit + reach) - at for at, hit in enumerate(hits)]
    best = within.index(max(within))
    first, last = hits[best], hits[best + within[best] - 1]
    return max(0, first - _MARGIN), min(len(pieces), last + _SHINGLE + _MARGIN)
