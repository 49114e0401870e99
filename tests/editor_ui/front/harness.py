"""A front in this process, with a stub for what is behind it."""

import asyncio
import contextlib
import re
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from flask import Flask

from editor_ui.front import cache
from editor_ui.front.behind import Behind
from editor_ui.front.door import Door
from editor_ui.front.front import Front
from editor_ui.front.visitor import VisitorServer
from editor_ui.front.visits import Visits
from editor_ui.sessions import SESSION_COOKIE, PageSessions, reader
from factcheck.services.visits import Visit
from tests.loops import in_a_loop

SIGNED = "x-line-signature: " + "a" * 43 + "=\r\n"
PUBLIC = {"Cache-Control": "public, max-age=60"}


def signing_app() -> Flask:
    app = Flask("signs")
    app.secret_key = "k" * 40
    return app


def session_cookie(**content: str) -> str:
    """The header of somebody with this session."""
    serializer = PageSessions().get_signing_serializer(signing_app())
    assert serializer is not None
    return f"Cookie: {SESSION_COOKIE}={serializer.dumps(content)}"


@dataclass
class Stub:
    """Says of each request what came, and answers as it is told."""

    came: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answer: Callable[[web.Request], web.StreamResponse] = lambda request: web.Response(text=f"page {request.path}")
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, nobody is answered."""

    def __post_init__(self) -> None:
        self.open.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.came.append(request)
        self.bodies.append(await request.read())
        await self.open.wait()
        return self.answer(request)


@dataclass
class Place:
    port: int
    pages: Stub
    webhook: Stub
    visits: Visits
    stored: list[Visit]
    patch: pytest.MonkeyPatch

    def pages_age(self) -> None:
        """Has the cache make each page anew from now on."""
        self.patch.setattr(cache, "LIFE_SECONDS", -1.0)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, text: str) -> str:
        """Sends a request and returns the answer, head and body, once the front has closed the connection."""
        reader, writer = await self.connect()
        writer.write(text.encode())
        answer = await reader.read()
        writer.close()
        return answer.decode()

    async def get(self, path: str, *headers: str) -> str:
        lines = "".join(f"{line}\r\n" for line in ("Host: x", "Connection: close", *headers))
        return await self.say(f"GET {path} HTTP/1.1\r\n{lines}\r\n")


def status(answer: str) -> int:
    found = re.match(r"HTTP/1.1 (\d+)", answer)
    assert found is not None, answer
    return int(found[1])


@contextlib.asynccontextmanager
async def a_front(proxies: int = 0, of_network: int = 64) -> AsyncIterator[Place]:
    """Its cache keeps pages for longer than a test takes on any machine; for how long it does is shown by a clock."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "LIFE_SECONDS", 600.0)
        stubs, stored = {}, list[Visit]()
        async with contextlib.AsyncExitStack() as opened:
            for name in ("pages", "webhook"):
                stubs[name] = Stub()
                app = web.Application(client_max_size=10_000_000)
                app.router.add_route("*", "/{rest:.*}", stubs[name].handle)
                runner = web.AppRunner(app, auto_decompress=False, shutdown_timeout=0.1)
                await runner.setup()
                opened.push_async_callback(runner.cleanup)
                await web.UnixSite(runner, f"{folder}/{name}").start()
            behind = Behind(Path(folder, "pages"), Path(folder, "webhook"))
            opened.push_async_callback(behind.close)
            visits = Visits(stored.extend)
            front = Front(behind, reader(signing_app()), visits, proxies=proxies, of_site="en", trial=False)
            door = Door(total=100, of_network=of_network)
            server = web.ServerRunner(VisitorServer(front.handle, door, is_proxied=bool(proxies)), shutdown_timeout=0.1)
            await server.setup()
            opened.push_async_callback(server.cleanup)
            listener = socket.create_server(("127.0.0.1", 0))  # closed by the server
            await web.SockSite(server, listener).start()
            yield Place(listener.getsockname()[1], stubs["pages"], stubs["webhook"], visits, stored, patch)


def played(play: Callable[..., Coroutine[Any, Any, None]], **options: Any) -> None:
    """Runs a play that takes a Place."""

    async def run() -> None:
        async with a_front(**options) as place:
            await play(place)

    in_a_loop(run())
