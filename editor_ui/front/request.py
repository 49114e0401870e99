"""A request, read whole, and what is passed on of it."""

import asyncio
from collections.abc import Mapping

from aiohttp.web import BaseRequest
from multidict import CIMultiDict
from werkzeug.http import parse_cookie

from editor_ui.front.networks import from_the_right
from factcheck.limits import MAX_UPLOAD_BYTES, MAX_WEBHOOK_BYTES

BODY_SECONDS = 10.0
MAX_BODY_BYTES = max(MAX_WEBHOOK_BYTES, MAX_UPLOAD_BYTES + 65_536) + 1
"""As much as the webhook or a form with a picture takes; others take less, and say so themselves."""
SMALL_BODY_BYTES = 64 * 1024
BIG_BODIES = 16
"""So many are read at once: together they must not fill the memory."""

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
    """Reads bodies, not too slow, big or many of them."""

    def __init__(self) -> None:
        self._big = 0

    async def body(self, request: BaseRequest) -> bytes:
        """Reads a body to its end. Raises RefusedError."""
        length = request.content_length or 0
        if length > MAX_BODY_BYTES:
            raise RefusedError(413)
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._read(request)
        except TimeoutError:
            raise RefusedError(408) from None

    async def _read(self, request: BaseRequest) -> bytes:
        body, is_big = bytearray(), False
        try:
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise RefusedError(413)
                if len(body) > SMALL_BODY_BYTES and not is_big:
                    is_big = self._begin_big()
            return bytes(body)
        finally:
            self._big -= is_big

    def _begin_big(self) -> bool:
        if self._big >= BIG_BODIES:
            raise RefusedError(503)
        self._big += 1
        return True
