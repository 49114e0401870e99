"""A web server on this machine that says, byte by byte, what a test wants said."""

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket

Say = Callable[[socket], None]
"""Says the whole answer on a connection that then is closed. It ends when the other side has gone."""


class WebServer:
    """Maps paths to answers. A path that nobody prepared is a failure of the test, and says 500."""

    def __init__(self) -> None:
        self.answers: dict[str, Say] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Path and headers of each request."""
        self.left = threading.Event()
        """Set when a client went away before all was said."""
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                method, path, _ = self.rfile.readline().decode().split(" ", 2)
                assert method == "GET"
                lines = iter(lambda: self.rfile.readline().decode().strip(), "")
                outer.asked.append((path, dict(line.split(": ", 1) for line in lines)))
                try:
                    outer.answers.get(path, page("", status=500))(self.connection)
                except OSError:
                    outer.left.set()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._server.server_address[1]}{path}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def web_server() -> Iterator[WebServer]:
    server = WebServer()
    with contextlib.closing(server):
        yield server


def page(body: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str) -> Say:
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": kind, "Content-Length": str(len(content)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return lambda connection: connection.sendall(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content)


def redirect(target: str) -> Say:
    return page("", status=302, Location=target)


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Say:
    """Never comes to an end."""

    def say(connection: socket) -> None:
        connection.sendall(head)
        never = threading.Event()
        while not never.wait(pause):
            connection.sendall(piece)

    return say
