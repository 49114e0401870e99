"""Pairs the words of an edit that mean the same; what finds no partner is left for judging."""

from collections.abc import Sequence
from functools import lru_cache

from factcheck.matching.compare.alignment import Edit
from factcheck.matching.compare.pieces import Piece, PieceKind, joined
from factcheck.matching.compare.quantities import compatible
from factcheck.matching.lexicon.meaning import are_slips, are_synonyms, has_synonyms, is_empty, is_mild, limits

MOST_PAIRS = 8_000
"""Pairs of words looked at in one comparison, so that no message keeps a worker busy: 20 times what an edited forward
needs. An edit beyond them is another text and stays whole."""

_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""How many words of each side may make a pair, as one writer's word is two of another's."""


_DIGITS = str.maketrans("一二三四五六七八九两", "1234567892")


def unpaired(edit: Edit, yours: Sequence[Piece], theirs: Sequence[Piece]) -> list[Edit]:
    """Gives the parts of an edit between its pairs, without those that say nothing."""
    mine, other = yours[edit.start : edit.end], theirs[edit.other_start : edit.other_end]
    if not mine or not other:
        return [edit]
    found: list[Edit] = []
    at, other_at = 0, 0
    for start, end, other_start, other_end in [*_pairs(mine, other), (len(mine), len(mine), len(other), len(other))]:
        if start > at or other_start > other_at:
            found.append(
                Edit(edit.start + at, edit.start + start, edit.other_start + other_at, edit.other_start + other_start)
            )
        at, other_at = end, other_end
    return found


def _pairs(mine: Sequence[Piece], other: Sequence[Piece]) -> list[tuple[int, int, int, int]]:
    """Finds the pairs, in order, that leave the fewest words that say something."""
    rows, columns = len(mine), len(other)
    cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows, -1, -1):
        for column in range(columns, -1, -1):
            if row == rows and column == columns:
                continue
            ways = [
                (cost[row + down][column + right] + price, down, right)
                for down, right, price in _ways(mine, other, row, column)
            ]
            least, down, right = min(ways)
            cost[row][column], step[row][column] = least, (down, right)
    found = []
    row, column = 0, 0
    while row < rows or column < columns:
        down, right = step[row][column]
        if down and right:
            found.append((row, row + down, column, column + right))
        row, column = row + down, column + right
    return found


def _ways(mine: Sequence[Piece], other: Sequence[Piece], row: int, column: int) -> list[tuple[int, int, float]]:
    ways: list[tuple[int, int, float]] = []
    if row < len(mine):
        ways.append((1, 0, _weight(mine[row])))
    if column < len(other):
        ways.append((0, 1, _weight(other[column])))
    for down, right in _STEPS:
        one, two = mine[row : row + down], other[column : column + right]
        is_there = len(one) == down and len(two) == right
        if is_there and (down == right == 1 or _may_be_one_word(one, two)) and mean_the_same(one, two):
            ways.append((down, right, 0.0))
    return ways


def _may_be_one_word(one: Sequence[Piece], two: Sequence[Piece]) -> bool:
    return _written(one) == _written(two) or (has_synonyms(joined(one)) and has_synonyms(joined(two)))


def _weight(piece: Piece) -> float:
    return 0.1 if is_empty(piece.key) else 1.0


def mean_the_same(one: Sequence[Piece], two: Sequence[Piece]) -> bool:
    if _written(one) == _written(two):
        return True
    if len(one) == 1 and len(two) == 1 and one[0].kind == two[0].kind == PieceKind.QUANTITY:
        return compatible(one[0].key, two[0].key)
    left, right = joined(one), joined(two)
    if any(piece.kind != PieceKind.WORD for piece in (*one, *two)):
        return _is_one_of(one, two) or _is_one_of(two, one)
    return _are_alike(left, right)


@lru_cache(maxsize=1 << 16)
def _are_alike(one: str, two: str) -> bool:
    return are_synonyms(one, two) or are_slips(one, two) or _is_longer_form(one, two)


def _is_one_of(counted: Sequence[Piece], named: Sequence[Piece]) -> bool:
    """Tells whether the first says "one" before what the other only names: 一位 and 位."""
    return len(counted) == 1 and _written(counted) == "1" + _written(named)


def _written(pieces: Sequence[Piece]) -> str:
    """Writes digits as such, since a word may have one in it: 買1送1 is 買一送一."""
    return "".join(piece.raw for piece in pieces).replace(" ", "").translate(_DIGITS)


def _is_longer_form(one: str, two: str) -> bool:
    """Takes a word with an empty one at its end, or before it, for the same word; and "one" before what is counted."""
    short, long = sorted((one, two), key=len)
    if short.isascii() or not short or limits(long) != limits(short):
        return False
    rest = long.removeprefix(short) if long.startswith(short) else long.removesuffix(short)
    if rest == long:
        return False
    return rest == "一" or (len(short) > 1 and (is_empty(rest) or is_mild(rest)))
