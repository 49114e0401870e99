"""The sockets between the front and the processes behind it.

gunicorn's own would be gone as soon as it is told to stop, while the front still hands on what it has in hand.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

PATTERN = "web-*-*.sock"
BACKLOG = 1024
ONLY_OURS = 0o177
"""Whoever could open them would pass by the front."""


def listen(folder: Path, name: str) -> socket.socket:
    """Makes one named after this process, so that two masters, of which one is just ending, have their own."""
    path = folder / f"web-{os.getpid()}-{name}.sock"
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(ONLY_OURS)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(BACKLOG)
    return listener


def path_of(listener: socket.socket) -> Path:
    return Path(listener.getsockname())


def is_there(listener: socket.socket) -> bool:
    """False when somebody removed its file, or wrote over it."""
    return path_of(listener).is_socket()


def remove_dead(folder: Path) -> None:
    """Removes what killed processes left."""
    for path in _dead(folder):
        path.unlink(missing_ok=True)


def _dead(folder: Path) -> Iterator[Path]:
    for path in folder.glob(PATTERN):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                yield path
            except OSError:  # busy, or gone meanwhile
                continue
