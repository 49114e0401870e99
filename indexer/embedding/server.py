"""One copy of the sentence model a machine, served to all its processes over a Unix socket.

Each connection has a thread. Another one runs the model on small pieces of work, people's questions before articles to
index.
"""

import fcntl
import itertools
import os
import queue
import signal
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from factcheck.errors import FactlineError
from factcheck.logs import describe
from factcheck.ports import Embedder, Matrix
from indexer.embedding.protocol import (
    LARGEST_REQUEST,
    MOST_TEXTS,
    ProtocolError,
    receive_message,
    send_message,
    socket_address,
)

log = structlog.get_logger()

TEXTS_A_TURN, CHARACTERS_A_TURN = 4, 600
"""So small that a question waits some 0.15 s for another piece at most; a long text is one piece."""
_URGENT, _PATIENT = 0, 1
_IDLE_SECONDS = 3600.0

LOOK_SECONDS = 1.0
"""How often the server looks whether its socket file is still there."""


class AlreadyServingError(FactlineError):
    """Another process of this machine serves the model at this socket."""


class ModelQueue:
    """Runs an embedder in one thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._work: queue.PriorityQueue[tuple[int, int, Callable[[], Matrix], Future[Matrix]]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self.name, self.dimension = embedder.name, embedder.dimension
        threading.Thread(target=self._run, name="model", daemon=True).start()

    def embed(self, operation: str, texts: Sequence[str]) -> Matrix:
        """Waits for the rows of all texts. Raises what the model raises."""
        urgent = operation == "queries"
        run = self._embedder.embed_queries if urgent else self._embedder.embed_passages
        futures = [self._put(_URGENT if urgent else _PATIENT, partial(run, piece)) for piece in turns(texts)]
        rows = [future.result() for future in futures]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _put(self, priority: int, work: Callable[[], Matrix]) -> Future[Matrix]:
        future: Future[Matrix] = Future()
        self._work.put((priority, next(self._numbers), work, future))
        return future

    def _run(self) -> None:
        while True:
            _, _, work, future = self._work.get()
            try:
                future.set_result(work())
            except Exception as error:  # belongs to the one who asked; the next piece must still run
                future.set_exception(error)


def turns(texts: Sequence[str]) -> list[list[str]]:
    """Cuts at TEXTS_A_TURN texts and, unless it is one text, CHARACTERS_A_TURN characters."""
    pieces: list[list[str]] = []
    characters = 0
    for text in texts:
        characters += len(text)
        if not pieces or len(pieces[-1]) == TEXTS_A_TURN or characters > CHARACTERS_A_TURN:
            pieces.append([])
            characters = len(text)
        pieces[-1].append(text)
    return pieces


class EmbeddingServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers at `socket_path` until `shutdown()`, and holds the lock file beside it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, socket_path: Path, embedder: Embedder) -> None:
        """Raises AlreadyServingError. Replaces the socket file of a dead server."""
        self.address = socket_address(socket_path)
        self._lock = _machine_lock(self.address)
        try:
            self.model = ModelQueue(embedder)
            Path(self.address).unlink(missing_ok=True)
            super().__init__(self.address, _Connection)
        except BaseException:
            os.close(self._lock)
            raise

    def server_bind(self) -> None:
        before = os.umask(0o177)  # never open to others, not even between bind and chmod
        try:
            super().server_bind()
        finally:
            os.umask(before)

    def is_reachable(self) -> bool:
        """False when somebody removed the socket file, or wrote over it."""
        return Path(self.address).is_socket()

    def bind_again(self) -> None:
        """Call it while nobody serves. What is connected stays so."""
        self.socket.close()
        self.socket = socket.socket(self.address_family, self.socket_type)
        Path(self.address).parent.mkdir(parents=True, exist_ok=True)
        Path(self.address).unlink(missing_ok=True)
        self.server_bind()
        self.server_activate()

    def server_close(self) -> None:
        super().server_close()
        Path(self.address).unlink(missing_ok=True)
        os.close(self._lock)

    def handle_error(self, *_: Any) -> None:
        log.warning("model_connection_failed", traceback=describe(sys.exception()))


class _Connection(socketserver.BaseRequestHandler):
    server: EmbeddingServer
    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(_IDLE_SECONDS)
        try:
            while (message := receive_message(self.request, LARGEST_REQUEST)) is not None:
                self._answer(message)
        except ProtocolError as error:
            self._refuse(str(error))
        except OSError:
            return  # the client went away

    def _answer(self, message: dict[str, Any]) -> None:
        operation, texts = message.get("op"), message.get("texts", [])
        if operation not in ("describe", "queries", "passages"):
            raise ProtocolError("'op' must be describe, queries or passages.")
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ProtocolError("'texts' must be a list of strings.")
        if len(texts) > MOST_TEXTS:
            raise ProtocolError(f"At most {MOST_TEXTS} texts a request.")
        model = self.server.model
        try:
            rows = model.embed(operation, texts if operation != "describe" else [])
        except Exception as error:
            log.error("model_failed", texts=len(texts), error=type(error).__name__, traceback=describe(error))
            send_message(self.request, {"error": f"{type(error).__name__}: {error}"})
            return
        header = {"name": model.name, "dimension": model.dimension, "rows": len(rows)}
        send_message(self.request, header, np.ascontiguousarray(rows, dtype="<f4").tobytes())

    def _refuse(self, reason: str) -> None:
        try:
            send_message(self.request, {"error": reason})
        except OSError:
            return


def serve_until_told(server: EmbeddingServer) -> None:
    """Serves until SIGTERM or SIGINT, then closes cleanly."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="accept")
        thread.start()
        while server.is_reachable() and not stop.wait(LOOK_SECONDS):
            pass
        server.shutdown()
        thread.join()
        if not stop.is_set():
            _bind_again(server, stop)
    server.server_close()


def _bind_again(server: EmbeddingServer, stop: threading.Event) -> None:
    while not server.is_reachable() and not stop.is_set():
        try:
            server.bind_again()
        except OSError as error:
            log.error("model_socket_lost", error=type(error).__name__)
            stop.wait(LOOK_SECONDS)


def _machine_lock(address: str) -> int:
    """Opens a file that this process alone has locked; the kernel frees the lock however the process ends."""
    Path(address).parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{address}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise AlreadyServingError(f"Another process already serves the model at {address}.") from error
    return descriptor
