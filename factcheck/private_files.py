"""Keeps what is made at run time to the user who runs the service: addresses and chats are in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = 0o077


def keep_private(folder: Path) -> list[str]:
    """Has all files of this process, and those in `folder`, for their owner alone. Returns sentences about what it
    could not change. Links are left alone, and so is what they lead to."""
    os.umask(OTHERS)
    if not folder.is_dir():
        return []
    if folder.stat().st_mode & stat.S_ISVTX:
        return [f"{folder} is a folder for everybody; give the service one of its own (VAR_DIR)."]
    open_ones = [path for path in _all_in(folder) if not _is_closed(path)]
    if not open_ones:
        return []
    return [f"Others can read {open_ones[0]} and {len(open_ones) - 1} more: chmod -R go-rwx {folder}, as their owner."]


def _all_in(folder: Path) -> Iterator[Path]:
    yield folder
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))


def _is_closed(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except FileNotFoundError:  # gone meanwhile
        return True
    except OSError:
        return False
    return True
