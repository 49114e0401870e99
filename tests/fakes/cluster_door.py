"""A door in front of a real Elasticsearch that tests close, block or crowd."""

import http.client
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

BUSY = b'{"error": {"type": "es_rejected_execution_exception", "reason": "rejected execution"}, "status": 429}'
Action = Callable[[], object]


class ClusterDoor:
    """An HTTP server of one address that passes everything on to `url`.

    `close()` refuses connections as a dead cluster does, `open()` lets them in again at the same port. `hanging`:
    connections are taken, but nobody answers. `busy`: that many requests to `_bulk` are rejected first. `meanwhile`
    runs before a request whose path contains the given text is passed on.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 9200)
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self._release = threading.Event()
        self.hanging = False
        self.busy = 0
        self.requests = 0
        self.meanwhile: tuple[str, Action] | None = None
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"  # no kept connections, which would outlive a closed door

            def answer(self) -> None:
                door._answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - the library's names

            def log_message(self, *_arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> "ClusterDoor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release.set()
        self.close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.requests += 1
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if self.hanging:
            self._release.wait(60)
            return
        if self.meanwhile and self.meanwhile[0] in request.path:
            action, self.meanwhile = self.meanwhile[1], None
            action()
        if self.busy and "_bulk" in request.path:
            self.busy -= 1
            self._send(request, 429, {"x-elastic-product": "Elasticsearch", "content-type": "application/json"}, BUSY)
            return
        connection = http.client.HTTPConnection(*self._target, timeout=60)
        try:
            connection.request(request.command, request.path, body, dict(request.headers))
            answer = connection.getresponse()
            kept = {name.lower(): value for name, value in answer.getheaders()}
            self._send(request, answer.status, kept, answer.read())
        finally:
            connection.close()

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        headers = {
            name: value for name, value in headers.items() if name not in ("content-length", "transfer-encoding")
        }
        with suppress(OSError):  # the client has gone
            request.send_response_only(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            if request.command != "HEAD":
                request.wfile.write(body)
