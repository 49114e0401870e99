"""A crowd at the front's door, and who gives way."""

import asyncio

import pytest
from aiohttp import web

from editor_ui.front import cache
from tests.editor_ui.front.harness import PUBLIC, SIGNED, Place, played, status


def test_half_a_body_gives_way_like_half_a_head() -> None:
    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(f"POST /callback HTTP/1.1\r\nHost: x\r\n{SIGNED}Content-Length: 1000\r\n\r\n{{".encode())
        others = [await place.connect() for _ in range(2)]
        assert status(await place.get("/")) == 200
        assert await asyncio.wait_for(reader.read(), 5) == b""
        for _, other in (*others, (reader, writer)):
            other.close()

    played(play, of_network=3)


def test_a_connection_that_line_keeps_is_closed_for_no_stranger() -> None:
    head = f"POST /callback HTTP/1.1\r\nHost: x\r\n{SIGNED}Content-Length: 2\r\n\r\n{{}}".encode()

    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(head)
        assert b" 200 " in await reader.readline()
        await reader.readuntil(b"callback")
        strangers = [await place.connect() for _ in range(5)]
        assert await asyncio.wait_for(strangers[0][0].read(), 5) == b""
        writer.write(head)
        assert b" 200 " in await reader.readline()
        for _, other in (*strangers, (reader, writer)):
            other.close()

    played(play, of_network=3)


def test_only_so_many_wait_for_a_page_in_the_making(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_WAITING", 2)

    async def play(place: Place) -> None:
        place.pages.answer = lambda _: web.Response(text="page", headers=PUBLIC)
        place.pages.open.clear()
        first = [asyncio.ensure_future(place.get("/")) for _ in range(4)]
        done, waiting = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        assert [status(one.result()) for one in done] == [503]
        place.pages.open.set()
        assert [status(answer) for answer in await asyncio.gather(*waiting)] == [200, 200, 200]
        assert len(place.pages.came) == 1

    played(play)
