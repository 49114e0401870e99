"""Calls of other services by HTTP, to addresses alone that are open to everybody; judged as those of pages are."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from factcheck.fetching.body import Unpacker
from factcheck.fetching.fetcher import MAX_REDIRECTS, failed, open_connector
from factcheck.models.enums import PageFault

SECONDS = 60.0
"""For one call with all its redirects."""
MOST_BYTES = 30_000_000
Call = Callable[[aiohttp.ClientSession], Awaitable["Called"]]
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Called:
    """What came of a call."""

    status: int = 0
    """0: no answer."""
    body: bytes = b""
    fault: PageFault | None = None
    too_large: bool = False

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300 and not self.too_large

    @property
    def trouble(self) -> str:
        """Says in a word what was wrong; '' for nothing."""
        if self.is_good:
            return ""
        if self.too_large:
            return f"answer larger than {MOST_BYTES} bytes"
        return f"HTTP {self.status}" if self.status else str(self.fault or PageFault.UNKNOWN_ERROR)


class WebCaller:
    """Calls one address at a time; its arguments are those of `WebFetcher`."""

    def __init__(
        self,
        user_agent: str,
        *,
        allow_loopback: bool = False,
        seconds: float = SECONDS,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._allow_loopback, self._seconds, self._resolver = allow_loopback, seconds, resolver

    @property
    def longest(self) -> timedelta:
        return timedelta(seconds=self._seconds)

    def get(self, url: str) -> Called:
        return self._alone(lambda session: _follow(session, url))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Called:
        """Follows no redirect: what is sent is for this address."""
        return self._alone(lambda session: _once(session, "POST", URL(url), body, headers))

    def _alone(self, call: Call) -> Called:
        # In a thread of its own: whoever calls may run a loop already.
        with ThreadPoolExecutor(max_workers=1) as alone:
            return alone.submit(lambda: asyncio.run(self._called(call))).result()

    async def _called(self, call: Call) -> Called:
        session = aiohttp.ClientSession(
            connector=open_connector(allow_loopback=self._allow_loopback, resolver=self._resolver),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),  # the whole call has a deadline
        )
        async with session:
            try:
                async with asyncio.timeout(self._seconds):
                    return await call(session)
            except Exception as error:
                return Called(fault=failed(error).fault)


async def _follow(session: aiohttp.ClientSession, url: str) -> Called:
    address = URL(url)
    for _ in range(MAX_REDIRECTS + 1):
        found = await _once(session, "GET", address, b"", {})
        if found.status not in REDIRECTS:
            return found
        address = address.join(URL(found.body.decode("utf-8", "replace")))
    return Called(fault=PageFault.TOO_MANY_REDIRECTS)


async def _once(
    session: aiohttp.ClientSession, method: str, address: URL, body: bytes, headers: Mapping[str, str]
) -> Called:
    """Gives the place that a redirect names as its body."""
    if address.scheme not in ("http", "https") or not address.host:
        return Called(fault=PageFault.UNSUPPORTED)
    asked = session.request(method, address.with_user(None), data=body or None, headers=headers, allow_redirects=False)
    async with asked as answer:
        if answer.status in REDIRECTS:
            place = answer.headers.get("Location", "").encode("utf-8", "surrogateescape")
            answer.close()
            return Called(answer.status, place)
        unpacker = Unpacker(answer.headers.get("Content-Encoding", ""), MOST_BYTES)
        async for chunk in answer.content.iter_any():
            unpacker.feed(chunk)
            if unpacker.full:
                answer.close()
                return Called(answer.status, too_large=True)
        return Called(answer.status, bytes(unpacker.body))
