from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import SoundRefusedError
from factcheck.ports import SoundPrint, VideoPrint
from indexer.media.video import MOST_FRAMES, fingerprint, is_same, scenes, shared_scenes
from tests.indexer.media.films import ffmpeg, film, melody, needs_fpcalc

RANDOM = np.random.default_rng(8)


def hashes(count: int) -> list[bytes]:
    return [RANDOM.bytes(32) for _ in range(count)]


@needs_fpcalc
def test_a_copy_is_the_same_and_another_film_is_not(tmp_path: Path) -> None:
    original = film(tmp_path / "a.mp4", 6, seed=1, sound=melody(tmp_path / "a.wav", 18, 1))
    small, part = tmp_path / "small.mp4", tmp_path / "part.mkv"
    ffmpeg("-i", original, "-vf", "scale=100:76", "-c:v", "mpeg4", "-b:v", "60k", "-c:a", "aac", "-b:a", "24k", small)
    ffmpeg("-ss", 5, "-i", original, "-t", 9, "-c:v", "mpeg4", "-q:v", "8", "-an", part)
    found = fingerprint(original)
    assert found.media_id.startswith("video.")
    assert found.seconds == pytest.approx(18, abs=1)
    assert len(found.frames) == 6
    assert found.sound is not None
    assert is_same(found, fingerprint(small))
    silent = fingerprint(part)
    assert silent.sound is None
    assert is_same(found, silent)
    assert not is_same(found, fingerprint(film(tmp_path / "b.mp4", 6, seed=2)))


@needs_fpcalc
@pytest.mark.parametrize(
    "data", [b"", b"\0" * 5000, b"#EXTM3U\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile /etc/passwd\n"]
)
def test_what_is_no_film_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.mp4"
    path.write_bytes(data)
    with pytest.raises(SoundRefusedError):
        fingerprint(path)


@needs_fpcalc
def test_a_sound_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(SoundRefusedError, match="no pictures"):
        fingerprint(melody(tmp_path / "a.wav", 6, 1))


def test_a_scene_counts_once_and_plain_frames_not_at_all() -> None:
    one, other = hashes(2)
    near = (int.from_bytes(one) ^ 0b1111).to_bytes(32)
    assert scenes([bytes(32), one, near, one, bytes(32), other, one]) == (one, other, one)
    assert len(scenes(hashes(500))) == MOST_FRAMES
    assert scenes([]) == ()


def test_the_shorter_one_decides() -> None:
    each = hashes(8)
    assert shared_scenes(each, each[2:4]) == shared_scenes(each[2:4], each) == 1.0
    assert shared_scenes(each, [each[0], *hashes(3)]) == 0.25
    assert shared_scenes(each, []) == 0.0


def test_one_scene_needs_the_sound_too() -> None:
    scene = hashes(1)
    heard = SoundPrint("", "", 12.0, tuple(RANDOM.integers(0, 2**32, 100, dtype=np.uint32).tolist()))
    other = SoundPrint("", "", 12.0, tuple(RANDOM.integers(0, 2**32, 100, dtype=np.uint32).tolist()))
    film = VideoPrint("1", "", 12.0, tuple(scene), heard)
    assert is_same(film, replace(film, sha256="2"))
    assert not is_same(film, replace(film, sha256="2", sound=other))
    assert not is_same(film, replace(film, sha256="2", sound=None))
    assert is_same(film, VideoPrint("1", "", 12.0, ()))
