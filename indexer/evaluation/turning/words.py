"""Words that turn a claim round, from `zh.txt`, and where a text has one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import regex

_FOLDER = Path(__file__).parent
_ADDRESS = regex.compile(r"(?:https?://|www\.)[!-~]+|[#@＃][^\s#]+")
SWAPPED = frozenset({"place", "who", "thing"})
"""Kinds of words of which two can change places."""
_DATE = regex.compile(r"[0-9)）][\s(（]{0,3}$")
"""Before the name of a day that only repeats a date."""
_BETWEEN = regex.compile(r"[^、，,。.!！?？;；：:\s和與及跟或同/（）()「」【】與並]{2,14}")
"""What stands between two words that say who does what to whom, and not between those of a list."""


@dataclass(frozen=True)
class WordSet:
    kind: str
    words: tuple[str, ...]
    one_way: bool
    """Only the first word is replaced."""


@dataclass(frozen=True)
class Place:
    """Where a word of a set stands in a text."""

    at: int
    word: str
    words: WordSet


@cache
def word_sets() -> tuple[WordSet, ...]:
    lines = (_FOLDER / "zh.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.split() for line in lines if line and not line.startswith("#")]
    return tuple(WordSet(kind.rstrip(">"), tuple(words), kind.endswith(">")) for kind, *words in parts)


@cache
def _sets_of() -> dict[str, list[WordSet]]:
    found: dict[str, list[WordSet]] = {}
    for one in word_sets():
        for word in one.words[:1] if one.one_way else one.words:
            found.setdefault(word, []).append(one)
    return found


@cache
def _known() -> frozenset[str]:
    """Every word of the sets, and longer ones that hold one and say something else."""
    text = (_FOLDER / "zh_longer.txt").read_text(encoding="utf-8")
    longer = (word for line in text.splitlines() if not line.startswith("#") for word in line.split())
    return frozenset(longer) | {word for one in word_sets() for word in one.words}


def places(text: str) -> Iterator[Place]:
    """Finds the words that may be replaced, reading the text by its longest known words. None is within an address."""
    longest, closed = max(map(len, _known())), [match.span() for match in _ADDRESS.finditer(text)]
    at = 0
    while at < len(text):
        end = next((end for _, end in closed if _ <= at < end), None)
        if end is not None:
            at = end
            continue
        word = next((text[at : at + n] for n in range(longest, 1, -1) if text[at : at + n] in _known()), text[at])
        if not (word.startswith(("星期", "週")) and _DATE.search(text[:at])):
            yield from (Place(at, word, one) for one in _sets_of().get(word, ()))
        at += len(word)


def swaps(text: str) -> Iterator[tuple[Place, Place]]:
    """Finds two words of one set that could change places."""
    found = [place for place in places(text) if place.words.kind in SWAPPED]
    for one, other in pairwise(found):
        between = text[one.at + len(one.word) : other.at]
        if one.words is other.words and one.word != other.word and _BETWEEN.fullmatch(between):
            yield one, other
