"""A text cut into the pieces that are compared: words, quantities and links, each with its place."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import regex

from factcheck.matching.compare.quantities import quantities
from factcheck.matching.compare.quantity_keys import Key
from factcheck.matching.lexicon.cut import cut
from factcheck.matching.text.contacts import find_contacts
from factcheck.matching.text.folding import LINK, Folded, fold
from factcheck.matching.text.normalise import fold_variants
from factcheck.matching.text.urls import normalise_url

_TAGGED = r"#[\p{L}\p{M}\p{N}_]+"
_TAG = regex.compile(_TAGGED)
_SENTENCE = regex.compile(r"[。!?！？；;\n…\ufffc]|\.(?=\s|$|[\p{Han}\p{Hiragana}\p{Katakana}])")
_CLAUSE = regex.compile(
    r"[。!?！？；;\n…\ufffc,，、:：~|【】()（）\[\]「」『』《》\"“”—]|\.(?=\s|$|[\p{Han}\p{Hiragana}\p{Katakana}])|(?<=[^a-z0-9])\s|\s(?=[^a-z0-9])"
    rf"|(?<={_TAGGED})\s"
)

_RANGE = regex.compile(
    r"\s*(?:起?(?:至|到|直到|迄)|[-~〜—]|から|より|จนถึง|ถึง|(?<=\s)(?:to|through|thru|till|until)(?=\s))\s*"
)
_RANGE_END = regex.compile(" ?(?:まで|为?止)")
_RANGE_BEGIN = regex.compile(r"(?:\b(?:from|between)|[自从由]|ตั้งแต่|จาก)\s*$")
_LONGEST_BEGIN = 10
_TO = str(Key("range", "", "~"))
"""Stands for what makes two quantities one range: from Monday to Friday is not Monday and Friday."""

_ZERO = regex.compile(r"(?<=\d)o(?=[\d年月日号元度%])")
"""A letter in the place of a figure."""
_SPACED = regex.compile(r"[\p{Latin}\p{Hangul}\p{Arabic}\p{Cyrillic}\p{N}]")


class PieceKind(IntEnum):
    WORD = 0
    QUANTITY = 1
    LINK = 2


class Piece(NamedTuple):
    key: str
    """What is compared."""
    raw: str
    """The folded text."""
    start: int
    end: int
    """Its place in the folded text."""
    kind: PieceKind
    clause: int
    sentence: int
    """Their numbers within the text."""
    asks: bool
    """Its clause ends with a question mark."""
    is_tag: bool
    """It belongs to a hashtag."""


def joined(pieces: Sequence[Piece]) -> str:
    """Writes them out, with spaces only between words that have them."""
    text = ""
    for piece in pieces:
        gap = " " if text and _SPACED.match(text[-1]) and _SPACED.match(piece.key) else ""
        text += gap + piece.key
    return text


@dataclass(frozen=True)
class Pieces:
    folded: Folded
    pieces: tuple[Piece, ...]

    def quote(self, first: int, end: int) -> str:
        """Gives the original of `pieces[first:end]`."""
        return self.folded.quote(self.pieces[first].start, self.pieces[end - 1].end) if first < end else ""

    def are_one_clause(self, one: int, other: int) -> bool:
        return self.pieces[one].clause == self.pieces[other].clause

    def without(self, dropped: Callable[[Piece], bool]) -> "Pieces":
        return Pieces(self.folded, tuple(piece for piece in self.pieces if not dropped(piece)))


def pieces_of(original: str) -> Pieces:
    folded = fold(original)
    stops = list(_CLAUSE.finditer(folded.text))
    clauses = [stop.end() for stop in stops]
    asking = [stop.group() in "?？" for stop in stops] + [False]
    tags = list(_TAG.finditer(folded.text))
    sentences = [match.end() for match in _SENTENCE.finditer(folded.text)]
    return Pieces(
        folded,
        tuple(
            Piece(
                key,
                folded.text[start:end],
                start,
                end,
                kind,
                at := bisect_right(clauses, start),
                bisect_right(sentences, start),
                asking[at],
                any(tag.start() < start < tag.end() for tag in tags),
            )
            for start, end, kind, key in _found(folded)
        ),
    )


_Found = tuple[int, int, PieceKind, str]


def _found(folded: Folded) -> list[_Found]:
    """Finds links and contacts first, in what is left quantities, and words in the rest."""
    stood = [at for at, letter in enumerate(folded.text) if letter == LINK]
    links = [
        (at, at + 1, PieceKind.LINK, normalise_url(url) or url) for at, url in zip(stood, folded.urls, strict=False)
    ]
    contacts = [(found.start, found.end, PieceKind.LINK, found.key) for found in find_contacts(folded.text)]
    rest = _ZERO.sub("0", _blanked(folded.text, contacts))
    counted = [(found.start, found.end, PieceKind.QUANTITY, found.key) for found in quantities(rest)]
    counted = _as_ranges(rest, counted)
    rest = fold_variants(_blanked(rest, counted))
    words = [(start, end, PieceKind.WORD, rest[start:end]) for start, end in cut(rest)]
    return sorted(found for found in [*links, *contacts, *counted, *words] if found[3])


def _as_ranges(text: str, counted: Sequence[_Found]) -> list[_Found]:
    """Puts a piece between the ends of each range, and an empty one in the place of the words around it."""
    found = list(counted)
    for at, (one, two) in enumerate(pairwise(counted)):
        (begin, start, *_), (end, behind, *_) = one, two
        if start < end and _RANGE.fullmatch(text, start, end):
            found[at] = (begin, start, one[2], one[3].replace("|>=|", "||", 1))
            found.append((start, end, PieceKind.QUANTITY, _TO))
            words = _RANGE_BEGIN.search(text, max(begin - _LONGEST_BEGIN, 0), begin), _RANGE_END.match(text, behind)
            found += [(word.start(), word.end(), PieceKind.WORD, "") for word in words if word]
    return found


def _blanked(text: str, found: Iterable[_Found]) -> str:
    for start, end, *_ in found:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return text
