"""Signs of films and sounds, and the same as bytes of a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import pack, unpack
from typing import Protocol

SCENE_BYTES = 32
_VALUE_BYTES = 4


@dataclass(frozen=True)
class FilmSigns:
    """Signs by which a copy of a film or sound is known, also a shortened one, or one encoded anew."""

    seconds: float
    sound: tuple[int, ...] = ()
    """Chromaprint's fingerprint: 32 bits for each eighth of a second, of the first ten minutes. Empty for silence, and
    where nothing can listen."""
    scenes: tuple[bytes, ...] = ()
    """Picture hashes of a film's scenes, in their order; empty for a sound."""


@dataclass(frozen=True)
class FilmCopy:
    """A known film or sound of which something is a copy."""

    key: str
    is_whole: bool
    """Both are sounds, and the same from beginning to end."""


class FilmIndex(Protocol):
    """Signs of films and sounds and their keys, in memory."""

    def extend(self, pairs: Iterable[tuple[str, FilmSigns]]) -> None:
        """Adds keys with their signs; a known one gets others."""

    def copies_of(self, signs: FilmSigns) -> list[FilmCopy]:
        """Lists what is the same, a part of it, or contains it: whole ones first, a few at most."""


def packed_sound(values: Sequence[int]) -> bytes | None:
    """Packs a fingerprint, four bytes a value, little end first. None for an empty one."""
    return pack(f"<{len(values)}I", *values) or None


def packed_scenes(scenes: Sequence[bytes]) -> bytes | None:
    """Joins hashes of scenes, 32 bytes each. None for none."""
    return b"".join(scenes) or None


def signs_of(seconds: float, sound: bytes | None, scenes: bytes | None) -> FilmSigns:
    """Reads what the other two functions made."""
    heard, seen = sound or b"", scenes or b""
    return FilmSigns(
        seconds,
        unpack(f"<{len(heard) // _VALUE_BYTES}I", heard),
        tuple(seen[at : at + SCENE_BYTES] for at in range(0, len(seen), SCENE_BYTES)),
    )
