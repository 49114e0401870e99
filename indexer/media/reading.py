"""Asks the machine's text reader."""

import time
from pathlib import Path
from typing import Any

from factcheck.errors import PictureRefusedError, ReaderBusyError, ReaderUnavailableError
from factcheck.ports import PictureText, ReadLine
from indexer.machine.client import connect
from indexer.machine.protocol import ProtocolError, receive_message, send_message
from indexer.media.reader_server import LARGEST_PICTURE, LONGEST_READING

SERVE_COMMAND = "python -m indexer serve-reader"
_LARGEST_ANSWER = 4 * 1024 * 1024


class RemoteReader:
    """Implements `ports.PictureReader` against `python -m indexer serve-reader`. May be shared by threads."""

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path

    def read_picture(self, path: Path, *, timeout: float) -> PictureText:
        return read_picture(path, timeout=timeout, socket_path=self._path)


def read_picture(path: Path, *, timeout: float, socket_path: Path) -> PictureText:
    """Reads a file within `timeout` seconds, at most LONGEST_READING. Raises ReaderUnavailableError, as ReaderBusyError
    at once while others wait, and PictureRefusedError for what is no picture or too large."""
    size = path.stat().st_size
    if size > LARGEST_PICTURE:
        raise PictureRefusedError(f"The file has {size} bytes.")
    until = time.monotonic() + timeout
    try:
        with connect(socket_path, timeout) as connection:
            left = max(0.01, min(until - time.monotonic(), LONGEST_READING))
            data = path.read_bytes()
            send_message(connection, {"op": "read", "bytes": len(data), "seconds": left}, data)
            answer = receive_message(connection, _LARGEST_ANSWER)
    except TimeoutError as error:
        raise ReaderUnavailableError(f"The text reader took over {timeout:g} s.") from error
    except (OSError, ProtocolError) as error:
        raise ReaderUnavailableError(
            f"The text reader does not answer at {socket_path} ({error}). Start it with: {SERVE_COMMAND}"
        ) from error
    return _understood(answer)


def _understood(answer: dict[str, Any] | None) -> PictureText:
    if answer is None:
        raise ReaderUnavailableError("The text reader closed the connection.")
    if answer.get("refused"):
        raise PictureRefusedError(str(answer["error"]))
    if answer.get("busy"):
        raise ReaderBusyError(str(answer["error"]))
    if "error" in answer:
        raise ReaderUnavailableError(f"The text reader says: {answer['error']}")
    try:
        lines = [
            ReadLine(str(line["text"]), float(line["confidence"]), tuple(map(float, line["box"])))  # type: ignore[arg-type]
            for line in answer["lines"]
        ]
        faces = int(answer.get("faces", 0))  # a reader of the release before does not say
        return PictureText(str(answer["text"]), float(answer["confidence"]), tuple(lines), faces)
    except (KeyError, TypeError, ValueError) as error:
        raise ReaderUnavailableError("The text reader's answer is not understood.") from error
