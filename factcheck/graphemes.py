"""What a reader sees as one character: an extended grapheme cluster of Unicode (UAX 29), say a Thai letter with its
vowel and tone, a flag, or a family of emoji."""

from collections.abc import Iterator
from itertools import islice

import regex

_CLUSTER = regex.compile(r"\X")


def clusters(text: str) -> Iterator[str]:
    """The clusters of a text in their order, one by one: a very long text need not be walked through."""
    return (match.group() for match in _CLUSTER.finditer(text))


def count(text: str) -> int:
    """Counts the clusters of a text."""
    return sum(1 for _ in clusters(text))


def first(text: str, number: int) -> str:
    """The first `number` clusters of a text, or all of it."""
    return "".join(islice(clusters(text), number))
