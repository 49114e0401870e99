from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import SoundRefusedError
from factcheck.media.signs import FilmSigns
from indexer.media.video import MOST_FRAMES, fingerprint, is_same, scenes, shared_scenes
from tests.fakes.pictures import REAL
from tests.indexer.media.films import ffmpeg, film, melody, needs_fpcalc

RANDOM = np.random.default_rng(8)


def hashes(count: int) -> list[bytes]:
    return [RANDOM.bytes(32) for _ in range(count)]


def signs(path: Path) -> FilmSigns:
    return REAL.signs(path, 18.0, is_film=True)


@needs_fpcalc
def test_a_copy_is_the_same_and_another_film_is_not(tmp_path: Path) -> None:
    original = film(tmp_path / "a.mp4", 6, seed=1, sound=melody(tmp_path / "a.wav", 18, 1))
    small, part = tmp_path / "small.mp4", tmp_path / "part.mkv"
    ffmpeg("-i", original, "-vf", "scale=100:76", "-c:v", "mpeg4", "-b:v", "60k", "-c:a", "aac", "-b:a", "24k", small)
    ffmpeg("-ss", 5, "-i", original, "-t", 9, "-c:v", "mpeg4", "-q:v", "8", "-an", part)
    found = signs(original)
    assert len(found.scenes) == 6
    assert found.sound
    assert is_same(found, signs(small))
    silent = signs(part)
    assert silent.sound == ()
    assert is_same(found, silent)
    assert not is_same(found, signs(film(tmp_path / "b.mp4", 6, seed=2)))


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
    with pytest.raises(SoundRefusedError):
        fingerprint(melody(tmp_path / "a.wav", 6, 1))


def test_a_scene_counts_once_and_plain_frames_not_at_all() -> None:
    one, other = hashes(2)
    near = (int.from_bytes(one) ^ 0b1111).to_bytes(32)
    assert scenes([bytes(32), one, near, one, bytes(32), other, one]) == (one, other, one)
    assert len(scenes(hashes(500))) == MOST_FRAMES
    assert scenes([]) == ()


def test_the_shorter_one_decides() -> None:
    each = hashes(8)
    assert shared_scenes(each, each[2:4]) == shared_scenes(each[2:4], each) == 2
    assert shared_scenes(each, [each[0], *hashes(3)]) == 1
    assert shared_scenes(each, []) == 0


def heard() -> tuple[int, ...]:
    return tuple(RANDOM.integers(0, 2**32, 100, dtype=np.uint32).tolist())


def test_one_scene_needs_the_sound_too() -> None:
    scene, sound = tuple(hashes(1)), heard()
    known = FilmSigns(12.0, sound, scene)
    assert is_same(known, FilmSigns(12.0, sound, scene))
    assert not is_same(known, FilmSigns(12.0, heard(), scene))
    assert not is_same(known, FilmSigns(12.0, (), scene))


def test_talks_of_one_studio_and_slides_to_one_music_are_not_the_same() -> None:
    studio, music = tuple(hashes(3)), heard()
    assert not is_same(FilmSigns(60.0, heard(), studio), FilmSigns(60.0, heard(), studio))
    assert not is_same(FilmSigns(60.0, music, tuple(hashes(8))), FilmSigns(60.0, music, tuple(hashes(8))))
    assert is_same(FilmSigns(60.0, (), studio), FilmSigns(60.0, heard(), studio)), "one lost its sound"
