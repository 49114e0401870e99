"""Signs of films and sounds as bytes of a row."""

from collections.abc import Sequence
from struct import pack, unpack

from factcheck.ports import FilmSigns

SCENE_BYTES = 32
_VALUE_BYTES = 4


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
