"""Small edits that make another claim: another number, unit, date or name, or a negation more or less.

Only short edits beside equal parts count: in a rewritten or much longer text a different number says nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from factcheck.matching.compare.aligned import (
    ACCOUNT_KIND,
    DATE_KIND,
    MOST_TOKENS,
    NUMBER_KIND,
    PLACE_KIND,
    PLAIN,
    UNIT_KIND,
    WORD_KIND,
    Block,
    Token,
    aligned,
    amount,
    glued,
    near_shared,
    tokens,
)
from factcheck.matching.compare.changed_numbers import numbers_differ
from factcheck.matching.text.dates import dates_differ
from factcheck.matching.text.names import brand, may_be_place, named_differently
from factcheck.matching.text.negation import ANY_NEGATION, EDGE_HARMLESS, EDGE_NEGATION, HARMLESS, JUDGEMENT, blank

# Chinese characters or words; see `amount`.
_LONGEST_EDIT = 6
_LONGEST_QUERY_EDGE = 16
_NEAR = 12  # of an edge
_SOLID = 4  # equal tokens in a row, which edges lie outside of
_FLANK = 2
_AROUND = 6  # tokens
_LONGEST_REACH = 2.5  # with more words behind it, a negation negates these, not what is equal
_FIRST_CHINESE = "\u2e80"
_ALIKE = 0.75  # similarity of a word's spellings

_Tokens = Sequence[Token]


@dataclass(frozen=True)
class Differences:
    numbers: bool = False
    negation: bool = False
    """Only one text has a negation within or beside equal words."""
    names: bool = False
    """A place, titled person, body, brand or account replaces another."""
    dates: bool = False
    """A date, weekday or time of day replaces another."""
    units: bool = False
    """A unit replaces another, or one text lacks a per cent sign."""
    unseen: bool = False
    """The end of a text was not compared."""

    @property
    def any(self) -> bool:
        return self.numbers or self.negation or self.names or self.dates or self.units or self.unseen


def differences(query: str, article: str) -> Differences:
    whole = tokens(query), tokens(article)
    left, right = near_shared(*whole)
    blocks = aligned(left, right)
    found = [_compared(left, right, edit, flanks) for edit, flanks in _small_edits(blocks, left, right)]
    return Differences(
        numbers=any(one.numbers for one in found),
        negation=any(one.negation for one in found) or _is_negated_outside(blocks, left, right),
        names=any(one.names for one in found),
        dates=any(one.dates for one in found),
        units=any(one.units for one in found),
        unseen=any(len(each) == MOST_TOKENS for each in whole),
    )


def _small_edits(blocks: Sequence[Block], left: _Tokens, right: _Tokens) -> Iterable[tuple[Block, int]]:
    for at, block in enumerate(blocks):
        sides = left[block.start : block.end], right[block.other_start : block.other_end]
        if block.equal or max(map(amount, sides)) > _LONGEST_EDIT:
            continue
        before, after = (blocks[at - 1] if at else None), (blocks[at + 1] if at + 1 < len(blocks) else None)
        flanks = _is_flank(before, left) + (_is_flank(after, left) or (at + 2 == len(blocks)))
        if flanks:
            yield block, flanks


def _is_flank(block: Block | None, part: _Tokens) -> bool:
    return block is not None and block.equal and sum(len(t.raw) for t in part[block.start : block.end]) >= _FLANK


def _compared(left: _Tokens, right: _Tokens, edit: Block, flanks: int) -> Differences:
    one, other = left[edit.start : edit.end], right[edit.other_start : edit.other_end]
    if _keys(one, NUMBER_KIND) == _keys(other, NUMBER_KIND) and _letters(one) == _letters(other):
        return Differences()
    near, other_near = _around(left, edit.start, edit.end), _around(right, edit.other_start, edit.other_end)
    return Differences(
        numbers=_differ(_keys(one, NUMBER_KIND), _keys(other, NUMBER_KIND), near, other_near, NUMBER_KIND)
        or numbers_differ(left[: edit.end], right[: edit.other_end], edit),
        negation=flanks == 2 and _negation_differs(left, right, edit),
        names=_names_differ(left, right, edit, (near, other_near)),
        dates=dates_differ(_keys(one, DATE_KIND), _keys(other, DATE_KIND)),
        units=_units_differ(left, right, edit),
    )


def _around(part: _Tokens, start: int, end: int) -> _Tokens:
    return part[max(start - 2 * _AROUND, 0) : end + 2 * _AROUND]


def _letters(part: _Tokens) -> str:
    return "".join(token.raw for token in part)


def _differ(one: set[str], other: set[str], near: _Tokens, other_near: _Tokens, kind: int) -> bool:
    """Finds replacements. Where both texts have both nearby, only the order differs."""
    one, other = one - other, other - one
    return bool(one and other) and not (one <= _keys(other_near, kind) and other <= _keys(near, kind))


def _keys(part: _Tokens, kind: int) -> set[str]:
    return {token.key.removeprefix("=") if kind != NUMBER_KIND else token.key for token in part if token.kind == kind}


def _units_differ(left: _Tokens, right: _Tokens, edit: Block) -> bool:
    one, other = left[edit.start : edit.end], right[edit.other_start : edit.other_end]
    units, other_units = _keys(one, UNIT_KIND), _keys(other, UNIT_KIND)
    if units and other_units:
        return not units & other_units
    # A per cent sign that replaces nothing.
    lone = units or other_units
    behind = {token.kind for token in (*one, *other)} <= {UNIT_KIND}
    return lone == {"%"} and behind


def _names_differ(left: _Tokens, right: _Tokens, edit: Block, near: tuple[_Tokens, _Tokens]) -> bool:
    one, other = left[edit.start : edit.end], right[edit.other_start : edit.other_end]
    if not one or not other:
        return False
    if any(_differ(_keys(one, kind), _keys(other, kind), *near, kind) for kind in (PLACE_KIND, ACCOUNT_KIND)):
        return True
    if _brands_differ(one, other, left, right) or _is_place_replaced(one, other) or _is_place_replaced(other, one):
        return True
    if not {token.kind for token in (*one, *other)} <= {PLAIN, PLACE_KIND, WORD_KIND}:
        return False
    return named_differently(_in_place(left, edit.start, edit.end), _in_place(right, edit.other_start, edit.other_end))


def _is_place_replaced(one: _Tokens, other: _Tokens) -> bool:
    """Tells whether a place is replaced by an unknown one."""
    return len(one) == 1 and one[0].kind == PLACE_KIND and may_be_place(_letters(other), one[0].raw)


def _in_place(part: _Tokens, start: int, end: int, around: int = _AROUND) -> tuple[str, str, str]:
    """Gives the text before an edit, the edit, and the text behind it."""
    first = max(start - around, 0)
    edit, with_edit, whole = glued(part[start:end]), glued(part[first:end]), glued(part[first : end + around])
    return with_edit[: len(with_edit) - len(edit)], edit, whole[len(with_edit) :]


def _brands_differ(one: _Tokens, other: _Tokens, left: _Tokens, right: _Tokens) -> bool:
    """Compares names in Latin letters. Where most words are in such letters, a changed one may be no name."""
    brands = {name for token in one if token.kind == WORD_KIND and (name := brand(token.raw))}
    others = {name for token in other if token.kind == WORD_KIND and (name := brand(token.raw))}
    brands, others = brands - others, others - brands
    if not brands or not others:
        return False
    if any(sum(token.kind == WORD_KIND for token in part) * 2 > len(part) for part in (left, right)):
        return False
    return not any(Levenshtein.normalized_similarity(a, b) >= _ALIKE for a in brands for b in others)


def _negation_differs(left: _Tokens, right: _Tokens, edit: Block) -> bool:
    if _is_own_sentence(left, edit.start, edit.end) and _is_own_sentence(right, edit.other_start, edit.other_end):
        return False
    one = all(_is_negated(left, start, end) for start, end in _placements(left, edit.start, edit.end))
    other = all(_is_negated(right, start, end) for start, end in _placements(right, edit.other_start, edit.other_end))
    return one != other


def _is_own_sentence(part: _Tokens, start: int, end: int) -> bool:
    """Tells whether an edit is empty or lies between two pauses, as what says something beside the rest."""
    return start == end or (part[start].starts and (end == len(part) or part[end].starts))


def _placements(part: _Tokens, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Lists where the same tokens could stand: of 不然不如 and 不如, 不然 is as good as 然不."""
    yield start, end
    for _ in range(end - start):
        if start == 0 or part[start - 1].key != part[end - 1].key:
            break
        start, end = start - 1, end - 1
        yield start, end


