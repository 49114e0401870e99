"""Judges one edit: whether it is known to be harmless, and if not, what it changes."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby

from factcheck.matching.compare.alignment import Edit
from factcheck.matching.compare.pairing import mean_the_same
from factcheck.matching.compare.pieces import Piece, PieceKind, joined
from factcheck.matching.lexicon.meaning import is_chatter, is_empty, is_mild, limits
from factcheck.matching.lexicon.slips import is_english
from factcheck.matching.text.names import PLACES
from factcheck.matching.text.negation import ANY_NEGATION, EDGE_HARMLESS, HARMLESS, LIMIT, blank, judges
from factcheck.matching.text.normalise import is_chatter as says_nothing
from factcheck.matching.text.remarks import asks, demands, is_of_the_sender, urges, without_questions

_SHORTEST_SAYING = 5
"""Letters left of a clause of "don't forget" and the like that say nothing."""
_MOST_OF_A_REMARK = 4
"""Words of a remark that are not known to be chatter."""
_MOST_OF_A_QUESTION = 1
"""Words of a question, that are not known to be chatter, beside a verdict that would vouch for them."""
_LONGEST_VERDICT = 8
"""Words of a clause that judges the claim beside it; in longer ones such words belong to the story."""

_BOUNDS = {
    word: bound
    for bound, words in {"to": "to until till 到 至 まで ถึง", "from": "from since 从 由 から จาก", "by": "by"}.items()
    for word in words.split()
}
"""What a number says beside each of these words: a price that drops to two dollars does not drop by two."""
_NEAR_CLAUSES = 3
"""So many clauses beside a cut may deny or except something of what stayed."""
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
    LEFT_OUT = "LEFT_OUT"
    """The same of the other text, where a verdict would vouch for what stayed."""


SMALL = frozenset((ChangeKind.ADDED, ChangeKind.LEFT_OUT))


def kind_of(edit: Edit, yours: Sequence[Piece], theirs: Sequence[Piece], *, strict: bool = False) -> ChangeKind | None:
    """Judges an edit without pairs; None when it is known to be harmless. `strict`: a verdict would vouch for the
    message, so that the sender's own words are a change, too, and what was left out, except at an end."""
    written = yours[edit.start : edit.end], theirs[edit.other_start : edit.other_end]
    is_inside = edit.start > 0 and edit.end < len(yours)
    if not is_inside and says_nothing(joined(written[0])):
        mine = []
    elif is_inside and written[1]:
        mine = _saying(yours, written[0])
    else:
        mine = _saying(yours, _without_remarks(yours, edit.start, edit.end, strict=strict))
    other = _saying(theirs, written[1])
    if all(written) and _bounds(edit, yours, theirs):
        return ChangeKind.NUMBER
    if mine and other:
        return None if mean_the_same(mine, other) else _of_replaced(mine, other)
    mine, other = _without_mild(mine, strict=strict), _without_mild(other, strict=strict)
    if mine:
        return _of_added(mine, written[0], strict=strict)
    if not other:
        return None
    # What says nothing may say something where it stands in place of a word.
    if all(written) and _is_within(edit, theirs) and _is_within(Edit(*edit[2:], *edit[:2]), yours):
        return ChangeKind.WORDS
    found = _of_left_out(other, edit, theirs)
    return ChangeKind.LEFT_OUT if found is None and strict and _is_missed(edit, theirs) else found


def narrowed(edit: Edit, theirs: Sequence[Piece]) -> Edit:
    """Gives the edit with the telling clause alone, of those left out at an end."""
    clause = _clause_missed(edit, theirs)
    if not clause:
        return edit
    first = theirs.index(clause[0])
    return edit._replace(other_start=first, other_end=first + len(clause))


def _clause_missed(edit: Edit, theirs: Sequence[Piece]) -> list[Piece]:
    """Gives the clause left out at an end that denies or excepts something near what stayed, or is of its sentence."""
    start, end = edit.other_start, edit.other_end
    if start > 0 and end < len(theirs):
        return []
    clauses = _clauses(theirs[start:end])
    near = clauses[: -_NEAR_CLAUSES - 1 : -1] if start == 0 else clauses[:_NEAR_CLAUSES]
    sentence = theirs[end if start == 0 else start - 1].sentence if end - start < len(theirs) else None
    telling = [*filter(_excepts, near), *(clause for clause in near[:1] if clause[0].sentence == sentence)]
    return telling[0] if telling else []


def _is_missed(edit: Edit, theirs: Sequence[Piece]) -> bool:
    """Tells whether what stayed says more without what was left out."""
    is_at_end = edit.other_start == 0 or edit.other_end == len(theirs)
    is_within = not (is_at_end and is_whole(theirs, edit.other_start, edit.other_end))
    return is_within or bool(_clause_missed(edit, theirs))


def _excepts(clause: Sequence[Piece]) -> bool:
    return _has_negation(clause) or LIMIT.search(joined(clause)) is not None


