"""Programs that look into strangers' files, in a process of their own with limits of time, memory and output."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from factcheck.errors import FactlineError

MEMORY_BYTES = 1_500_000_000
"""Address space: a decoded picture of MAX_PICTURE_PIXELS has 200 MB, and programs reserve more than they use."""
_LIMITED = Path(__file__).with_name("limited.py")


class ChildFailedError(FactlineError):
    """The program refused the file, broke off, or took too long or too much."""


@dataclass(frozen=True)
class Limits:
    seconds: float
    """Of the clock: much more than the processor's, since a busy machine is no fault of the file's."""
    processor: int
    """Seconds of the processor."""
    memory: int = MEMORY_BYTES
    file_bytes: int = 300_000_000
    output: int = 200_000
    """Bytes that the program may say."""


def run_limited(arguments: Sequence[str], limits: Limits) -> bytes:
    """Runs a program and returns what it said. Raises ChildFailedError, whose text names no file. The program and what
    it started are ended at the limit."""
    wrapper = [sys.executable, "-I", "-S", str(_LIMITED)]
    numbers = [str(limits.processor), str(limits.memory), str(limits.file_bytes)]
    process = subprocess.Popen(
        [*wrapper, *numbers, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_environment(),
    )
    try:
        said, _ = process.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        raise ChildFailedError("took too long") from None
    finally:
        _end(process)
    if process.returncode != 0:
        raise ChildFailedError(f"ended with {process.returncode}")
    if len(said) > limits.output:
        raise ChildFailedError("said too much")
    return said


def _environment() -> Mapping[str, str]:
    """Leaves out all of ours, since there are secrets in it."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
