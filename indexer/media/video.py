"""What a video is, so that a copy of it is found: its scenes by the hash that pictures have, and its sound.

Where an encoder puts its key frames is the encoder's matter. So one picture a second is looked at, and of each scene
the first is kept.
"""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from factcheck.matching.decide.thresholds import LIKE_PICTURE
from factcheck.media.signs import FilmSigns
from indexer.media import programs, sound
from indexer.media.known import distance
from indexer.media.pictures import picture_hash

MOST_SECONDS = 600
MOST_FRAMES = 64
SAME_VIDEO = 0.5
"""The share of the shorter one's scenes that a copy has."""
_SECONDS = 120.0
_SIDE = 256
"""Pixels to which a scene is scaled before it is hashed, on both sides: a hash knows no proportions."""
_LEAST_BITS = 8
"""A hash with fewer set bits is of a black or plain frame, which says nothing."""


def fingerprint(path: Path) -> tuple[bytes, ...]:
    """Looks through a film: the hash of each scene. Raises ToolMissingError, and SoundRefusedError for what is no film
    that can be read."""
    return scenes([picture_hash(image) for image in _a_second_each(path)])


def scenes(hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Keeps the first hash of each scene, at most MOST_FRAMES, and none of plain frames."""
    kept: list[bytes] = []
    for each in hashes:
        if int.from_bytes(each).bit_count() < _LEAST_BITS:
            continue
        if not kept or distance(kept[-1], each) > LIKE_PICTURE:
            kept.append(each)
    return tuple(kept[:MOST_FRAMES])


def shared_scenes(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """Counts the scenes of the shorter one that the other has, too."""
    shorter, longer = sorted((one, other), key=len)
    return sum(any(distance(scene, each) <= LIKE_PICTURE for each in longer) for scene in shorter)


def is_same(one: FilmSigns, other: FilmSigns) -> bool:
    """Tells whether one is a copy of the other: it has half the shorter one's scenes, and its sound. Talks of one
    studio share scenes, and slides of all kinds share music. Without sound two scenes or more must be alike."""
    shared = shared_scenes(one.scenes, other.scenes)
    if not shared or shared < SAME_VIDEO * min(len(one.scenes), len(other.scenes)):
        return False
    match = sound.compare(one.sound, other.sound)
    return match.is_same if match is not None else shared > 1


def _a_second_each(path: Path) -> list[Image.Image]:
    arguments = [
        *("-v", "error", "-protocol_whitelist", "file", "-skip_loop_filter", "all"),  # half the work, seen by nobody
        *("-t", str(MOST_SECONDS), "-i", programs.local(path)),
        *("-an", "-sn", "-vf", f"fps=1:round=up,scale={_SIDE}:{_SIDE}:flags=area,format=gray", "-threads", "1"),
        *("-frames:v", str(MOST_SECONDS), "-f", "rawvideo", "-"),
    ]
    data = io.BytesIO(programs.run("ffmpeg", arguments, seconds=_SECONDS))
    size = _SIDE * _SIDE
    return [
        Image.frombytes("L", (_SIDE, _SIDE), piece)
        for piece in iter(lambda: data.read(size), b"")
        if len(piece) == size
    ]
