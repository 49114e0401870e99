"""What a video is, so that a copy of it is found: its scenes by the hash that pictures have, and its sound.

Where an encoder puts its key frames is the encoder's matter. So one picture a second is looked at, and of each scene
the first is kept.
"""

import io
import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from factcheck.errors import SoundRefusedError, ToolMissingError
from factcheck.matching.decide.thresholds import LIKE_PICTURE
from factcheck.ports import SoundPrint, VideoPrint
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


def fingerprint(path: Path) -> VideoPrint:
    """Looks through a file. Raises ToolMissingError, and SoundRefusedError for what is no video that can be read."""
    digest = programs.sha256(path)
    seconds = _duration(path)
    frames = scenes([picture_hash(image) for image in _a_second_each(path)])
    return VideoPrint(digest.hex(), programs.media_id("video", digest), seconds, frames, _sound(path))


def scenes(hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Keeps the first hash of each scene, at most MOST_FRAMES, and none of plain frames."""
    kept: list[bytes] = []
    for each in hashes:
        if int.from_bytes(each).bit_count() < _LEAST_BITS:
            continue
        if not kept or distance(kept[-1], each) > LIKE_PICTURE:
            kept.append(each)
    return tuple(kept[:MOST_FRAMES])


def shared_scenes(one: Sequence[bytes], other: Sequence[bytes]) -> float:
    """Gives the share of the shorter one's scenes that the other has, too; 0 if one has none."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return 0.0
    found = sum(any(distance(scene, each) <= LIKE_PICTURE for each in longer) for scene in shorter)
    return found / len(shorter)


def is_same(one: VideoPrint, other: VideoPrint) -> bool:
    """Tells whether one is a copy of the other: by most of its scenes, if there are two or more, else by its one scene
    and its sound."""
    if one.sha256 == other.sha256:
        return True
    if shared_scenes(one.frames, other.frames) < SAME_VIDEO:
        return False
    if min(len(one.frames), len(other.frames)) > 1:
        return True
    match = sound.compare(one.sound.values, other.sound.values) if one.sound and other.sound else None
    return match is not None and match.is_same


def _a_second_each(path: Path) -> list[Image.Image]:
    arguments = [
        *("-v", "error", "-protocol_whitelist", "file", "-t", str(MOST_SECONDS), "-i", programs.local(path)),
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


def _duration(path: Path) -> float:
    arguments = ["-v", "error", "-protocol_whitelist", "file", "-show_format", "-show_streams", "-of", "json"]
    found = json.loads(programs.run("ffprobe", [*arguments, programs.local(path)], seconds=_SECONDS) or b"{}")
    if not any(stream.get("codec_type") == "video" for stream in found.get("streams", [])):
        raise SoundRefusedError("The file has no pictures.")
    try:
        return float(found["format"]["duration"])
    except (KeyError, TypeError, ValueError):
        return 0.0


def _sound(path: Path) -> SoundPrint | None:
    try:
        return sound.fingerprint(path)
    except (SoundRefusedError, ToolMissingError):  # a silent film is a film
        return None
