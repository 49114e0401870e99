"""What a reader sees as one character: an extended grapheme cluster of Unicode (UAX 29), such as a Thai letter with its
vowel and tone."""

from collections.abc import Iterator
from itertools import islice

import regex

EXCERPT_LINES = 3
EXCERPT_GRAPHEMES = 120

_CLUSTER = regex.compile(r"\X")


def clusters(text: str) -> Iterator[str]:
    """Yields them one by one, so that a long text need not be read to its end."""
    return (match.group() for match in _CLUSTER.finditer(text))


def count(text: str) -> int:
    return sum(1 for _ in clusters(text))


def first(text: str, number: int) -> str:
    return "".join(islice(clusters(text), number))


def excerpt(text: str, graphemes: int = EXCERPT_GRAPHEMES, lines: int = EXCERPT_LINES) -> str:
    """Cuts to the first lines, between user-perceived characters."""
    filled = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    start = "\n".join(filled[:lines])
    shown = start if len(start) <= graphemes else first(start, graphemes)
    if shown != start:
        return shown.rstrip() + "…"
    return start + ("…" if len(filled) > lines else "")
