"""Sounds and videos made of this project's texts, their edited copies, and which of these are found again."""

import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from factcheck.errors import FactlineError, SoundRefusedError
from factcheck.media.signs import FilmSigns
from indexer.evaluation.media.drawing import SEED, draw, plans
from indexer.evaluation.media.passages import passages
from indexer.evaluation.media.pictures import shares
from indexer.media import programs, sound, video
from indexer.media.known_films import KnownFilms
from indexer.media.sound import Sounds

Json = dict[str, Any]

COUNT = 20
_SENTENCES = 6
_VOICES = (("en", "en-us"), ("en", "en-gb"), ("ja", "ja"), ("zh-Hant", "cmn"))
SOUND_EDITS: Mapping[str, Sequence[str]] = {
    "MP3 24 kbit/s": ("-b:a", "24k", "-ar", "16000"),
    "AAC 32 kbit/s": ("-c:a", "aac", "-b:a", "32k"),
    "quieter": ("-filter:a", "volume=0.4"),
    "first half": ("-t", "10"),
    "from the middle": ("-ss", "6", "-t", "10"),
}
VIDEO_EDITS: Mapping[str, Sequence[str]] = {
    "half size": ("-vf", "scale=iw/2:ih/2"),
    "80 kbit/s": ("-b:v", "80k"),
    "first half": ("-t", "12"),
    "from the middle": ("-ss", "7", "-t", "12"),
    "without sound": ("-an",),
}


class MissingProgramError(FactlineError):
    """Sounds or videos cannot be made here; the message names the program."""


def measure_sounds(folder: Path) -> Json:
    """Speaks COUNT texts, and says what is found of their copies. Raises MissingProgramError."""
    originals = [_spoken(folder, at) for at in range(COUNT)]
    known = Sounds((path.stem, sound.fingerprint(path)) for path in originals)
    found: dict[str, list[bool]] = defaultdict(list)
    false = 0
    for path in originals:
        for name, options in SOUND_EDITS.items():
            copy = folder / ("copy.m4a" if "AAC" in name else "copy.mp3")
            _ffmpeg("-i", path, *options, copy)
            keys = [key for key, _ in known.nearest(sound.fingerprint(copy))]
            found[name].append(path.stem in keys)
            false += sum(key != path.stem for key in keys)
    return {"sounds": COUNT, "found": shares(found), "false": false}


def measure_videos(folder: Path) -> Json:
    """Makes COUNT videos of the set's pictures, spoken to. Raises MissingProgramError."""
    originals = [_filmed(folder, at) for at in range(COUNT)]
    known = KnownFilms()
    known.extend((str(at), _signs(path)) for at, path in enumerate(originals))
    found: dict[str, list[bool]] = defaultdict(list)
    false = 0
    for at, path in enumerate(originals):
        for name, options in VIDEO_EDITS.items():
            copy = folder / "copy.mp4"
            _ffmpeg("-i", path, "-c:v", "mpeg4", *options, copy)
            same = {int(one.key) for one in known.copies_of(_signs(copy))}
            found[name].append(at in same)
            false += len(same - {at})
    return {"videos": COUNT, "found": shares(found), "false": false}


def _signs(path: Path) -> FilmSigns:
    try:
        heard = sound.fingerprint(path)
    except SoundRefusedError:
        heard = ()
    return FilmSigns(0.0, heard, video.fingerprint(path))


def _spoken(folder: Path, at: int) -> Path:
    """Has a text read aloud, in turn by several voices."""
    language, voice = _VOICES[at % len(_VOICES)]
    turn = at // len(_VOICES)
    several = passages(language, 2 * _SENTENCES, SEED + turn)[:_SENTENCES]
    path = folder / f"sound-{at}.wav"
    speed = str(130 + 12 * turn)
    _run("espeak-ng", "-v", voice, "-s", speed, "-p", str(35 + 9 * turn), "-w", path, " ".join(several))
    return path


def _filmed(folder: Path, at: int) -> Path:
    """Shows eight pictures for three seconds each while a text is read."""
    chosen = plans()[at * 8 : at * 8 + 8]
    for number, plan in enumerate(chosen):
        draw(plan)[0].resize((480, 360)).save(folder / f"scene-{number}.png")
    path = folder / f"video-{at}.mp4"
    pictures = ("-framerate", "1/3", "-i", folder / "scene-%d.png")
    _ffmpeg(*pictures, "-i", _spoken(folder, at), "-r", "10", "-c:v", "mpeg4", "-q:v", "4", "-t", "24", path)
    return path


def _ffmpeg(*arguments: object) -> None:
    _run("ffmpeg", "-v", "error", "-y", *arguments)


def _run(program: str, *arguments: object) -> None:
    if not programs.is_installed(program):
        raise MissingProgramError(f"{program} is needed to make the sounds and videos of the set.")
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
