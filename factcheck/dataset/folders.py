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
"""Older drafts were left by killed processes."""
LONGEST_WRITE = timedelta(hours=3)


@contextmanager
def draft_folder(target: Path, now: datetime) -> Iterator[Path]:
    """Makes a folder inside `target`, which may be a mounted disk, for the length of the block: a rename out of it
    is one step. Removes drafts of killed processes too."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob(f"{DRAFT_PREFIX}*"):
        if _is_older(old, DRAFT_LIFE, now):
            shutil.rmtree(old, ignore_errors=True)
    draft = target / f"{DRAFT_PREFIX}{secrets.token_hex(6)}"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def is_writing(target: Path, now: datetime) -> bool:
    """Tells whether somebody fills a draft for this folder."""
    return any(not _is_older(draft, LONGEST_WRITE, now) for draft in target.glob(f"{DRAFT_PREFIX}*"))


def _is_older(draft: Path, age: timedelta, now: datetime) -> bool:
    return now.timestamp() - draft.stat().st_mtime > age.total_seconds()


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Locks a folder among processes that swap its files."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def to_disk(path: Path) -> None:
    """Waits until a file, or a folder's entries, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    to_disk(path)
