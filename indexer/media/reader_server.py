"""The one text reader of a machine, served to all its processes over a Unix socket.

One thread reads, one picture after the other. Only a few may wait: what must not be lost waits in the job table, where
it keeps nobody's memory. A picture whose asker has given up is not read.
"""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog

from factcheck.errors import FactlineError, PictureRefusedError, ReaderBusyError
from factcheck.logs import describe
from factcheck.ports import PictureText
from indexer.machine.protocol import ProtocolError, receive_exactly, send_message
from indexer.machine.server import Connection, MachineServer

log = structlog.get_logger()

LARGEST_REQUEST = 4096
"""Bytes of what is said about a picture."""
LARGEST_PICTURE = 32 * 1024 * 1024
"""Bytes of a file."""
MOST_WAITING = 4
LONGEST_READING = 60.0
"""Seconds after which a reading counts as stuck."""


class BytesReader(Protocol):
    def read(self, data: bytes) -> PictureText:
        """Reads a file's bytes. Raises PictureRefusedError."""


class ReaderTooLateError(FactlineError):
    """A picture waited for so long that nobody wants its text any more."""


@dataclass(frozen=True)
class _Piece:
    data: bytes
    wanted_until: float
    """Of the monotonic clock."""
    future: "Future[PictureText]"


class ReadingQueue:
    """Reads in one thread."""

    def __init__(self, reader: BytesReader) -> None:
        self._reader = reader
        self._work: queue.Queue[_Piece] = queue.Queue(MOST_WAITING)
        self._began: float | None = None
        threading.Thread(target=self._run, name="reader", daemon=True).start()

    def read(self, data: bytes, seconds: float) -> PictureText:
        """Waits at most that long. Raises ReaderBusyError, ReaderTooLateError, and what the reader raises."""
        piece = _Piece(data, time.monotonic() + seconds, Future())
        try:
            self._work.put_nowait(piece)
        except queue.Full:
            raise ReaderBusyError("Other pictures are being read.") from None
        try:
            return piece.future.result(seconds)
        except TimeoutError:
            raise ReaderTooLateError(f"It was not read within {seconds:g} s.") from None

    def seconds_at_it(self) -> float:
        """Tells for how long the picture in hand has been read; 0 while there is none."""
        began = self._began
        return time.monotonic() - began if began is not None else 0.0

    def _run(self) -> None:
        while True:
            piece = self._work.get()
            if piece.wanted_until < time.monotonic():
                continue
            self._began = time.monotonic()
            try:
                piece.future.set_result(self._reader.read(piece.data))
            except Exception as error:  # belongs to the one who asked; the next picture must still be read
                piece.future.set_exception(error)
            self._began = None


class ReaderServer(MachineServer):
    def __init__(self, socket_path: Path, reader: BytesReader) -> None:
        """Raises AlreadyServingError when another process serves there."""
        super().__init__(socket_path, _Connection)
        self.readings = ReadingQueue(reader)


class _Connection(Connection):
    """A request is `{"op": "read", "bytes": n, "seconds": s}` and the n bytes of a file. An answer is
    `{"text", "confidence", "lines", "faces"}`, or `{"error"}`, with `"refused": true` when it is the file's fault, with
    `"busy": true` when others are read first."""

    server: ReaderServer
    largest_request = LARGEST_REQUEST

    def answer(self, message: dict[str, Any]) -> None:
        size, seconds = message.get("bytes"), message.get("seconds")
        if message.get("op") != "read":
            raise ProtocolError("'op' must be read.")
        if not isinstance(size, int) or not 0 <= size <= LARGEST_PICTURE:
            raise ProtocolError(f"'bytes' must be a number up to {LARGEST_PICTURE}.")
        if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_READING:
            raise ProtocolError(f"'seconds' must be a number up to {LONGEST_READING:g}.")
        send_message(self.request, self._read(receive_exactly(self.request, size) or b"", seconds))

    def _read(self, data: bytes, seconds: float) -> dict[str, Any]:
        try:
            return asdict(self.server.readings.read(data, seconds))
        except PictureRefusedError as error:
            return {"error": str(error), "refused": True}
        except ReaderBusyError as error:
            return {"error": str(error), "busy": True}
        except ReaderTooLateError as error:
            return {"error": str(error)}
        except Exception as error:
            log.error("reading_failed", error=type(error).__name__, traceback=describe(error))
            return {"error": f"{type(error).__name__}: {error}"}


def watch(readings: ReadingQueue, give_up: Callable[[], None], every: float = 1.0) -> None:
    """Calls `give_up` from a thread when a reading is stuck: code of libraries cannot be stopped, a process can."""

    def look() -> None:
        while readings.seconds_at_it() < LONGEST_READING:
            time.sleep(every)
        log.error("reading_stuck", seconds=LONGEST_READING)
        give_up()

    threading.Thread(target=look, name="watch", daemon=True).start()
