"""One copy of the sentence model a machine, served to all its processes over a Unix socket.

One thread runs the model on small pieces of work, people's questions before articles to
index.
"""

import itertools
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from factcheck.logs import describe
from factcheck.ports import Embedder, Matrix
from indexer.machine.protocol import ProtocolError, send_message
from indexer.machine.server import Connection, MachineServer

log = structlog.get_logger()

TEXTS_A_TURN, CHARACTERS_A_TURN = 4, 600
"""So small that a question waits some 0.15 s for another piece at most; a long text is one piece."""
_URGENT, _PATIENT = 0, 1
LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes."""
MOST_TEXTS = 256


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


class EmbeddingServer(MachineServer):
    def __init__(self, socket_path: Path, embedder: Embedder) -> None:
        """Raises AlreadyServingError when another process serves there."""
        super().__init__(socket_path, _Connection)
        self.model = ModelQueue(embedder)


class _Connection(Connection):
    """A request is `{"op": "describe" | "queries" | "passages", "texts": [...]}`. An answer is `{"name", "dimension",
    "rows"}`, then rows * dimension float32 (little endian), or `{"error"}`."""

    server: EmbeddingServer
    largest_request = LARGEST_REQUEST

    def answer(self, message: dict[str, Any]) -> None:
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
