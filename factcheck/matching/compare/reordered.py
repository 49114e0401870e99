"""Lists in another order, which say the same."""

from collections import Counter
from collections.abc import Sequence

from factcheck.matching.compare.alignment import AND, Edit
from factcheck.matching.compare.judging import is_whole
from factcheck.matching.compare.pieces import Piece


def is_swapped(edit: Edit, yours: Sequence[Piece], theirs: Sequence[Piece]) -> bool:
    """Tells whether an edit swaps what stands around an "and"."""
    mine = [piece.key for piece in yours[edit.start : edit.end]]
    other = [piece.key for piece in theirs[edit.other_start : edit.other_end]]
    return any(key in AND and [*mine[at + 1 :], key, *mine[:at]] == other for at, key in enumerate(mine))


def without_moved(found: Sequence[Edit], yours: Sequence[Piece], theirs: Sequence[Piece]) -> list[Edit]:
    """Drops each pair of edits that moves whole clauses or items of a list."""
    put_in = [_moved(yours, edit.start, edit.end) for edit in found]
    left_out = [_moved(theirs, edit.other_start, edit.other_end) for edit in found]
    both = Counter(filter(None, put_in)) & Counter(filter(None, left_out))
    rest: list[Edit] = []
    for edit, mine, other in zip(found, put_in, left_out, strict=True):
        if both[mine] and edit.other_start == edit.other_end:
            continue
        if both[other] and edit.start == edit.end:
            continue
        rest.append(edit)
    return rest


def _moved(pieces: Sequence[Piece], start: int, end: int) -> tuple[str, ...]:
    return tuple(piece.key for piece in pieces[start:end]) if start < end and is_whole(pieces, start, end) else ()
