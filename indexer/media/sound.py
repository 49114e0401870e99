"""What a sound is, so that a copy of it is found: shortened, or encoded anew.

Chromaprint makes 32 bits of each eighth of a second. In a copy few bits differ, wherever it begins; in another sound a
third does.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from factcheck.errors import SoundRefusedError
from indexer.media import programs

MOST_SECONDS = 600
"""The rest of a sound is not listened to."""
VALUES_A_SECOND = 8.08
SAME_SOUND = 0.17
"""The share of bits that differ in a copy at most: a copy at 24 kbit/s has 0.03, other speech 0.33."""
SHORTEST = 40
"""Values that two sounds must have in common in time, some five seconds."""
_LEAST_OVERLAP = 0.5
"""Of the shorter one."""
_LEAST_DIFFERENT = 8
"""Sounds of fewer different values are silence or one tone."""
_SHARED = 4
"""Values that are equal, but for a bit, in a sound that is worth comparing."""
_MOST_COMPARED = 20
_SECONDS = 60.0
_BITS = 32

Values = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class SoundMatch:
    error: float
    """The share of bits that differ where the two overlap."""
    seconds: float
    """For so long they overlap."""
    later_by: float
    """Seconds by which the second begins within the first; negative: the first begins within the second."""

    @property
    def is_same(self) -> bool:
        return self.error <= SAME_SOUND


def fingerprint(path: Path) -> tuple[int, ...]:
    """Listens to a file of sound, or to a film's. Empty for silence. Raises ToolMissingError, and SoundRefusedError for
    what has no sound that can be read."""
    arguments = ["-ignore-errors", "-raw", "-json", "-length", str(MOST_SECONDS), str(path.absolute())]
    values = _understood(programs.run("fpcalc", arguments, seconds=_SECONDS))
    return values if len(set(values)) >= _LEAST_DIFFERENT else ()


def _understood(output: bytes) -> tuple[int, ...]:
    try:
        return tuple(int(value) for value in json.loads(output)["fingerprint"])
    except (ValueError, KeyError, TypeError) as error:
        raise SoundRefusedError("fpcalc heard nothing in the file.") from error


def compare(one: Sequence[int], other: Sequence[int]) -> SoundMatch | None:
    """Lays two fingerprints over each other where they fit best. None if one is too short to tell."""
    first, second = _signs(one), _signs(other)
    least = max(SHORTEST, int(min(len(first), len(second)) * _LEAST_OVERLAP))
    if min(len(first), len(second)) < least:
        return None
    size = 1 << (len(first) + len(second) - 1).bit_length()
    spectra = np.fft.rfft(first, size, axis=0) * np.conj(np.fft.rfft(second, size, axis=0))
    agreement = np.fft.irfft(spectra.sum(axis=1), size)
    shifts = np.arange(-(len(second) - least), len(first) - least + 1)
    overlaps = np.minimum(len(first), shifts + len(second)) - np.maximum(0, shifts)
    errors = (1 - agreement[shifts % size] / (overlaps * _BITS)) / 2
    best = int(np.argmin(errors))
    return SoundMatch(
        error=round(float(max(0.0, errors[best])), 4),
        seconds=round(float(overlaps[best]) / VALUES_A_SECOND, 1),
        later_by=round(float(shifts[best]) / VALUES_A_SECOND, 1),
    )


def _signs(values: Sequence[int]) -> npt.NDArray[np.float64]:
    """Gives 1 and -1 for the bits, of the shape (values, 32)."""
    numbers = np.asarray(values, dtype=np.uint32).reshape(-1, 1)
    bits = numbers >> np.arange(_BITS, dtype=np.uint32) & 1
    return bits.astype(np.float64) * 2 - 1


class Sounds:
    """Fingerprints and their keys, in memory: 12 bytes for an eighth of a second."""

    def __init__(self, pairs: Iterable[tuple[str, Sequence[int]]] = ()) -> None:
        self._values: dict[str, Values] = {}
        self._sorted = np.zeros(0, dtype=np.uint32)
        self._owners = np.zeros(0, dtype=np.intp)
        self.extend(pairs)

    def __len__(self) -> int:
        return len(self._values)

    def extend(self, pairs: Iterable[tuple[str, Sequence[int]]]) -> None:
        """Adds sounds; a known key gets another fingerprint."""
        added = {key: np.asarray(values, dtype=np.uint32) for key, values in pairs}
        if not added:
            return
        self._values |= added
        everything = np.concatenate([np.zeros(0, dtype=np.uint32), *self._values.values()])
        order = np.argsort(everything, kind="stable")
        owners = np.repeat(np.arange(len(self._values)), [len(each) for each in self._values.values()])
        self._sorted, self._owners = everything[order], owners[order]

    def nearest(self, values: Sequence[int]) -> list[tuple[str, SoundMatch]]:
        """Gives keys of what is the same sound, best first."""
        shared = self._shared(np.unique(np.asarray(values, dtype=np.uint32)))
        keys = list(self._values)
        likely = [keys[at] for at in np.argsort(-shared, kind="stable")[:_MOST_COMPARED] if shared[at] >= _SHARED]
        found = [(key, compare(self._values[key].tolist(), values)) for key in likely]
        same = [(key, match) for key, match in found if match and match.is_same]
        return sorted(same, key=lambda each: (each[1].error, each[0]))

    def _shared(self, wanted: Values) -> npt.NDArray[np.intp]:
        """Counts of each sound the values of which one is among the wanted, or differs from one of those in one bit: a
        copy that begins between two values has few that are equal."""
        flipped = (wanted ^ np.uint32(1 << bit) for bit in range(_BITS))
        near = np.unique(np.concatenate([wanted, *flipped]))
        starts, ends = (np.searchsorted(self._sorted, near, side=side) for side in ("left", "right"))
        counts = ends - starts
        places = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
        return np.bincount(self._owners[places], minlength=len(self._values))
