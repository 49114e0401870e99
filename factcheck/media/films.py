"""Films and sounds: what ffprobe says of them, and copies without what the phone wrote into them. Both programs are
looked for when they are needed: without them, files are taken as they are and not looked into."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.errors import FactlineError
from factcheck.limits import MAX_FILM_SECONDS
from factcheck.media.child import ChildFailedError, Limits, run_limited
from factcheck.models.enums import ArticleType

PROBE = Limits(60.0, processor=15)
COPY = Limits(180.0, processor=60)
ENDINGS = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
}
"""Of names of the files that `copy_clean` makes: by them ffmpeg, and others, know what they are."""
_SOURCE = ("-protocol_whitelist", "file", "-nostdin")
"""A file that names other addresses (a playlist, say) leads nowhere."""


class NotAFilmError(FactlineError):
    """ffprobe finds neither film nor sound in it, or more of it than is taken."""


@dataclass(frozen=True)
class Probed:
    type: ArticleType
    seconds: float
    width: int = 0
    height: int = 0


def has_ffmpeg() -> bool:
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


def probe(path: Path) -> Probed:
    """Asks ffprobe, in a process with limits. Raises NotAFilmError."""
    program = shutil.which("ffprobe") or "ffprobe"
    wanted = ("-show_entries", "format=duration,format_name:stream=codec_type,width,height,disposition")
    try:
        said = run_limited([program, "-v", "error", *_SOURCE[:2], "-of", "json", *wanted, "-i", f"file:{path}"], PROBE)
        return read_probe(json.loads(said))
    except (ChildFailedError, ValueError):
        raise NotAFilmError("ffprobe cannot read it") from None


def read_probe(said: dict[str, Any]) -> Probed:
    """Reads what ffprobe said. Raises NotAFilmError. A cover on a sound is no film."""
    streams = [one for one in said.get("streams") or [] if isinstance(one, dict)]
    films = [one for one in streams if one.get("codec_type") == "video" and not _is_cover(one)]
    sounds = [one for one in streams if one.get("codec_type") == "audio"]
    try:
        seconds = float((said.get("format") or {})["duration"])
    except (KeyError, TypeError, ValueError):
        raise NotAFilmError("it does not say how long it is") from None
    if not (films or sounds) or not 0 < seconds <= MAX_FILM_SECONDS:
        raise NotAFilmError("there is nothing to see or hear, or too much")
    if films:
        return Probed(ArticleType.VIDEO, seconds, int(films[0].get("width") or 0), int(films[0].get("height") or 0))
    return Probed(ArticleType.AUDIO, seconds)


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool((stream.get("disposition") or {}).get("attached_pic"))


def copy_clean(path: Path, folder: Path, kind: ArticleType, mime: str) -> Path:
    """Copies the streams alone, without place, phone or chapters. Raises ChildFailedError."""
    target = folder / f"clean.{ENDINGS[mime]}"
    streams = ("-map", "0:V:0", "-map", "0:a:0?") if kind == ArticleType.VIDEO else ("-map", "0:a:0")
    bare = ("-map_metadata", "-1", "-map_chapters", "-1", "-c", "copy", "-movflags", "+faststart")
    program = shutil.which("ffmpeg") or "ffmpeg"
    source = ("-v", "error", *_SOURCE, "-i", f"file:{path}")
    run_limited([program, *source, *streams, *bare, "-y", f"file:{target}"], COPY)
    return target


def speech(path: Path, folder: Path) -> Path | None:
    """Takes the sound alone out of a film or sound, small: what is written down from needs no more, an hour has 15 MB.
    None if there is none to be had."""
    target = folder / "speech.mp3"
    program = shutil.which("ffmpeg") or "ffmpeg"
    small = ("-map", "0:a:0", "-map_metadata", "-1", "-ac", "1", "-ar", "16000", "-b:a", "32k")
    try:
        run_limited([program, "-v", "error", *_SOURCE, "-i", f"file:{path}", *small, "-y", f"file:{target}"], COPY)
    except ChildFailedError:
        return None
    return target


def still(path: Path, folder: Path) -> Path | None:
    """Makes a picture of a film, a second into it. None if there is none to be had."""
    target = folder / "still.png"
    program = shutil.which("ffmpeg") or "ffmpeg"
    for start in ("1", "0"):
        asked = ("-v", "error", *_SOURCE, "-ss", start, "-i", f"file:{path}", "-frames:v", "1", "-y", f"file:{target}")
        try:
            run_limited([program, *asked], PROBE)
        except ChildFailedError:
            return None
        if target.exists():
            return target
    return None
