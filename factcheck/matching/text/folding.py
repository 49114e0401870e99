"""Text folded letter by letter, so that whatever is found in it can be quoted from the original."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.graphemes import clusters
from factcheck.matching.text.normalise import fold_letter, seen
from factcheck.matching.text.transcripts import without_transcript
from factcheck.matching.text.urls import FoundUrl, find_urls

MOST_LETTERS = 12_000
"""Of each text; a LINE message has at most 10,000 characters."""

LINK = "\ufffc"
"""Stands where a URL stood."""


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
    return Folded(shown, text, (*(places[place] for place in kept), at), tuple(urls))


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
    for cluster in clusters(original[start:end]):
        folded = fold_letter(cluster)
        letters.extend(folded)
        places.extend([at] * len(folded))
        at += len(cluster)
        if len(letters) > MOST_LETTERS:
            break
    return at
