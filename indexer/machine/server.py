"""What a server of this machine is, whatever it serves: one a socket, for its owner alone, until it is told to end.

Each connection has a thread. A socket file removed or written over is made again.
"""

import fcntl
import os
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import structlog

from factcheck.errors import FactlineError
from factcheck.logs import describe
from indexer.machine.protocol import ProtocolError, receive_message, send_message, socket_address

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often a server looks whether its socket file is still there."""
_STANDBY_SECONDS = 0.5
_IDLE_SECONDS = 3600.0

_Server = TypeVar("_Server", bound="MachineServer")


class AlreadyServingError(FactlineError):
    """Another process of this machine serves at this socket."""


class MachineServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers at `socket_path` until `shutdown()`, and holds the lock file beside it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, socket_path: Path, connection: type["Connection"]) -> None:
        """Raises AlreadyServingError. Replaces the socket file of a dead server."""
        self.address = socket_address(socket_path)
        self._lock = _machine_lock(self.address)
        try:
            Path(self.address).unlink(missing_ok=True)
            super().__init__(self.address, connection)
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
        log.warning("connection_failed", server=self.address, traceback=describe(sys.exception()))


class Connection(socketserver.BaseRequestHandler):
    """One client's connection. A subclass has `answer`, which sends one."""

    request: socket.socket
    largest_request: ClassVar[int]
    """Bytes of the JSON of a request."""

    def handle(self) -> None:
        self.request.settimeout(_IDLE_SECONDS)
        try:
            while (message := receive_message(self.request, self.largest_request)) is not None:
                self.answer(message)
        except ProtocolError as error:
            self._refuse(str(error))
        except OSError:
            return  # the client went away

    def answer(self, message: dict[str, Any]) -> None:
        """Raises ProtocolError, of which the client is told before the connection ends, and OSError."""
        raise NotImplementedError

    def _refuse(self, reason: str) -> None:
        try:
            send_message(self.request, {"error": reason})
        except OSError:
            return


def when_free(make: Callable[[], _Server]) -> _Server:
    """Stands by while an orphan of a process manager's last run still serves, since an exit would stop the manager."""
    told = False
    while True:
        try:
            return make()
        except AlreadyServingError as error:
            if not told:
                print(f"{error} Standing by until it ends.", flush=True)
                told = True
            time.sleep(_STANDBY_SECONDS)


def serve_until_told(server: MachineServer) -> None:
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


def _bind_again(server: MachineServer, stop: threading.Event) -> None:
    while not server.is_reachable() and not stop.is_set():
        try:
            server.bind_again()
        except OSError as error:
            log.error("socket_lost", server=server.address, error=type(error).__name__)
            stop.wait(LOOK_SECONDS)


def _machine_lock(address: str) -> int:
    """Opens a file that this process alone has locked; the kernel frees the lock however the process ends."""
    Path(address).parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{address}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise AlreadyServingError(f"Another process already serves at {address}.") from error
    return descriptor
