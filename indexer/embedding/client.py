import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Matrix
from indexer.machine.client import connect
from indexer.machine.protocol import ProtocolError, receive_exactly, receive_message, send_message

TEXTS_A_REQUEST = 32
SERVE_COMMAND = "python -m indexer serve-model"
LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes."""


class RemoteEmbedder:
    """Implements `ports.Embedder` against `python -m indexer serve-model`.

    A connection a call costs microseconds, may be shared by threads, and survives a fork and a restart of the server.
    """

    def __init__(self, socket_path: Path, timeout: float = 30.0, wait: float = 0.0) -> None:
        """Sets `timeout`, seconds for one answer, and `wait`, seconds from now in which calls wait for a server to
        start. Later a missing one raises EmbedderUnavailableError at once."""
        self._path = socket_path
        self._timeout = timeout
        self._wait_until = time.monotonic() + wait
        self._described: tuple[str, int] | None = None

    @property
    def name(self) -> str:
        return self._description()[0]

    @property
    def dimension(self) -> int:
        return self._description()[1]

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed("queries", texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed("passages", texts)

    def _description(self) -> tuple[str, int]:
        if self._described is None:
            self._ask([{"op": "describe"}])
        if self._described is None:
            raise EmbedderUnavailableError("The model server did not say what it serves.")
        return self._described

    def _embed(self, operation: str, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        starts = range(0, len(texts), TEXTS_A_REQUEST)
        return self._ask([{"op": operation, "texts": list(texts[at : at + TEXTS_A_REQUEST])} for at in starts])

    def _ask(self, requests: Sequence[dict[str, Any]]) -> Matrix:
        with self._connect() as connection:
            try:
                return np.concatenate([self._exchange(connection, request) for request in requests])
            except TimeoutError as error:
                raise EmbedderUnavailableError(f"The model server took over {self._timeout:g} s.") from error
            except (OSError, ProtocolError) as error:
                raise EmbedderUnavailableError(f"The model server at {self._path} broke off: {error}") from error
            except (KeyError, ValueError) as error:
                raise EmbedderUnavailableError("The model server's answer is not understood.") from error

    def _exchange(self, connection: socket.socket, request: dict[str, Any]) -> Matrix:
        send_message(connection, request)
        header = receive_message(connection, LARGEST_ANSWER)
        if header is None:
            raise ConnectionResetError("it closed the connection")
        if "error" in header:
            raise EmbedderUnavailableError(f"The model server refused: {header['error']}")
        name, dimension, rows = str(header["name"]), int(header["dimension"]), int(header["rows"])
        size = rows * dimension * 4
        if size > LARGEST_ANSWER:
            raise ProtocolError("its answer is too large")
        body = receive_exactly(connection, size) or b""
        self._remember(name, dimension)
        return np.frombuffer(body, dtype="<f4").reshape(rows, dimension).astype(np.float32)

    def _remember(self, name: str, dimension: int) -> None:
        """Refuses another model: vectors of two models must not meet."""
        if self._described not in (None, (name, dimension)):
            raise EmbedderUnavailableError("The model server now runs another model. Restart this process.")
        self._described = (name, dimension)

    def _connect(self) -> socket.socket:
        try:
            return connect(self._path, self._timeout, self._wait_until)
        except OSError as error:
            raise EmbedderUnavailableError(
                f"The model server does not answer at {self._path} ({error}). Start it with: {SERVE_COMMAND}"
            ) from error
