"""One connection, with a deadline for all that its other end must do."""

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from editor_ui.front.door import Door
from editor_ui.front.networks import network_of

HEAD_SECONDS = 5.0
"""From the connection, or the first byte of a further request, to the end of the head. LINE gives up after two."""

IDLE_SECONDS = 75.0
"""Longer than a proxy keeps an idle connection, so that none is closed under a request."""

LINGER_SECONDS = 2.0
"""How long the rest of a refused body is read, so that its sender gets to read why."""

SILENT = logging.getLogger("editor_ui.front.silent")
SILENT.disabled = True
"""In place of aiohttp's own, which writes addresses, and a trace of each malformed request. The front logs its own."""

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Visitor(RequestHandler):
    """aiohttp's connection. Its own time-outs begin anew with each byte, or not before the first request."""

    def __init__(self, server: web.Server, door: Door, *, is_proxied: bool, **options: Any) -> None:
        super().__init__(server, **options)
        self._door = door
        self._is_proxied = is_proxied
        self._deadline: asyncio.TimerHandle | None = None
        self._is_idle = False
        self._has_entered = False
        self.network = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.network = network_of(str(peer[0])) if peer and not self._is_proxied else ""
        self._has_entered = True
        self._within(HEAD_SECONDS)
        self._door.enter(self)

    def data_received(self, data: bytes) -> None:
        if self._is_idle:
            self._is_idle = False
            self._within(HEAD_SECONDS)
        super().data_received(data)

    def has_head(self) -> None:
        """Leaves further deadlines to whoever handles the request."""
        self._is_idle = False
        self._no_deadline()

    def works(self) -> None:
        """The request has come whole."""
        self._door.works(self)

    def trust(self) -> None:
        if self._has_entered:
            self._door.trusts(self)

    def rests(self) -> None:
        """The answer is written."""
        if self._has_entered:
            self._is_idle = True
            self._door.waits(self)
            self._within(IDLE_SECONDS)

    def shut(self) -> None:
        self.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._has_entered:
            self._has_entered = False
            self._no_deadline()
            self._door.left(self)
        super().connection_lost(exc)

    def _within(self, seconds: float) -> None:
        self._no_deadline()
        self._deadline = self._loop.call_later(seconds, self._is_late)

    def _no_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _is_late(self) -> None:
        if self.transport is not None and not self._is_idle:
            self.transport.write(TOO_SLOW)
        self.force_close()


class VisitorServer(web.Server):
    def __init__(self, handler: Any, door: Door, *, is_proxied: bool) -> None:
        super().__init__(handler)
        self._door = door
        self._is_proxied = is_proxied

    def __call__(self) -> Visitor:
        # What is signed, and what a form holds, goes on as it came.
        options: dict[str, Any] = {
            "loop": self._loop,
            "auto_decompress": False,
            "access_log": None,
            "logger": SILENT,
            "lingering_time": LINGER_SECONDS,
        }
        return Visitor(self, self._door, is_proxied=self._is_proxied, **options)
