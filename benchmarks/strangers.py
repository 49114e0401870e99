"""`python -m benchmarks.strangers URL KIND RATE SECONDS FILE`: what strangers do to `web`, in a process of its own.

KIND is `hold` (RATE connections with half a request each), `crawl` (FILE's paths one after the other, from one address)
or `visit` (any of them, each visitor from an address of their own, as a proxy would tell it). FILE has a path a line.
Prints how they were answered, as JSON.
"""

import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

HALF = (
    b"GET / HTTP/1.1\r\nHost: x\r\nX-a: ",
    b"POST /callback HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nX-Line-Signature: " + b"a" * 43 + b"=\r\n\r\n{",
    b"",
)
CRAWLER = "198.51.100.1"
PATIENCE = aiohttp.ClientTimeout(total=20)


async def hold(url: str, count: int, seconds: float) -> dict[str, Any]:
    """Holds connections; whenever one is closed, opens the next."""
    place, until, opened = urlsplit(url), time.perf_counter() + seconds, 0

    async def one(sent: bytes) -> None:
        nonlocal opened
        while (left := until - time.perf_counter()) > 0:
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            opened += 1
            writer.write(sent)
            with suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(reader.read(), left)
            writer.close()

    await asyncio.gather(*(one(HALF[number % len(HALF)]) for number in range(count)))
    return {"connections": opened}


async def ask(url: str, paths: Iterator[str], people: Iterator[str], rate: float, seconds: float) -> dict[str, Any]:
    """Asks at a steady rate, whether or not the answers come."""
    statuses: Counter[str] = Counter()
    took: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=PATIENCE) as session:

        async def one(path: str, address: str) -> None:
            headers = {"X-Forwarded-For": address, "Accept-Language": "zh-TW"}
            begun = time.perf_counter()
            try:
                async with session.get(f"{url}{path}", headers=headers) as answer:
                    await answer.read()
                    statuses[str(answer.status)] += 1
            except (aiohttp.ClientError, TimeoutError) as error:
                statuses[type(error).__name__] += 1
            took.append(time.perf_counter() - begun)

        start, sent = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            sent.append(asyncio.create_task(one(next(paths), next(people))))
        await asyncio.gather(*sent)
    return {"statuses": statuses, "seconds": took}


def visitors() -> Iterator[str]:
    return (f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1" for number in itertools.count(random.randrange(2**31)))


def any_of(paths: Sequence[str]) -> Iterator[str]:
    while True:
        yield random.choice(paths)


def main(url: str, kind: str, rate: str, seconds: str, file: str) -> None:
    paths = Path(file).read_text(encoding="utf-8").split()
    if kind == "hold":
        done = hold(url, int(rate), float(seconds))
    elif kind == "crawl":
        done = ask(url, itertools.cycle(paths), itertools.repeat(CRAWLER), float(rate), float(seconds))
    else:
        done = ask(url, any_of(paths), visitors(), float(rate), float(seconds))
    print(json.dumps(asyncio.run(done)))


if __name__ == "__main__":
    main(*sys.argv[1:])
