"""Pairs the words of an edit that mean the same; what finds no partner is left for judging."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factcheck.matching.compare.alignment import Edit
from factcheck.matching.compare.pieces import Piece, PieceKind, joined
from factcheck.matching.compare.quantities import compatible
from factcheck.matching.lexicon.japanese import are_one_word
from factcheck.matching.lexicon.meaning import are_slips, are_synonyms, has_synonyms, is_empty, is_mild, limits

MOST_PAIRS = 8_000
"""Pairs of words looked at in one comparison, so that no message keeps a worker busy: 20 times what an edited forward
needs. An edit beyond them is another text and stays whole."""

_STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""How many words of each side may make a pair, as one writer's word is two of another's."""


_KANA = re.compile("[ぁ-ん]")
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


@dataclass(frozen=True, slots=True)
class _Words:
    """Holds some words of one side that stand together, and what is compared of them."""

    pieces: Sequence[Piece]
    written: str
    joined: str
    has_synonyms: bool
    are_words: bool
    is_japanese: bool

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> "_Words":
        text = joined(pieces)
        are_words = all(piece.kind == PieceKind.WORD for piece in pieces)
        return cls(pieces, _written(pieces), text, has_synonyms(text), are_words, _KANA.search(text) is not None)


def _all_words(pieces: Sequence[Piece]) -> list[list[_Words]]:
    """Lists for each place what begins there, of one word, of two, and so on: each is met by many of the other side."""
    most = max(down for down, _ in _STEPS)
    ends = range(1, most + 1)
    return [
        [_Words.of(pieces[at : at + end]) for end in ends if at + end <= len(pieces)] for at in range(len(pieces))
    ] + [[]]


def _pairs(mine: Sequence[Piece], other: Sequence[Piece]) -> list[tuple[int, int, int, int]]:
    """Finds the pairs, in order, that leave the fewest words that say something."""
    rows, columns = len(mine), len(other)
    of_mine, of_other = _all_words(mine), _all_words(other)
    price, other_price = [_weight(piece) for piece in mine], [_weight(piece) for piece in other]
    cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows, -1, -1):
        for column in range(columns, -1, -1):
            ways = [
                (cost[row + down][column + right], down, right) for down, right in _same(of_mine[row], of_other[column])
            ]
            if row < rows:
                ways.append((cost[row + 1][column] + price[row], 1, 0))
            if column < columns:
                ways.append((cost[row][column + 1] + other_price[column], 0, 1))
            if ways:
                cost[row][column], *taken = min(ways)
                step[row][column] = taken[0], taken[1]
    found = []
    row, column = 0, 0
    while row < rows or column < columns:
        down, right = step[row][column]
        if down and right:
            found.append((row, row + down, column, column + right))
        row, column = row + down, column + right
    return found


def _same(mine: Sequence[_Words], other: Sequence[_Words]) -> Iterator[tuple[int, int]]:
    """Gives how many words of each side, from one place on, make a pair."""
    for down, right in _STEPS:
        if down <= len(mine) and right <= len(other):
            one, two = mine[down - 1], other[right - 1]
            are_known = (down == right == 1 or (one.has_synonyms and two.has_synonyms)) and _mean_the_same(one, two)
            if one.written == two.written or are_known or _are_one_word(one, two):
                yield down, right


def _are_one_word(one: _Words, two: _Words) -> bool:
    return one.is_japanese and two.is_japanese and are_one_word(one.joined, two.joined)


def _weight(piece: Piece) -> float:
    return 0.1 if is_empty(piece.key) else 1.0


def mean_the_same(one: Sequence[Piece], two: Sequence[Piece]) -> bool:
    return _mean_the_same(_Words.of(one), _Words.of(two))


def _mean_the_same(one: _Words, two: _Words) -> bool:
    if one.written == two.written:
        return True
    if one.are_words and two.are_words:
        return _are_alike(one.joined, two.joined)
    if len(one.pieces) == len(two.pieces) == 1 and one.pieces[0].kind == two.pieces[0].kind == PieceKind.QUANTITY:
        return compatible(one.pieces[0].key, two.pieces[0].key)
    return _is_one_of(one, two) or _is_one_of(two, one)


@lru_cache(maxsize=1 << 16)
def _are_alike(one: str, two: str) -> bool:
    return are_synonyms(one, two) or are_slips(one, two) or _is_longer_form(one, two)


def _is_one_of(counted: _Words, named: _Words) -> bool:
    """Tells whether the first says "one" before what the other only names: 一位 and 位."""
    return len(counted.pieces) == 1 and counted.written == "1" + named.written


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
