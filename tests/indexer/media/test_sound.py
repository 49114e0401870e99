from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import SoundRefusedError, ToolMissingError
from indexer.media import programs
from indexer.media.sound import SAME_SOUND, Sounds, compare, fingerprint
from tests.indexer.media.films import ffmpeg, melody, needs_fpcalc, silence

RANDOM = np.random.default_rng(3)


def values(count: int) -> list[int]:
    return RANDOM.integers(0, 2**32, count, dtype=np.uint32).tolist()


def with_errors(given: list[int], share: float) -> list[int]:
    flips = RANDOM.random((len(given), 32)) < share
    masks = (flips * (1 << np.arange(32, dtype=np.uint64))).sum(axis=1)
    return (np.asarray(given, dtype=np.uint64) ^ masks).tolist()


@needs_fpcalc
def test_a_copy_is_found_among_others_and_other_sounds_are_not(tmp_path: Path) -> None:
    original = melody(tmp_path / "original.wav", 30, seed=1)
    small, part = tmp_path / "small.mp3", tmp_path / "part.m4a"
    ffmpeg("-i", original, "-b:a", "24k", small)
    ffmpeg("-ss", 8, "-i", original, "-t", 14, "-b:a", "48k", part)
    others = [melody(tmp_path / f"{seed}.wav", 30, seed) for seed in (2, 3)]
    known = Sounds((path.name, fingerprint(path)) for path in (original, *others))
    assert [key for key, _ in known.nearest(fingerprint(small))] == ["original.wav"]
    ((key, match),) = known.nearest(fingerprint(part))
    assert (key, match.is_same) == ("original.wav", True)
    assert match.later_by == pytest.approx(8, abs=0.5)
    assert known.nearest(fingerprint(melody(tmp_path / "new.wav", 30, 4))) == []


@needs_fpcalc
def test_silence_is_no_sound_to_compare(tmp_path: Path) -> None:
    quiet = fingerprint(silence(tmp_path / "quiet.wav", 12))
    assert quiet == ()
    assert Sounds([("a", quiet)]).nearest(quiet) == []


@needs_fpcalc
@pytest.mark.parametrize(
    "data", [b"", b"\0" * 5000, b"RIFF\xff\xff\xff\xffWAVEfmt ", b"#EXTM3U\nhttp://127.0.0.1/a.mp3\n"]
)
def test_what_is_no_sound_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(SoundRefusedError):
        fingerprint(path)


def test_without_the_program_its_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "is_installed", lambda _: False)
    (tmp_path / "a.mp3").touch()
    with pytest.raises(ToolMissingError, match="libchromaprint-tools"):
        fingerprint(tmp_path / "a.mp3")


def test_a_program_that_takes_too_long_or_fails_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(programs._NAMES, "sleep", "sleep")
    with pytest.raises(SoundRefusedError, match="took too long"):
        programs.run("sleep", ["30"], seconds=0.2)
    with pytest.raises(SoundRefusedError):
        programs.run("sleep", ["no number"], seconds=5)


@pytest.mark.parametrize(("share", "is_same"), [(0.0, True), (0.1, True), (0.3, False)])
def test_bits_that_differ_decide(share: float, is_same: bool) -> None:
    one = values(300)
    found = compare(one, with_errors(one[50:250], share))
    assert found is not None
    assert found.is_same is is_same
    if is_same:
        assert found.error == pytest.approx(share, abs=0.02)
        assert found.later_by == pytest.approx(50 / 8.08, abs=0.1)


def test_it_does_not_matter_which_is_shorter() -> None:
    one = values(300)
    part = with_errors(one[100:200], 0.05)
    found, turned = compare(one, part), compare(part, one)
    assert found is not None
    assert turned is not None
    assert (found.error, found.later_by) == (turned.error, -turned.later_by)


def test_what_is_too_short_is_not_compared() -> None:
    one = values(300)
    assert compare(one, one[:20]) is None
    assert compare([], one) is None
    assert compare(one, one[:60]) is not None


def test_different_sounds_are_far_apart_wherever_they_are_laid() -> None:
    errors = [found.error for found in (compare(values(400), values(90)) for _ in range(20)) if found]
    assert min(errors) > SAME_SOUND


def test_a_sound_that_is_known_anew_has_its_new_print() -> None:
    first, second = values(100), values(100)
    known = Sounds([("a", first)])
    known.extend([("a", second)])
    assert len(known) == 1
    assert known.nearest(first) == []
    assert [key for key, _ in known.nearest(second)] == ["a"]
    assert Sounds().nearest(first) == []
