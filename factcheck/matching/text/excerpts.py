"""Excerpts of a long article for somebody who sent a text that is like a part of it.

Folding keeps every letter's place.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import fsum

import regex

from factcheck.graphemes import clusters, count
from factcheck.matching.text.length import words_in
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.tokens import UNSPACED, bigrams

KNOWN_BY_BEGINNING = 0.5
"""From this share of the article's beginning in the person's text on, it is shown from there."""

NEARLY_ALL = 0.9
"""The first excerpt with this share of the best one's shared words is taken: there the person's text begins."""

SHORTEST_SHARED, FEWEST_LETTERS = 1.5, 3
"""Words (`words_in`) of a run that is marked: three Chinese characters, seven Latin letters. No fewer letters make
so many."""

MOST_SHARED = 4
"""Runs that are marked, the longest ones."""

_CLOSING = r"[\p{Pe}\p{Pf}\"']*"
_BREAK = regex.compile(
    rf"(?P<sentence>[。！？｡…]+{_CLOSING}|[.!?]+{_CLOSING}(?=\s|[^\x00-\x7F]|$)|\n)"
    r"|[，、；：､]|[,;:](?=\s|[^\x00-\x7F])|(?<=\p{Thai})\s+"
)
_LETTER = regex.compile(r"[\p{L}\p{M}\p{N}]")
_SPACED = regex.compile(rf"(?![{UNSPACED}])[\p{{L}}\p{{N}}]")
_GRAMMAR = regex.compile(r"\p{Hiragana}+")
_BEFORE_CONSONANT = "เแโใไ"
"""Thai vowels written before their consonant."""


class _Folded(dict[int, str]):
    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = folded = letter if letter.isspace() else normalise(letter)
        return folded


_FOLDED = _Folded()


@dataclass(frozen=True)
class _Clause:
    start: int
    length: int
    """Grapheme clusters."""
    opens: bool
    tokens: frozenset[str]


def beginning(article: str, text: str, length: int) -> int:
    """Finds where an excerpt of `length` grapheme clusters shows most of what the article shares with `text`, at a
    sentence or clause if possible. 0 where nothing is shared, or `text` has the beginning too."""
    sent = frozenset(bigrams(_fold(text)))
    if not sent or len(article) <= length:
        return 0
    clauses = list(_clauses(article, max(1, length // 2)))
    frequency = Counter(token for clause in clauses for token in clause.tokens)
    worth = {token: 1 / frequency[token] for token in sent & frequency.keys()}  # a word in every sentence says little
    first = _tokens(clauses, 0, length)
    if not worth or (first and len(first & sent) >= KNOWN_BY_BEGINNING * len(first)):
        return 0
    shares = [_value(clause.tokens, worth) / max(1, len(clause.tokens)) for clause in clauses]
    enough = max(shares) / 2
    starts = [0, *(number for number, share in enumerate(shares) if share >= enough)]
    scores = [_value(_tokens(clauses, number, length), worth) for number in starts]
    most = max(scores)
    best = next(start for start, score in zip(starts, scores, strict=True) if score >= NEARLY_ALL * most)
    return clauses[_sentence(clauses, best, length, sent)].start if best else 0


def shared_spans(shown: str, text: str) -> list[tuple[int, int]]:
    """Finds start and end of each run of words that the excerpt `shown` shares with `text`, whatever spaces and
    punctuation."""
    sent = _letters(text)
    parts = list(clusters(shown))
    bounds = list(accumulate(map(len, parts), initial=0))
    letters = [_letters_of_cluster(part) for part in parts]
    inside = [False, *(bool(_SPACED.match(one) and _SPACED.match(other)) for one, other in pairwise(letters)), False]
    found: list[tuple[float, int, int]] = []
    start = 0
    while start < len(letters):
        end = start if inside[start] or not letters[start] else _end_of_run(letters, start, sent)
        while end > start and (inside[end] or not letters[end - 1]):
            end -= 1
        run = "".join(letters[start:end])
        amount = words_in(run) if len(run) >= FEWEST_LETTERS else 0
        if amount >= SHORTEST_SHARED and not _GRAMMAR.fullmatch(run):
            found.append((amount, bounds[start], bounds[end]))
        start = max(end, start + 1)
    longest = sorted(found, reverse=True)[:MOST_SHARED]
    return sorted((begin, end) for _, begin, end in longest)


def _clauses(article: str, longest: int) -> Iterator[_Clause]:
    opens = True
    start = 0
    ends = [(found.end(), found["sentence"] is not None) for found in _BREAK.finditer(article)]
    for end, closes in [*ends, (len(article), True)]:
        for part in _parts(article[start:end], longest):
            if part.strip():
                yield _Clause(start, count(part), opens, frozenset(bigrams(_fold(part))))
                opens = False
            start += len(part)
        opens = opens or closes


def _parts(clause: str, longest: int) -> Iterator[str]:
    left = list(clusters(clause))
    while len(left) > longest:
        space = next((at for at in range(longest, longest // 2, -1) if left[at - 1].isspace()), longest)
        while space > 1 and left[space - 1] in _BEFORE_CONSONANT:
            space -= 1
        yield "".join(left[:space])
        left = left[space:]
    yield "".join(left)


def _tokens(clauses: list[_Clause], number: int, length: int) -> frozenset[str]:
    end = number
    while end < len(clauses) and (length := length - clauses[end].length) >= 0:
        end += 1
    return frozenset().union(*(clause.tokens for clause in clauses[number:end]))


def _value(tokens: frozenset[str], worth: dict[str, float]) -> float:
    return fsum(worth.get(token, 0) for token in tokens)  # exact, since sets have no order


def _sentence(clauses: list[_Clause], number: int, length: int, sent: frozenset[str]) -> int:
    """Finds the sentence's first clause, if all that is shared is still seen from there."""
    seen = _tokens(clauses, number, length) & sent
    for earlier in range(number, -1, -1):
        if not seen <= _tokens(clauses, earlier, length):
            return number
        if clauses[earlier].opens:
            return earlier
    return number


def _end_of_run(letters: list[str], start: int, sent: str) -> int:
    end, run = start, ""
    while end < len(letters) and (run := run + letters[end]) in sent:
        end += 1
    return end


@lru_cache(maxsize=8192)
def _letters_of_cluster(cluster: str) -> str:
    return _letters(cluster)


@lru_cache(maxsize=64)
def _letters(text: str) -> str:
    return "".join(_LETTER.findall(_fold(text)))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