def _is_negated(part: _Tokens, start: int, end: int) -> bool:
    """Looks at two tokens either side, too, for words like 非常."""
    before, edit, behind = _in_place(part, start, end, around=2)
    masked = HARMLESS.sub(blank, before + edit + behind)
    end = len(before + edit)
    return any(
        match.start() < end and match.end() > len(before) and _reach(masked[match.end() : end]) <= _LONGEST_REACH
        for match in ANY_NEGATION.finditer(masked)
    )


def _reach(text: str) -> float:
    """Counts words, roughly: one for each Chinese character."""
    return sum(1 if character >= _FIRST_CHINESE else 0.25 for character in text)


def _is_negated_outside(blocks: Sequence[Block], left: _Tokens, right: _Tokens) -> bool:
    same = [block for block in blocks if block.equal and block.end - block.start >= _SOLID]
    if not same:
        return False
    first, last = same[0], same[-1]
    head, other_head = left[: first.start], right[: first.other_start]
    negated = _is_head_negated(head, left[first.start :]), _is_head_negated(other_head, right[first.other_start :])
    if _edges_differ(*negated, amount(head), amount(other_head)):
        return True
    tail, other_tail = left[last.end :], right[last.other_end :]
    negated = _is_tail_negated(tail, left[: last.end]), _is_tail_negated(other_tail, right[: last.other_end])
    return _edges_differ(*negated, amount(tail), amount(other_tail))


