"""Finds the nearest of many picture hashes by comparing with all of them."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from factcheck.matching.decide.thresholds import LIKE_PICTURE

HASH_BYTES = 32
_WORDS = HASH_BYTES // 8
_ROWS_A_TURN = 16_384
"""A turn's rows and what is worked out of them fit into a processor's cache."""


class Hashes:
    """Picture hashes and their keys, in memory: 40 bytes each."""

    def __init__(self, pairs: Iterable[tuple[str, bytes]] = ()) -> None:
        """Raises ValueError for a hash that has not 32 bytes."""
        self._keys: list[str] = []
        self._words = np.zeros((_WORDS, 1024), dtype=np.uint64)
        self.extend(pairs)

    def __len__(self) -> int:
        return len(self._keys)

    def extend(self, pairs: Iterable[tuple[str, bytes]]) -> None:
        """Adds hashes. A key may have several, as a video has. Raises ValueError and then adds none."""
        added = list(pairs)
        if any(len(each) != HASH_BYTES for _, each in added):
            raise ValueError(f"A picture hash has {HASH_BYTES} bytes.")
        if not added:
            return
        start, end = len(self._keys), len(self._keys) + len(added)
        if end > self._words.shape[1]:
            grown = np.zeros((_WORDS, max(end, 2 * self._words.shape[1])), dtype=np.uint64)
            grown[:, :start] = self._words[:, :start]
            self._words = grown
        rows = np.frombuffer(b"".join(each for _, each in added), dtype=np.uint64).reshape(-1, _WORDS)
        self._words[:, start:end] = rows.T
        self._keys += [key for key, _ in added]

    def within(self, wanted: bytes, most: int) -> list[tuple[str, int]]:
        """Gives key and distance of all that differ in `most` bits or fewer, in no order."""
        if len(wanted) != HASH_BYTES:
            raise ValueError(f"A picture hash has {HASH_BYTES} bytes.")
        query = np.frombuffer(wanted, dtype=np.uint64)
        found: list[tuple[str, int]] = []
        for start in range(0, len(self._keys), _ROWS_A_TURN):
            end = min(start + _ROWS_A_TURN, len(self._keys))
            distances = self._distances(query, start, end)
            found += [(self._keys[start + at], int(distances[at])) for at in np.flatnonzero(distances <= most)]
        return found

    def _distances(self, query: npt.NDArray[np.uint64], start: int, end: int) -> npt.NDArray[np.uint16]:
        total = np.bitwise_count(self._words[0, start:end] ^ query[0]).astype(np.uint16)
        for word in range(1, _WORDS):
            total += np.bitwise_count(self._words[word, start:end] ^ query[word])
        return total


def nearest(wanted: bytes, hashes: Hashes, *, within: int = LIKE_PICTURE, most: int = 10) -> list[tuple[str, int]]:
    """Gives keys and distances in bits, nearest first, each key once: at most `most` that differ in `within` bits or
    fewer."""
    best: dict[str, int] = {}
    for key, distance in hashes.within(wanted, within):
        best[key] = min(distance, best.get(key, distance))
    return sorted(best.items(), key=lambda found: (found[1], found[0]))[:most]


def distance(one: bytes, other: bytes) -> int:
    """Counts the bits in which two hashes differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
