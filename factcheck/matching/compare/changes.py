"""What a message changes of an article: every edit that is not known to be harmless, quoted from both.

The burden lies on the change. Harmless are words that say nothing, words with the same meaning, one quantity in two
ways of writing, slips of the pen, chatter, lists in another order, and what was left out without limiting, negating or
judging the rest. A word that no source knows may turn the claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.matching.compare.alignment import Edit, edits
from factcheck.matching.compare.around import without_remarks_around, without_repeats
from factcheck.matching.compare.features import TextFacts
from factcheck.matching.compare.judging import SMALL, ChangeKind, kind_of, narrowed
from factcheck.matching.compare.pairing import MOST_PAIRS, unpaired
from factcheck.matching.compare.pieces import Piece, PieceKind, Pieces
from factcheck.matching.compare.reordered import displaced, is_swapped, without_moved
from factcheck.matching.text.signs import turned


@dataclass(frozen=True)
class Change:
    kind: ChangeKind
    yours: str
    """Quoted from the message as it was sent; "" when only the article has something there."""
    theirs: str
    """Quoted from the article; "" when only the message has something there."""


@dataclass(frozen=True)
class Difference:
    changes: tuple[Change, ...]
    """Those that are not known to be harmless, the most telling first; at least one."""

    @property
    def is_large(self) -> bool:
        """Tells whether more than words or clauses were put in."""
        return any(change.kind not in SMALL for change in self.changes)


def difference(
    message: TextFacts, article: TextFacts, *, links_count: bool = True, strict: bool = False
) -> Difference | None:
    """Compares two texts; None when every change is known to be harmless. `links_count`: whether another link or
    account is a change; `strict`: whether words of the sender's own are, more than chatter or a question."""
    elsewhere = message.elsewhere(article) if links_count else frozenset()
    yours = message.pieces.without(lambda piece: piece.kind == PieceKind.LINK and piece.key not in elsewhere)
    theirs = article.pieces.without(lambda piece: piece.kind == PieceKind.LINK)
    yours = without_remarks_around(without_repeats(yours, theirs), theirs, strict=strict)
    found = _edits(yours.pieces, theirs.pieces)
    moved = displaced(found, yours.pieces, theirs.pieces) if found else set()
    changes = []
    for edit in found:
        kind = kind_of(edit, yours.pieces, theirs.pieces, strict=strict)
        if edit in moved and (kind is None or kind in SMALL):
            kind = ChangeKind.WORDS
        if kind and not (kind in SMALL and _is_tagged(edit, yours.pieces, theirs.pieces)):
            changes.append(_quoted(kind, edit, yours, theirs))
    unseen = elsewhere - {piece.key for piece in yours.pieces}
    changes += [Change(ChangeKind.LINK, key, "") for key in sorted(unseen)]
    changes += _turned_signs(message, article, strict=strict)
    if yours.folded.unseen or theirs.folded.unseen:
        changes.append(Change(ChangeKind.WORDS, yours.folded.unseen, theirs.folded.unseen))
    order = list(ChangeKind)
    return Difference(tuple(sorted(changes, key=lambda change: order.index(change.kind)))) if changes else None


def _is_tagged(edit: Edit, yours: Sequence[Piece], theirs: Sequence[Piece]) -> bool:
    """Tells whether only hashtags were put in that repeat its words."""
    known = {piece.key for piece in theirs}
    put_in = yours[edit.start : edit.end] if edit.other_start == edit.other_end else ()
    return bool(put_in) and all(piece.is_tag and piece.key in known for piece in put_in)


def _turned_signs(message: TextFacts, article: TextFacts, *, strict: bool) -> list[Change]:
    """Lists signs that say the opposite, and with `strict` those that deny what none denied."""
    changes = [
        Change(ChangeKind.NEGATION, one.shown, other.shown) for one, other in turned(message.signs, article.signs)
    ]
    known = {(sign.says, sign.beside) for sign in article.signs}
    if strict and not changes:
        new = [sign for sign in message.signs if sign.denies and (sign.says, sign.beside) not in known]
        changes = [Change(ChangeKind.NEGATION, sign.shown, "") for sign in new]
    return changes


def _edits(yours: Sequence[Piece], theirs: Sequence[Piece]) -> list[Edit]:
    found: list[Edit] = []
    left = MOST_PAIRS
    for edit in edits(yours, theirs):
        pairs = (edit.end - edit.start) * (edit.other_end - edit.other_start)
        left -= pairs
        if left < 0:
            found.append(edit)
        elif not is_swapped(edit, yours, theirs):
            found += unpaired(edit, yours, theirs)
    return without_moved(found, yours, theirs)


def _quoted(kind: ChangeKind, edit: Edit, yours: Pieces, theirs: Pieces) -> Change:
    """Quotes a word of its clause around what only one side has, if that turns the claim: "not" alone says little."""
    start, end, other_start, other_end = narrowed(edit, theirs.pieces) if kind == ChangeKind.LEFT_OUT else edit
    if kind != ChangeKind.ADDED and (start == end or other_start == other_end):
        pieces, first, last = (yours, start, end) if start < end else (theirs, other_start, other_end)
        if start and other_start and pieces.are_one_clause(first - 1, first):
            start, other_start = start - 1, other_start - 1
        if end < len(yours.pieces) and other_end < len(theirs.pieces) and pieces.are_one_clause(last - 1, last):
            end, other_end = end + 1, other_end + 1
    return Change(kind, yours.quote(start, end), theirs.quote(other_start, other_end))
