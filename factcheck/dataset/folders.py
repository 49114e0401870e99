"""Files that appear whole or not at all."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

DRAFT_PREFIX = ".draft-"
DRAFT_LIFE = timedelta(days=1)
"""A draft this old was left by a process that was killed."""


@contextmanager
def draft_folder(target: Path, now: datetime) -> Iterator[Path]:
    """A new folder inside `target` (so that renaming from it is one step even if `target` is a mounted disk), gone
    when the block ends. Drafts of killed processes are removed too."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob(f"{DRAFT_PREFIX}*"):
        if now.timestamp() - old.stat().st_mtime > DRAFT_LIFE.total_seconds():
            shutil.rmtree(old, ignore_errors=True)
    draft = target / f"{DRAFT_PREFIX}{secrets.token_hex(6)}"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Processes that swap files in the same folder wait for each other."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def to_disk(path: Path) -> None:
    """Wait until a file or the entries of a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    to_disk(path)