def _bounds(edit: Edit, yours: Sequence[Piece], theirs: Sequence[Piece]) -> bool:
    """Tells whether another bound stands before the next number."""
    if not (edit.end < len(yours) and yours[edit.end].kind == PieceKind.QUANTITY):
        return False
    mine, other = _BOUNDS.get(yours[edit.end - 1].key), _BOUNDS.get(theirs[edit.other_end - 1].key)
    return mine is not None and other is not None and mine != other


def _is_within(edit: Edit, pieces: Sequence[Piece]) -> bool:
    """Tells whether `pieces[other_start:other_end]` has the clause of a neighbour on either side."""
    start, end = edit.other_start, edit.other_end
    around = [(at, beside) for at, beside in ((start, start - 1), (end - 1, end)) if 0 <= beside < len(pieces)]
    return any(pieces[at].clause == pieces[beside].clause for at, beside in around)


def _without_remarks(pieces: Sequence[Piece], start: int, end: int, *, strict: bool) -> list[Piece]:
    """Drops whole clauses that are remarks."""
    kept = {pieces[at].clause for at in (start - 1, end) if 0 <= at < len(pieces)}
    said = (
        clause
        for clause in _clauses(pieces[start:end])
        if clause[0].clause in kept or not is_remark(clause, strict=strict)
    )
    return [piece for clause in said for piece in clause]


def _clauses(pieces: Sequence[Piece]) -> list[list[Piece]]:
    return [list(clause) for _, clause in groupby(pieces, key=lambda piece: piece.clause)]


def is_remark(clause: Sequence[Piece], *, strict: bool = False) -> bool:
    """Tells whether a clause asks, or is the sender's own word to the readers, and says next to nothing besides."""
    text = joined(clause)
    if demands(text) or any(piece.kind == PieceKind.LINK for piece in clause):
        return False
    if clause[-1].asks or asks(text):
        return not strict or not _states(clause)
    rest = EDGE_HARMLESS.sub("", text)
    if says_nothing(text) or (rest != text and len(rest.strip()) <= _SHORTEST_SAYING):
        return True
    if _has_negation(clause) or judges(EDGE_HARMLESS.sub(blank, text)):
        return False
    if not EDGE_HARMLESS.search(text) and _negates(clause):
        return False
    saying = [piece for piece in clause if not _is_chatter(piece) and (strict or not is_mild(piece.key))]
    own = _is_tag(clause) or is_of_the_sender(text) or any(is_chatter(piece.key) for piece in clause)
    return not saying or (not strict and own and len(saying) <= _MOST_OF_A_REMARK and not _counts(saying))


def _is_tag(clause: Sequence[Piece]) -> bool:
    """Tells whether it is a hashtag of known words: #fakenews is one to no list."""
    return clause[0].is_tag and all(not piece.key.isascii() or is_english(piece.key) for piece in clause)


def _states(question: Sequence[Piece]) -> bool:
    """Tells whether a question says something by the way, as rhetorical ones do."""
    saying = [
        piece for piece in _without_mild(question, strict=True) if not is_empty(piece.key) and not asks(piece.key)
    ]
    return len(saying) > _MOST_OF_A_QUESTION or _counts(question) or _denies(without_questions(joined(question)))


def _saying(pieces: Sequence[Piece], part: Sequence[Piece]) -> list[Piece]:
    """Drops empty words, and whole clauses of chatter. `part` is of `pieces`."""
    mine = set(part)
    talking = {piece.clause for piece in pieces if piece not in mine or not _is_chatter(piece)}
    return [piece for piece in part if not is_empty(piece.key) and piece.clause in talking]


def _is_chatter(piece: Piece) -> bool:
    return piece.kind == PieceKind.WORD and (is_empty(piece.key) or is_chatter(piece.key))


def _without_mild(part: Sequence[Piece], *, strict: bool) -> list[Piece]:
    return [piece for piece in part if piece.kind != PieceKind.WORD or not _is_mild(piece.key, strict=strict)]


def _is_mild(word: str, *, strict: bool) -> bool:
    """Tells whether a word says little when it is put in or left out."""
    return (is_mild(word) and not (strict and limits(word))) or is_chatter(word)


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


def _of_added(mine: Sequence[Piece], written: Sequence[Piece], *, strict: bool) -> ChangeKind:
    text = joined(written)
    if any(piece.kind == PieceKind.LINK for piece in mine):
        return ChangeKind.LINK
    if demands(text) or (strict and any(urges(joined(clause)) for clause in _clauses(written))):
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
    clauses = _clauses(part)
    if edit.other_start > 0:
        yield clauses[0], theirs[edit.other_start - 1]
    if edit.other_end < len(theirs):
        yield clauses[-1], theirs[edit.other_end]


def _negates(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind == PieceKind.WORD and limits(piece.key) for piece in pieces) or _has_negation(pieces)


def _has_negation(pieces: Sequence[Piece]) -> bool:
    return _denies(joined(pieces))


def _denies(text: str) -> bool:
    return ANY_NEGATION.search(EDGE_HARMLESS.sub(blank, HARMLESS.sub(blank, text))) is not None


def _counts(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind == PieceKind.QUANTITY or piece.key[:1].isdigit() for piece in pieces)
