"""Runs programs on files of strangers: in a child with little memory and time, without a network's protocols."""

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from factcheck.errors import SoundRefusedError, ToolMissingError

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
    limits = ["prlimit", f"--as={MOST_MEMORY}", f"--cpu={int(seconds) + 1}", "--core=0", "--fsize=0", "--"]
    command = [*(limits if shutil.which("prlimit") else []), program, *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=True)
    except subprocess.TimeoutExpired:
        raise SoundRefusedError(f"{program} took over {seconds:g} s.") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise SoundRefusedError(f"{program} cannot read the file: {type(error).__name__}.") from error
    if len(done.stdout) > MOST_OUTPUT:
        raise SoundRefusedError(f"{program} found too much in the file.")
    return done.stdout


def local(path: Path) -> str:
    """Gives a file's name such that no program takes it for an address or an option."""
    return f"file:{path.absolute()}"


def sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def media_id(kind: str, digest: bytes) -> str:
    """Gives Cofacts' id of anything but a picture: its kind and the digest of its bytes."""
    return f"{kind}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