def _edges_differ(query: bool, article: bool, query_length: float, article_length: float) -> bool:
    """Tells whether an addition negates the claim. A long edge is more of the story, whose negations concern
    something else; as excerpts are often cut out beside one, the article's edge must be as short as any edit."""
    if query:
        return not article and query_length <= _LONGEST_QUERY_EDGE
    return article and article_length <= _LONGEST_EDIT


def _is_head_negated(edge: _Tokens, rest: _Tokens) -> bool:
    """Finds a judgement before the claim, or a negation in its sentence."""
    near, flank = edge[-_reached(edge[::-1]) or len(edge) :], rest[:_FLANK]
    length = len(glued(near))
    masked = _masked([*near, *flank])
    begin = _sentence(near, flank[0].starts) if flank else len(near)
    own = len(glued(near[:begin]))
    return any(
        match.start() < length and (match.start() >= own or JUDGEMENT.match(masked, match.start()) is not None)
        for match in EDGE_NEGATION.finditer(masked)
    )


def _sentence(near: _Tokens, flank_starts: bool) -> int:
    """Finds the beginning of the sentence that goes on behind the edge; the edge's length if none does."""
    if flank_starts:
        return len(near)
    return max((at for at, token in enumerate(near) if token.starts), default=0)


def _is_tail_negated(edge: _Tokens, rest: _Tokens) -> bool:
    near, flank = edge[: _reached(edge)], rest[-_FLANK:]
    end = next((at for at, token in enumerate(near) if token.starts), len(near))
    masked = _masked([*flank, *near])
    begin = len(glued([*flank, *near])) - len(glued(near))
    own = begin + len(glued(near[:end]))
    return any(
        match.start() >= begin and (match.start() < own or JUDGEMENT.match(masked, match.start()) is not None)
        for match in EDGE_NEGATION.finditer(masked)
    )


def _reached(edge: _Tokens) -> int:
    return next((at for at in range(len(edge)) if amount(edge[: at + 1]) > _NEAR), len(edge))


def _masked(part: _Tokens) -> str:
    return HARMLESS.sub(blank, EDGE_HARMLESS.sub(blank, glued(part)))
