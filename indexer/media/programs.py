"""Programs that look into films and sounds of strangers, each in a child with limits."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from factcheck.errors import SoundRefusedError, ToolMissingError
from factcheck.media.child import ChildFailedError, Limits, run_limited

MOST_MEMORY = 1_000_000_000
"""Bytes of addresses a child; most of them are libraries."""
MOST_OUTPUT = 64_000_000
_NAMES = {"fpcalc": "fpcalc (Debian: libchromaprint-tools)", "ffmpeg": "ffmpeg", "ffprobe": "ffprobe (Debian: ffmpeg)"}


def is_installed(program: str) -> bool:
    return shutil.which(program) is not None


def run(program: str, arguments: Sequence[str], *, seconds: float) -> bytes:
    """Gives what a program wrote. Raises ToolMissingError where it is not installed, and SoundRefusedError when it
    fails, takes longer or writes too much: the file is at fault."""
    if not is_installed(program):
        raise ToolMissingError(_NAMES[program])
    limits = Limits(seconds, processor=int(seconds) + 1, memory=MOST_MEMORY, file_bytes=0, output=MOST_OUTPUT)
    try:
        return run_limited([shutil.which(program) or program, *arguments], limits)
    except ChildFailedError as error:
        raise SoundRefusedError(f"{program} cannot read the file: it {error}.") from None


def local(path: Path) -> str:
    """Gives a file's name such that no program takes it for an address or an option."""
    return f"file:{path.absolute()}"
