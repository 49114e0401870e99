"""A request, read whole, and what is passed on of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp.web import BaseRequest
from multidict import CIMultiDict
from werkzeug.http import parse_cookie

from editor_ui.front.lanes import Kind
from editor_ui.front.networks import from_the_right, network_of
from factcheck.limits import MAX_UPLOAD_BYTES, MAX_WEBHOOK_BYTES

MAX_BODY_BYTES = MAX_UPLOAD_BYTES + 65_536 + 1
"""As much as a form with a picture takes; others take less, and say so themselves."""
SMALL_BODY_BYTES = 64 * 1024


@dataclass(frozen=True)
class Bodies:
    """How many that are not small may be held at once, until they are answered: they must not fill the memory. A class
    that sends pictures has one address, and waits."""

    max_bytes: int
    at_once: int
    of_network: int
    read_seconds: float
    wait_seconds: float


ALL = "all"
FORMS = Bodies(MAX_BODY_BYTES, at_once=16, of_network=3, read_seconds=15.0, wait_seconds=5.0)
WEBHOOKS = Bodies(MAX_WEBHOOK_BYTES + 1, at_once=64, of_network=16, read_seconds=4.0, wait_seconds=1.5)
"""LINE gives up after two seconds."""

NOT_PASSED_ON = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    "upgrade expect content-length forwarded".split()
)


class RefusedError(Exception):
    """The request is answered here. `status` says how."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def cookies_of(request: BaseRequest) -> Mapping[str, str]:
    """Reads them as the app does."""
    return parse_cookie("; ".join(request.headers.getall("Cookie", [])))


def path_of(request: BaseRequest) -> str:
    """The path as it was sent. Raises RefusedError for what is no path."""
    target = request.raw_path
    if not target.startswith("/"):
        raise RefusedError(400)
    return target.partition("?")[0]


def address_of(request: BaseRequest, proxies: int) -> str:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
    return from_the_right(forwarded, proxies) or (str(peer[0]) if peer else "")


def passed_on(request: BaseRequest, address: str, proxies: int) -> "CIMultiDict[str]":
    """Headers for the process behind. It believes what it hears of addresses, so none but ours may speak of them; and
    names with an underscore could be taken for others."""
    listed = {name.strip().lower() for name in request.headers.get("Connection", "").split(",")}
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in request.headers.items():
        lower = name.lower()
        if lower not in NOT_PASSED_ON | listed and "_" not in lower and not lower.startswith("x-forwarded-"):
            headers.add(name, value)
    return told_of(request, address, proxies, headers)


def told_of(request: BaseRequest, address: str, proxies: int, headers: "CIMultiDict[str]") -> "CIMultiDict[str]":
    """Adds who asks, and by which scheme."""
    headers["X-Forwarded-For"] = address
    scheme = from_the_right(",".join(request.headers.getall("X-Forwarded-Proto", [])), proxies)
    if scheme in ("http", "https"):
        headers["X-Forwarded-Proto"] = scheme
    return headers


class Reader:
    """Reads bodies, not too slow, big or many of them. Make it inside of a running loop."""

    def __init__(self) -> None:
        self._big: Counter[tuple[Bodies, str]] = Counter()
        self._left = asyncio.Condition()

    @asynccontextmanager
    async def body(self, request: BaseRequest, kind: Kind, address: str) -> AsyncIterator[bytes]:
        """Reads a body to its end, and counts it for the length of the block. Raises RefusedError."""
        bodies = WEBHOOKS if kind == Kind.WEBHOOK else FORMS
        if (request.content_length or 0) > bodies.max_bytes:
            raise RefusedError(413)
        if not request.can_read_body:
            yield b""
            return
        async with AsyncExitStack() as held:
            yield await self._in_time(request, bodies, network_of(address), held)

    async def _in_time(self, request: BaseRequest, bodies: Bodies, network: str, held: AsyncExitStack) -> bytes:
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            async with asyncio.timeout(bodies.read_seconds):
                return await self._read(request, bodies, network, held)
        except TimeoutError:
            raise RefusedError(408) from None

    async def _read(self, request: BaseRequest, bodies: Bodies, network: str, held: AsyncExitStack) -> bytes:
        body, is_big = bytearray(), False
        while chunk := await request.content.readany():
            body += chunk
            if len(body) > bodies.max_bytes:
                raise RefusedError(413)
            if len(body) > SMALL_BODY_BYTES and not is_big:
                is_big = True
                await held.enter_async_context(self._held(bodies, network))
        return bytes(body)

    @asynccontextmanager
    async def _held(self, bodies: Bodies, network: str) -> AsyncIterator[None]:
        def has_room() -> bool:
            return self._big[bodies, ALL] < bodies.at_once and self._big[bodies, network] < bodies.of_network

        try:
            async with asyncio.timeout(bodies.wait_seconds), self._left:
                await self._left.wait_for(has_room)
                self._big.update([(bodies, ALL), (bodies, network)])
        except TimeoutError:
            raise RefusedError(503) from None
        try:
            yield
        finally:
            self._big.subtract([(bodies, ALL), (bodies, network)])
            self._big += Counter()  # forgets those with none
            async with self._left:
                self._left.notify_all()
