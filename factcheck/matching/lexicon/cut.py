"""Where the words of a folded text begin and end."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

import regex

from factcheck.matching.lexicon.tables import tables

Span = tuple[int, int]

_KANA = r"\p{Hiragana}\p{Katakana}ー"
_EAST = rf"\p{{Han}}々〇{_KANA}"
# A number keeps its separators and an ordinal's end, a word its apostrophe; what else stands behind a number is a word
# of its own.
_PIECE = regex.compile(
    rf"(?P<east>[{_EAST}]+)|(?P<thai>\p{{Thai}}+)|(?P<number>\p{{N}}+(?:[.,:]\p{{N}}+)*"
    rf"(?:(?:st|nd|rd|th)(?![\p{{L}}\p{{N}}]))?)|(?P<word>(?![{_EAST}]|\p{{Thai}})\p{{L}}(?:(?![{_EAST}]|\p{{Thai}})[\p{{L}}\p{{M}}\p{{N}}]|['’](?=\p{{L}}))*)|(?P<mark>\p{{M}}+)"
)
_KANA_RUN = regex.compile(rf"[{_KANA}]+|[^{_KANA}]+")
# Chinese texts borrow の for decoration.
_TELLS_JAPANESE = regex.compile(rf"(?!の)[{_KANA}]")
_JAPANESE_FROM = 0.1
"""Kana of the east Asian characters, from which on a text is Japanese: its characters are cut in another way."""
_LONGEST_MERGED = 6
"""Spans that one word of the lists may have been cut into."""
_AM_FOLDED, _AM = "\u0e4d\u0e32", "\u0e33"
"""The segmenter knows the letter as it is written."""


def cut(text: str) -> list[Span]:
    """Gives the spans of the words in order; spaces and punctuation are in none."""
    east = _cut_japanese if _is_japanese(text) else _cut_chinese
    spans: list[Span] = []
    for piece in _PIECE.finditer(text):
        cutter = {"east": east, "thai": _cut_thai}.get(piece.lastgroup or "", _whole)
        spans += [(piece.start() + start, piece.start() + end) for start, end in cutter(piece.group())]
    return spans


def _is_japanese(text: str) -> bool:
    kana = len(_TELLS_JAPANESE.findall(text))
    return kana > 0 and kana >= _JAPANESE_FROM * sum(len(run) for run in regex.findall(rf"[{_EAST}]+", text))


def _whole(run: str) -> list[Span]:
    return [(0, len(run))]


def _cut_chinese(run: str) -> list[Span]:
    tokenize = _chinese()
    spans: list[Span] = []
    for part in _KANA_RUN.finditer(run):
        inner = _whole(part.group()) if _TELLS_JAPANESE.match(part.group()) else tokenize(part.group())
        spans += [(part.start() + start, part.start() + end) for start, end in inner]
    return spans


def _cut_japanese(run: str) -> list[Span]:
    return _merged(run, _spans(_japanese()(run)))


def _cut_thai(run: str) -> list[Span]:
    written = run.replace(_AM_FOLDED, _AM)
    return _merged(run, _spans(word.replace(_AM, _AM_FOLDED) for word in _thai()(written)))


def _spans(words: Iterable[str]) -> Iterator[Span]:
    start = 0
    for word in words:
        yield start, start + len(word)
        start += len(word)


def _merged(run: str, spans: Iterable[Span]) -> list[Span]:
    """Words of the lists are one, where the segmenter makes several of them."""
    ends = [0, *(end for _, end in spans)]
    known, merged, at = tables().words, [], 0
    while at < len(ends) - 1:
        last = min(at + _LONGEST_MERGED, len(ends) - 1)
        to = next((to for to in range(last, at + 1, -1) if run[ends[at] : ends[to]] in known), at + 1)
        merged.append((ends[at], ends[to]))
        at = to
    return merged


@lru_cache(maxsize=1)
def _chinese() -> Callable[[str], list[Span]]:
    """The dictionary takes 33 MB and a tenth of a second: only who cuts a text loads it."""
    import rjieba

    for word in sorted(tables().chinese):
        if len(word) > 1 and regex.fullmatch(r"\p{Han}+", word) and not rjieba.has_word(word):
            rjieba.add_word(word, None, None)
    return lambda run: [(start, end) for _, start, end in rjieba.tokenize(run, hmm=False)]


@lru_cache(maxsize=1)
def _japanese() -> Callable[[str], list[str]]:
    from tinysegmenter import TinySegmenter

    tokenize: Callable[[str], list[str]] = TinySegmenter().tokenize
    return tokenize


@lru_cache(maxsize=1)
def _thai() -> Callable[[str], list[str]]:
    import thaibreak

    def words(run: str) -> list[str]:
        bounds = thaibreak.boundaries(run)
        return [run[start:end] for start, end in pairwise(bounds)]

    return words
