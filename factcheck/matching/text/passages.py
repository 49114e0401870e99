"""The part of a text that shows the words somebody searched for, with these marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factcheck.matching.text.folding import Folded, fold
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.tokens import wanted_words

BEFORE = 30
"""Letters shown before the first word."""

MOST_PLACES = 60


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


def passage(original: str, query: str, length: int = 150) -> list[Piece]:
    """Gives the stretch with most of the words, from the beginning if there is none of them."""
    folded = fold(original)
    spans = _merged(_spans(folded.text, query))
    start = _best_start(spans, length)
    end = min(len(folded.text), start + length)
    inside = [(max(begin, start), min(stop, end)) for begin, stop in spans if begin < end and stop > start]
    pieces = list(_cut(folded, start, end, inside))
    before = [Piece("…")] if start else []
    return [*before, *pieces, *([Piece("…")] if end < len(folded.text) or folded.unseen.strip() else [])]


def _spans(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Finds each word as it was asked for; one that is wrapped or parted is found by its pieces."""
    for word, pieces in _words(query):
        found = list(_places(text, word)) or [span for piece in pieces for span in _places(text, piece)]
        yield from found[:MOST_PLACES]


@lru_cache(maxsize=16)
def _words(query: str) -> tuple[tuple[str, Sequence[str]], ...]:
    """Takes a query apart, which is looked for in many texts, into words with the pieces of each."""
    return tuple((word, wanted_words(word)) for word in normalise(query).split())


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        if not word.isascii() or _stands_alone(text, at, at + len(word)):
            yield at, at + len(word)
        at = text.find(word, at + len(word))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tells whether Latin letters are a word: "cure" is none in "secure"."""
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return not any(letter.isascii() and letter.isalnum() for letter in beside)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best_start(spans: Sequence[tuple[int, int]], length: int) -> int:
    if not spans:
        return 0

    def marked_from(start: int) -> int:
        return sum(end - begin for begin, end in spans if begin >= start and end <= start + length - BEFORE)

    best = max((begin for begin, _ in spans), key=lambda begin: (marked_from(begin), -begin))
    return max(0, best - BEFORE) if best > BEFORE else 0


def _cut(folded: Folded, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    """Cuts the original at places where letters begin, so that no character is torn."""
    places, at = folded.places, start
    for begin, stop in spans:
        yield from _piece(folded.original, places[at], places[begin])
        yield from _piece(folded.original, places[begin], places[stop], marked=True)
        at = stop
    yield from _piece(folded.original, places[at], places[end])


def _piece(original: str, start: int, end: int, *, marked: bool = False) -> Iterator[Piece]:
    if end > start:
        yield Piece(" ".join(original[start:end].split("\n")), marked)
