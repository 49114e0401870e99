"""A file from an address that a stranger named, fetched without being led anywhere that is not open to everybody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
from yarl import URL

from factcheck.errors import FactlineError
from factcheck.fetching.fetcher import MAX_REDIRECTS, open_connector
from factcheck.version import USER_AGENT

CHUNK = 65_536


class NotDownloadedError(FactlineError):
    """The address is not open to everybody, does not answer, or has no such file."""


class DownloadTooBigError(NotDownloadedError):
    """Raised when more comes than is taken, or it does not end in time."""


def download(url: str, target: Path, *, most: int, seconds: float, allow_loopback: bool = False) -> None:
    """Writes at most `most` bytes within `seconds`, redirects included. Raises NotDownloadedError. `allow_loopback` is
    for tests."""
    with ThreadPoolExecutor(max_workers=1) as alone:  # whoever calls may run a loop already
        alone.submit(lambda: asyncio.run(_download(url, target, most, seconds, allow_loopback))).result()


async def _download(url: str, target: Path, most: int, seconds: float, allow_loopback: bool) -> None:
    connector = open_connector(allow_loopback=allow_loopback, resolver=None)
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": USER_AGENT},
    )
    try:
        async with session, asyncio.timeout(seconds):
            await _follow(session, url, target, most)
    except TimeoutError:
        raise DownloadTooBigError("it takes too long") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotDownloadedError(type(error).__name__) from None


async def _follow(session: aiohttp.ClientSession, url: str, target: Path, most: int) -> None:
    address = URL(url)
    for _ in range(MAX_REDIRECTS + 1):
        if address.scheme not in ("http", "https") or not address.host:
            raise NotDownloadedError("not an address of the web")
        async with session.get(address.with_user(None), allow_redirects=False) as answer:
            onward = answer.headers.get("Location") if answer.status in (301, 302, 303, 307, 308) else None
            if onward is None:
                await _write(answer, target, most)
                return
        address = address.join(URL(onward))
    raise NotDownloadedError("too many redirects")


async def _write(answer: aiohttp.ClientResponse, target: Path, most: int) -> None:
    if answer.status != 200:
        raise NotDownloadedError(str(answer.status))
    written = 0
    with target.open("wb") as file:
        async for chunk in answer.content.iter_chunked(CHUNK):
            written += len(chunk)
            if written > most:
                raise DownloadTooBigError(f"more than {most} bytes")
            file.write(chunk)
