"""Judges one edit: whether it is known to be harmless, and if not, what it changes."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby

from factcheck.matching.compare.alignment import Edit
from factcheck.matching.compare.pairing import mean_the_same
from factcheck.matching.compare.pieces import Piece, PieceKind, joined
from factcheck.matching.lexicon.meaning import is_chatter, is_empty, is_mild, limits
from factcheck.matching.text.names import PLACES
from factcheck.matching.text.negation import ANY_NEGATION, EDGE_HARMLESS, HARMLESS, LIMIT, blank, judges
from factcheck.matching.text.normalise import is_chatter as says_nothing
from factcheck.matching.text.remarks import asks, demands, is_of_the_sender

_SHORTEST_SAYING = 5
"""Letters left of a clause of "don't forget" and the like that say nothing."""
_MOST_OF_A_REMARK = 4
"""Words of a remark that are not known to be chatter."""
_LONGEST_VERDICT = 8
"""Words of a clause that judges the claim beside it; in longer ones such words belong to the story."""

_NEAR_CUT = 3
"""So many words beside a cut may belong to what stayed."""


class ChangeKind(StrEnum):
    DEMAND = "DEMAND"
    """It asks for something, such as to call, pay or show a card, that the other text does not ask for."""
    LINK = "LINK"
    NEGATION = "NEGATION"
    """So do bounds, quantifiers and judgements."""
    NUMBER = "NUMBER"
    NAME = "NAME"
    WORDS = "WORDS"
    """A content word replaces another, or two have changed places."""
    ADDED = "ADDED"
    """Words or clauses that only the message has, without any of the above."""


def kind_of(edit: Edit, yours: Sequence[Piece], theirs: Sequence[Piece], *, strict: bool = False) -> ChangeKind | None:
    """Judges an edit without pairs; None when it is known to be harmless. `strict`: the sender's own words are a
    change, too, if they are more than chatter or a question."""
    written = yours[edit.start : edit.end], theirs[edit.other_start : edit.other_end]
    is_inside = edit.start > 0 and edit.end < len(yours)
    if not is_inside and says_nothing(joined(written[0])):
        mine = []
    elif is_inside and written[1]:
        mine = _saying(yours, written[0])
    else:
        mine = _saying(yours, _without_remarks(yours, edit.start, edit.end, strict=strict))
    other = _saying(theirs, written[1])
    if mine and other:
        return None if mean_the_same(mine, other) else _of_replaced(mine, other)
    mine, other = _without_mild(mine), _without_mild(other)
    if mine:
        return _of_added(mine, joined(written[0]))
    if not other:
        return None
    # What says nothing may say something where it stands in place of a word.
    if all(written) and _is_within(edit, theirs) and _is_within(Edit(*edit[2:], *edit[:2]), yours):
        return ChangeKind.WORDS
    return _of_left_out(other, edit, theirs)


def _is_within(edit: Edit, pieces: Sequence[Piece]) -> bool:
    """Tells whether `pieces[other_start:other_end]` has the clause of a neighbour on either side."""
    start, end = edit.other_start, edit.other_end
    around = [(at, beside) for at, beside in ((start, start - 1), (end - 1, end)) if 0 <= beside < len(pieces)]
    return any(pieces[at].clause == pieces[beside].clause for at, beside in around)


def _without_remarks(pieces: Sequence[Piece], start: int, end: int, *, strict: bool) -> list[Piece]:
    """Drops whole clauses that are remarks."""
    kept = {pieces[at].clause for at in (start - 1, end) if 0 <= at < len(pieces)}
    clauses = [list(clause) for _, clause in groupby(pieces[start:end], key=lambda piece: piece.clause)]
    said = (clause for clause in clauses if clause[0].clause in kept or not is_remark(clause, strict=strict))
    return [piece for clause in said for piece in clause]


def is_remark(clause: Sequence[Piece], *, strict: bool = False) -> bool:
    """Tells whether a clause asks, or is the sender's own word to the readers, and says next to nothing besides."""
    text = joined(clause)
    if demands(text) or any(piece.kind == PieceKind.LINK for piece in clause):
        return False
    if clause[-1].asks or asks(text):
        return True
    rest = EDGE_HARMLESS.sub("", text)
    if says_nothing(text) or (rest != text and len(rest.strip()) <= _SHORTEST_SAYING):
        return True
    if _has_negation(clause) or judges(EDGE_HARMLESS.sub(blank, text)):
        return False
    if not EDGE_HARMLESS.search(text) and _negates(clause):
        return False
    saying = [piece for piece in clause if not _is_chatter(piece) and (strict or not is_mild(piece.key))]
    own = is_of_the_sender(text) or any(is_chatter(piece.key) for piece in clause)
    return not saying or (not strict and own and len(saying) <= _MOST_OF_A_REMARK and not _counts(saying))


