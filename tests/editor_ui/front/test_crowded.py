"""A crowd at the front's door, and who gives way."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web

from editor_ui.front import cache, request
from tests.editor_ui.front.harness import PUBLIC, SIGNED, Place, played, status

SECONDS = 0.05


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


def test_big_bodies_of_one_network_leave_room_for_others_and_for_the_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "FORMS", replace(request.FORMS, wait_seconds=SECONDS))
    big = "x" * (request.SMALL_BODY_BYTES + 1)

    async def play(place: Place) -> None:
        async def sent(path: str, host: int) -> int:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.{host}\r\n"
            return status(await place.say(f"{head}{SIGNED}Content-Length: {len(big)}\r\n\r\n{big}"))

        place.pages.open.clear()
        held = [asyncio.ensure_future(sent("/form", 1)) for _ in range(request.FORMS.of_network)]
        while len(place.pages.came) < request.FORMS.of_network:
            await asyncio.sleep(0)
        assert await sent("/form", 1) == 503
        other = asyncio.ensure_future(sent("/form", 2))
        while len(place.pages.came) <= request.FORMS.of_network:
            await asyncio.sleep(0)
        assert await sent("/callback", 1) == 200
        place.pages.open.set()
        assert set(await asyncio.gather(*held, other)) == {200}
        assert await sent("/form", 1) == 200

    played(play, proxies=1)


def test_a_class_that_sends_pictures_from_one_address_waits_its_turn() -> None:
    big = "x" * (request.SMALL_BODY_BYTES + 1)
    head = f"POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(big)}\r\n\r\n"

    async def play(place: Place) -> None:
        place.pages.open.clear()
        sent = [asyncio.ensure_future(place.say(head + big)) for _ in range(3 * request.FORMS.of_network)]
        while len(place.pages.came) < request.FORMS.of_network:
            await asyncio.sleep(0)
        await asyncio.sleep(SECONDS)
        assert len(place.pages.came) == request.FORMS.of_network
        place.pages.open.set()
        assert {status(answer) for answer in await asyncio.gather(*sent)} == {200}

    played(play)
