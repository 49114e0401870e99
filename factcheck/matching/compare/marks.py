"""Sets and bags of tokens as sorted hashes of 32 bits: small to keep, and quick to compare. Two tokens share one by
chance about once in 50,000 pairs of texts."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import xxhash

Marks = npt.NDArray[np.uint32]
"""Rising, each once."""


def set_marks(tokens: Iterable[str]) -> Marks:
    return _sorted(_mark(token) for token in frozenset(tokens))


def bag_marks(tokens: Iterable[str]) -> Marks:
    """Gives a token's second occurrence another mark, so that what two bags share is what their marks share. The first
    ones are those of `set_marks`."""
    counts = Counter(tokens)
    return _sorted(_mark(token, number) for token, count in counts.items() for number in range(count))


def _mark(token: str, number: int = 0) -> int:
    return xxhash.xxh32_intdigest(token.encode("utf-8", "surrogatepass"), seed=number)


def _sorted(marks: Iterable[int]) -> Marks:
    return np.unique(np.fromiter(marks, dtype=np.uint32))


def shared(one: Marks, other: Marks) -> int:
    """Counts the marks that both have."""
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return 0
    at = other.searchsorted(one)
    at[at == len(other)] = 0
    return int(np.count_nonzero(other[at] == one))


def dice(one: Marks, other: Marks) -> float:
    """Gives the Sørensen-Dice coefficient."""
    total = len(one) + len(other)
    return 2 * shared(one, other) / total if total else 0.0


def may_reach(one: Marks, other: Marks, least: float) -> bool:
    """Tells whether `dice` can be as much, by the sizes alone."""
    return 2 * min(len(one), len(other)) >= least * (len(one) + len(other))