def _saying(pieces: Sequence[Piece], part: Sequence[Piece]) -> list[Piece]:
    """Drops empty words, and whole clauses of chatter. `part` is of `pieces`."""
    mine = set(part)
    talking = {piece.clause for piece in pieces if piece not in mine or not _is_chatter(piece)}
    return [piece for piece in part if not is_empty(piece.key) and piece.clause in talking]


def _is_chatter(piece: Piece) -> bool:
    return piece.kind == PieceKind.WORD and (is_empty(piece.key) or is_chatter(piece.key))


def _without_mild(part: Sequence[Piece]) -> list[Piece]:
    return [
        piece for piece in part if piece.kind != PieceKind.WORD or not (is_mild(piece.key) or is_chatter(piece.key))
    ]


def is_whole(pieces: Sequence[Piece], start: int, end: int) -> bool:
    """Tells whether `pieces[start:end]` is made of whole clauses."""
    begins = start == 0 or pieces[start - 1].clause != pieces[start].clause
    return begins and (end == len(pieces) or pieces[end].clause != pieces[end - 1].clause)


def _of_replaced(mine: Sequence[Piece], other: Sequence[Piece]) -> ChangeKind:
    pieces = [*mine, *other]
    if any(piece.kind == PieceKind.LINK for piece in mine):
        return ChangeKind.LINK
    if _negates(mine) != _negates(other):
        return ChangeKind.NEGATION
    if all(piece.kind == PieceKind.QUANTITY for piece in pieces):
        return ChangeKind.NUMBER
    if all(piece.key in PLACES for piece in pieces):
        return ChangeKind.NAME
    return ChangeKind.WORDS


def _of_added(mine: Sequence[Piece], text: str) -> ChangeKind:
    if any(piece.kind == PieceKind.LINK for piece in mine):
        return ChangeKind.LINK
    if demands(text):
        return ChangeKind.DEMAND
    if _negates(mine) or judges(text):
        return ChangeKind.NEGATION
    if _counts(mine):
        return ChangeKind.NUMBER
    return ChangeKind.NAME if any(piece.key in PLACES for piece in mine) else ChangeKind.ADDED


def _of_left_out(other: Sequence[Piece], edit: Edit, theirs: Sequence[Piece]) -> ChangeKind | None:
    """Whole clauses may go unless they judge, or limit what stayed in their sentence; words of a clause, unless they
    negate, limit or count. Where the message is cut out of the article, only the words beside the cut matter."""
    beside = [theirs[at] for at in (edit.other_start - 1, edit.other_end) if 0 <= at < len(theirs)]
    in_clause = [piece for piece in other if any(piece.clause == kept.clause for kept in beside)]
    is_cut = len(beside) < 2
    near = in_clause[-_NEAR_CUT:] if edit.other_start == 0 else in_clause[:_NEAR_CUT]
    if _has_negation(near) if is_cut else _negates(in_clause):
        return ChangeKind.NEGATION
    for clause, kept in _next_to(edit, theirs):
        limits_it = clause[0].sentence == kept.sentence and LIMIT.search(joined(clause))
        judges_it = len(clause) <= _LONGEST_VERDICT and judges(joined(clause))
        if limits_it or judges_it:
            return ChangeKind.NEGATION
    return ChangeKind.NUMBER if _counts(in_clause) and not is_cut else None


def _next_to(edit: Edit, theirs: Sequence[Piece]) -> Iterator[tuple[list[Piece], Piece]]:
    """Gives each left-out clause that stands next to what was kept, and its neighbour."""
    part = theirs[edit.other_start : edit.other_end]
    clauses = [list(clause) for _, clause in groupby(part, key=lambda piece: piece.clause)]
    if edit.other_start > 0:
        yield clauses[0], theirs[edit.other_start - 1]
    if edit.other_end < len(theirs):
        yield clauses[-1], theirs[edit.other_end]


def _negates(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind == PieceKind.WORD and limits(piece.key) for piece in pieces) or _has_negation(pieces)


def _has_negation(pieces: Sequence[Piece]) -> bool:
    text = EDGE_HARMLESS.sub(blank, HARMLESS.sub(blank, joined(pieces)))
    return ANY_NEGATION.search(text) is not None


def _counts(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind == PieceKind.QUANTITY for piece in pieces)
