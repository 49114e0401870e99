"""Lists in another order, which say the same, and words in another order, which may not."""

from collections import Counter
from collections.abc import Sequence

from factcheck.matching.compare.alignment import AND, Edit
from factcheck.matching.compare.judging import is_whole
from factcheck.matching.compare.pieces import Piece, PieceKind
from factcheck.matching.lexicon.meaning import is_chatter, is_empty, is_mild

ROLES = frozenset("被 给 向 对 由 从 to from by が を に から ให้ จาก ถูก โดย".split())
"""Words that say who does what to whom, so that two of them may not swap places."""


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


def displaced(found: Sequence[Edit], yours: Sequence[Piece], theirs: Sequence[Piece]) -> set[Edit]:
    """Gives the edits that put in a word that another one leaves out in the same sentence: the builders owe the council
    is not the council owes the builders."""
    if not yours:
        return set()
    put_in: list[set[tuple[str, int]]] = []
    left_out: list[set[tuple[str, int]]] = []
    for edit in found:
        mine, other = _placed(yours, edit.start, edit.end), _placed(theirs, edit.other_start, edit.other_end)
        place = yours[min(edit.start, len(yours) - 1)].sentence
        put_in.append({(key, place) for key in mine - other})
        left_out.append({(key, place) for key in other - mine})
    both = set().union(*put_in) & set().union(*left_out)
    return {edit for edit, mine, other in zip(found, put_in, left_out, strict=True) if both & (mine | other)}


def _placed(pieces: Sequence[Piece], start: int, end: int) -> Counter[str]:
    """Counts the words that say something by their place in a clause."""
    if start < end and is_whole(pieces, start, end):
        return Counter()
    return Counter(piece.key for piece in pieces[start:end] if _has_a_place(piece))


def _has_a_place(piece: Piece) -> bool:
    says_nothing = is_empty(piece.key) or is_mild(piece.key) or is_chatter(piece.key)
    return piece.kind == PieceKind.WORD and (piece.key in ROLES or not (says_nothing or piece.key in AND))


def _moved(pieces: Sequence[Piece], start: int, end: int) -> tuple[str, ...]:
    return tuple(piece.key for piece in pieces[start:end]) if start < end and is_whole(pieces, start, end) else ()
