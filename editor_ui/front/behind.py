"""The processes behind: those that answer the webhook, and those that make pages."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from editor_ui.front.cache import Answer
from editor_ui.front.lanes import ROOMS, Kind, Lane

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
READER_SECONDS = 10.0
"""How long a reader of a file may take for one piece of it."""
PIECE = 64 * 1024
MAX_HELD_BYTES = 8_000_000
"""Of an answer that is held whole."""
BETWEEN_TWO = frozenset("connection keep-alive transfer-encoding te trailer upgrade date server".split())
"""Headers of a connection, not of an answer, and those that the front writes itself."""
SERVER = "Factline"
TROUBLE = (aiohttp.ClientError, OSError, TimeoutError)


class AwayError(Exception):
    """Raised when a process behind does not answer."""


class TooBigError(Exception):
    """Raised for an answer that is not to be held."""


class Behind:
    """One socket and all that is sent to it. Open it inside of a running loop."""

    def __init__(self, pages: Path, webhook: Path) -> None:
        self._lanes = {kind: Lane(room) for kind, room in ROOMS.items()}
        self._pages, self._webhook = self._session(pages), self._session(webhook)

    @staticmethod
    def _session(socket: Path) -> aiohttp.ClientSession:
        # A connection for each request: none that is kept could be closed just when it is used again.
        return aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(str(socket), limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=ANSWER_SECONDS),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def close(self) -> None:
        await self._pages.close()
        await self._webhook.close()

    def is_full(self, kind: Kind) -> bool:
        return self._lanes[kind].is_full

    async def ask(self, kind: Kind, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises BusyError, AwayError, TooBigError."""
        async with self._lanes[kind].place():
            try:
                async with self._call(kind, method, target, headers, body) as answer:
                    return Answer(answer.status, _headers(answer), await _held(answer))
            except TROUBLE as error:
                raise AwayError from error

    async def stream(self, request: web.BaseRequest, headers: Mapping[str, str]) -> web.StreamResponse:
        """Hands a long answer on piece by piece, and breaks it off when either end does not keep up. Raises BusyError,
        AwayError."""
        response: web.StreamResponse | None = None
        async with self._lanes[Kind.DOWNLOAD].place():
            try:
                async with self._call(Kind.DOWNLOAD, request.method, request.raw_path, headers, b"") as answer:
                    response = web.StreamResponse(status=answer.status, headers=CIMultiDict(_headers(answer)))
                    await response.prepare(request)
                    async for piece in answer.content.iter_chunked(PIECE):
                        async with asyncio.timeout(READER_SECONDS):
                            await response.write(piece)
                    await response.write_eof()
                    return response
            except TROUBLE as error:
                if response is None:
                    raise AwayError from error
                request.protocol.force_close()
                return response

    def _call(
        self, kind: Kind, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> "aiohttp.client._RequestContextManager":
        session = self._webhook if kind == Kind.WEBHOOK else self._pages
        url = URL(f"http://web{target}", encoded=True)
        return session.request(method, url, headers=headers, data=body or None, allow_redirects=False)


async def _held(answer: aiohttp.ClientResponse) -> bytes:
    held = bytearray()
    async for piece in answer.content.iter_any():
        held += piece
        if len(held) > MAX_HELD_BYTES:
            raise TooBigError
    return bytes(held)


def _headers(answer: aiohttp.ClientResponse) -> tuple[tuple[str, str], ...]:
    found = tuple((name, value) for name, value in answer.headers.items() if name.lower() not in BETWEEN_TWO)
    return (*found, ("Server", SERVER))
