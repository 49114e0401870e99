"""Text folded letter by letter, so that whatever is found in it can be quoted from the original."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from factcheck.matching.text.normalise import fold_letter, seen
from factcheck.matching.text.transcripts import without_transcript
from factcheck.matching.text.urls import FoundUrl, find_urls

MOST_LETTERS = 12_000
"""Of each text; a LINE message has at most 10,000 characters."""

LINK = "\ufffc"
"""Stands where a URL stood."""

_PLAIN = r" -~\n\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60"
"""Characters that no other one of these joins: most of all texts, and many times as fast as to look for clusters."""
_RUN_OR_CLUSTER = regex.compile(rf"(?P<run>[{_PLAIN}]+)(?=[{_PLAIN}]|\Z)|\X")


@dataclass(frozen=True)
class Folded:
    original: str
    """Without what is not seen."""
    text: str
    """Width, case and Chinese variants folded, as in `normalise`; without what an export of a chat adds."""
    places: tuple[int, ...]
    """Where in the original each letter of `text` begins, and one more for the end."""
    urls: tuple[str, ...]
    """How each was written, in the order of the `LINK` in `text`."""

    @property
    def unseen(self) -> str:
        """The original's end, if the text was too long."""
        return self.original[self.places[-1] :]

    def quote(self, start: int, end: int) -> str:
        """Gives the original of `text[start:end]`."""
        return self.original[self.places[start] : self._end(end)].strip()

    def _end(self, end: int) -> int:
        """Takes the whole of what the last letter was folded from."""
        if end <= 0:
            return 0
        return self.places[bisect_right(self.places, self.places[end - 1])]


def fold(original: str) -> Folded:
    letters: list[str] = []
    places: list[int] = []
    urls: list[str] = []
    at = 0
    shown = seen(original)
    for url in [*find_urls(shown), FoundUrl(len(shown), len(shown), "")]:
        at = _add(shown, at, url.start, letters, places)
        if len(letters) > MOST_LETTERS:
            break
        if url.written:
            urls.append(url.written)
            letters.append(LINK)
            places.append(url.start)
            at = url.end
    text, kept = _without_transcript("".join(letters))
    return Folded(shown, text, (*map(places.__getitem__, kept), at), tuple(urls))


def _without_transcript(text: str) -> tuple[str, Sequence[int]]:
    """Gives what is left, and where each letter of it stood."""
    left = without_transcript(text)
    if left == text:
        return text, range(len(text))
    kept: list[int] = []
    at = 0
    for line in filter(None, left.split("\n")):
        at = text.index(line, at)
        kept += range(at, min(at + len(line) + 1, len(text)))
        at += len(line)
    return "".join(text[place] for place in kept), kept


def _add(original: str, start: int, end: int, letters: list[str], places: list[int]) -> int:
    at = start
    for found in _RUN_OR_CLUSTER.finditer(original, start, end):
        run = found.group("run")
        if run:
            run = run[: MOST_LETTERS + 1 - len(letters)]
            alike = [fold_letter(letter) for letter in run]
            if len("".join(alike)) == len(run) and "" not in alike:
                letters += alike
                places += range(at, at + len(run))
                at += len(run)
            else:
                at = _add_each(run, alike, at, letters, places)
        else:
            at = _add_each([found.group()], [fold_letter(found.group())], at, letters, places)
        if len(letters) > MOST_LETTERS:
            break
    return at


def _add_each(parts: Iterable[str], folded: Iterable[str], at: int, letters: list[str], places: list[int]) -> int:
    for part, fold_of in zip(parts, folded, strict=True):
        letters.extend(fold_of)
        places.extend([at] * len(fold_of))
        at += len(part)
        if len(letters) > MOST_LETTERS:
            break
    return at
