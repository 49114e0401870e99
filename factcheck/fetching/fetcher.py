"""Pages, fetched without being led anywhere that is not open to everybody.

Each address is judged where the socket for it is made, so whatever a name means at that moment, and wherever a redirect
leads, what is judged is what is connected to.
"""

import asyncio
import json
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from yarl import URL

from factcheck.fetching.addresses import may_connect
from factcheck.fetching.body import Unpacker, UnpackingError, decode
from factcheck.fetching.head import canonical_of, read_head
from factcheck.logs import describe
from factcheck.models.enums import PageFault, PageState
from factcheck.ports import FetchedPage

SECONDS = 8.0
"""For a page with all its redirects."""
MAX_REDIRECTS = 5
ARCHIVE = "https://archive.org/wayback/available"
ARCHIVED = ("https://web.archive.org/", "http://web.archive.org/")
PAGES = ("text/html", "application/xhtml+xml")
GONE, REFUSED = (404, 410), (401, 402, 403, 405, 406, 429, 451)

log = structlog.get_logger()


class NotPublicError(OSError):
    """The address is not open to everybody."""


def open_connector(*, allow_loopback: bool, resolver: AbstractResolver | None) -> aiohttp.TCPConnector:
    """Makes what connects to addresses alone that are open to everybody. Call it inside of a running loop."""

    def socket_to(address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = address
        if not may_connect(str(where[0]), int(where[1]), allow_loopback=allow_loopback):
            raise NotPublicError("not open to everybody")
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(socket_factory=socket_to, resolver=resolver, force_close=True, use_dns_cache=False)


class WebFetcher:
    """Implements `PageFetcher`. `allow_loopback` is for tests; `resolver` stands for the system's."""

    def __init__(
        self,
        user_agent: str,
        *,
        ask_archive: bool = False,
        allow_loopback: bool = False,
        seconds: float = SECONDS,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "zh-TW,zh;q=0.9,en;q=0.7,ja;q=0.6,th;q=0.6",
            "Accept-Encoding": "gzip, deflate",
        }
        self._ask_archive = ask_archive
        self._allow_loopback = allow_loopback
        self._seconds = seconds
        self._resolver = resolver

    def fetch(self, urls: Sequence[str]) -> Mapping[str, FetchedPage]:
        # In a thread of its own: whoever calls may run a loop already.
        with ThreadPoolExecutor(max_workers=1) as alone:
            return alone.submit(lambda: asyncio.run(self._all(urls))).result()

    async def _all(self, urls: Sequence[str]) -> Mapping[str, FetchedPage]:
        connector = open_connector(allow_loopback=self._allow_loopback, resolver=self._resolver)
        session = aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),  # the whole way has a deadline
        )
        async with session:
            return dict(zip(urls, await asyncio.gather(*(self._one(session, url) for url in urls)), strict=True))

    async def _one(self, session: aiohttp.ClientSession, url: str) -> FetchedPage:
        try:
            async with asyncio.timeout(self._seconds):
                page = await _follow(session, url)
        except Exception as error:
            return failed(error)
        if not self._ask_archive:
            return page
        return FetchedPage(**{**vars(page), "archived": await self._archived(session, url)})

    async def _archived(self, session: aiohttp.ClientSession, url: str) -> str:
        try:
            async with asyncio.timeout(self._seconds):
                async with session.get(URL(ARCHIVE).with_query(url=url), allow_redirects=False) as answer:
                    found = json.loads(await _body(answer))["archived_snapshots"]["closest"]["url"]
        except Exception:  # it is asked again when the page is looked at again
            return ""
        return found if isinstance(found, str) and found.startswith(ARCHIVED) and len(found) <= 2_000 else ""


async def _follow(session: aiohttp.ClientSession, url: str) -> FetchedPage:
    address = URL(url)
    for _ in range(MAX_REDIRECTS + 1):
        if address.scheme not in ("http", "https") or not address.host:
            return FetchedPage(PageState.REFUSED, fault=PageFault.UNSUPPORTED)
        async with session.get(address.with_user(None), allow_redirects=False) as answer:
            onward = answer.headers.get("Location") if answer.status in (301, 302, 303, 307, 308) else None
            if onward is None:
                return await _read(answer, address)
            answer.close()
        address = address.join(URL(onward.encode("utf-8", "surrogateescape").decode("utf-8", "replace")))
    return FetchedPage(PageState.ERROR, fault=PageFault.TOO_MANY_REDIRECTS)


async def _read(answer: aiohttp.ClientResponse, address: URL) -> FetchedPage:
    state = state_of(answer.status)
    url = str(address.with_fragment(None))
    if state != PageState.OK or answer.content_type not in PAGES:
        answer.close()
        fault = PageFault.NOT_REACHABLE if state == PageState.ERROR else None
        return FetchedPage(state, answer.status, fault, canonical=canonical_of(url, "") if state == "OK" else "")
    head = read_head(decode(await _body(answer), answer.charset or ""), url)
    return FetchedPage(
        state, answer.status, title=head.title, summary=head.summary, image=head.image, canonical=head.canonical
    )


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    unpacker = Unpacker(answer.headers.get("Content-Encoding", ""))
    async for chunk in answer.content.iter_any():
        unpacker.feed(chunk)
        if unpacker.full:
            break
    answer.close()
    return bytes(unpacker.body)


def state_of(status: int) -> PageState:
    if 200 <= status < 300:
        return PageState.OK
    if status in GONE:
        return PageState.GONE
    return PageState.REFUSED if status in REFUSED else PageState.ERROR


def failed(error: Exception) -> FetchedPage:
    fault = _fault(error)
    if fault == PageFault.UNKNOWN_ERROR:  # one page must not keep the others waiting
        log.error("page_failed", error=type(error).__name__, traceback=describe(error))
    state = PageState.REFUSED if fault == PageFault.NOT_PUBLIC else PageState.ERROR
    return FetchedPage(state, fault=fault)


def _fault(error: Exception) -> PageFault:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, NotPublicError):
        return PageFault.NOT_PUBLIC
    kinds: list[tuple[type[Exception] | tuple[type[Exception], ...], PageFault]] = [
        (TimeoutError, PageFault.TOO_SLOW),
        (aiohttp.ClientConnectorDNSError, PageFault.NAME_NOT_RESOLVED),
        (aiohttp.ClientSSLError, PageFault.HTTPS_ERROR),
        (UnpackingError, PageFault.UNSUPPORTED),
        ((aiohttp.InvalidURL, ValueError), PageFault.INVALID_URL),
        ((aiohttp.ClientError, OSError), PageFault.NOT_REACHABLE),
    ]
    return next((fault for kind, fault in kinds if isinstance(error, kind)), PageFault.UNKNOWN_ERROR)
