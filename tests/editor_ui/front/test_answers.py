"""What comes from behind the front is handed on, whatever its size."""

import asyncio

import pytest
from aiohttp import web

from editor_ui.front import behind, lanes, rates
from editor_ui.front.lanes import Kind, Room
from tests.editor_ui.front.harness import PUBLIC, Place, played, session_cookie, status


def test_what_a_reader_refuses_is_not_sent() -> None:
    def told(came: web.Request) -> web.Response:
        coding, language = came.headers["Accept-Encoding"], came.headers["Accept-Language"]
        return web.Response(text=f"in {coding}, {language}", headers=PUBLIC)

    async def play(place: Place) -> None:
        place.pages.answer = told
        for accepted, coding in (("gzip", "gzip"), ("br, *", "gzip"), ("gzip;q=0", "identity"), ("", "identity")):
            assert f"in {coding}, en" in await place.get("/", f"Accept-Encoding: {accepted}", "Accept-Language: th;q=0")

    played(play)


def test_a_process_behind_that_is_away_is_no_error_of_ours() -> None:
    def gone(came: web.Request) -> web.Response:
        assert came.transport is not None
        came.transport.abort()
        return web.Response()

    async def play(place: Place) -> None:
        place.pages.answer = gone
        assert status(await place.get("/")) == 503

    played(play)


def test_a_file_is_handed_on_in_pieces_and_its_reader_may_go_on_where_it_stopped() -> None:
    content = "0123456789" * 100_000

    def part(came: web.Request) -> web.Response:
        start = int(came.headers["Range"].removeprefix("bytes=").rstrip("-"))
        return web.Response(status=206, text=content[start:], headers={"ETag": '"a"'})

    async def play(place: Place) -> None:
        place.pages.answer = part
        answer = await place.get("/data/20260101T000000Z/articles.csv", "Range: bytes=10-")
        assert status(answer) == 206
        assert answer.partition("\r\n\r\n")[2] == content[10:]

    played(play)


def test_a_body_makes_a_file_no_page() -> None:
    async def play(place: Place) -> None:
        path = "/%64ata/20260101T000000Z/articles.csv"
        asked = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
        place.pages.open.clear()
        reading = [asyncio.ensure_future(place.say(asked)) for _ in range(rates.DOWNLOADS)]
        while len(place.pages.came) < rates.DOWNLOADS:
            await asyncio.sleep(0)
        assert status(await place.say(asked)) == 429
        place.pages.open.set()
        assert [status(answer) for answer in await asyncio.gather(*reading)] == [200] * rates.DOWNLOADS
        assert place.pages.bodies == [b""] * rates.DOWNLOADS

    played(play)


@pytest.mark.parametrize("cookie", ["", session_cookie(_user_id="amy.1")], ids=["anybody", "member"])
def test_an_answer_that_is_too_big_to_be_held_is_handed_on_in_pieces(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind, "MAX_HELD_BYTES", 1000)

    async def play(place: Place) -> None:
        place.pages.answer = lambda _: web.Response(text="x" * 1001)
        answer = await place.get("/list.csv", cookie or "X: y")
        assert status(answer) == 200
        assert answer.partition("\r\n\r\n")[2] == "x" * 1001
        posted = await place.say("POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        assert status(posted) == 503
        monkeypatch.setattr(rates, "DOWNLOADS", 0)
        assert status(await place.get("/list.csv", cookie or "X: y")) == 429

    played(play)


@pytest.mark.parametrize(("target", "header", "expected"), [(b"/?\xff", b"a", 400), (b"/", b"\xff", 200)])
def test_bytes_that_are_no_text(
    target: bytes, header: bytes, expected: int, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A malformed request is no error of ours, and nothing of who sent it is logged."""

    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(b"POST %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: %b\r\n\r\n" % (target, header))
        assert status((await reader.read()).decode().replace("HTTP/1.0", "HTTP/1.1")) == expected
        writer.close()

    played(play)
    assert caplog.records == []
    assert capsys.readouterr().err == ""


def test_an_old_client_that_names_no_host_is_answered() -> None:
    async def play(place: Place) -> None:
        answer = await place.say("GET / HTTP/1.0\r\n\r\n")
        assert answer.startswith("HTTP/1.0 200")
        assert place.pages.came[0].headers["Host"] == "localhost"

    played(play)


def test_a_network_reads_two_files_at_once() -> None:
    async def play(place: Place) -> None:
        place.pages.open.clear()
        path = "/data/20260101T000000Z/articles.csv"
        reading = [asyncio.ensure_future(place.get(path, "X-Forwarded-For: 2001:db8::1")) for _ in range(2)]
        while len(place.pages.came) < 2:
            await asyncio.sleep(0)
        assert status(await place.get(path, "X-Forwarded-For: 2001:db8::2")) == 429
        other = asyncio.ensure_future(place.get(path, "X-Forwarded-For: 2001:db8:0:1::2"))
        while len(place.pages.came) < 3:
            await asyncio.sleep(0)
        place.pages.open.set()
        assert [status(answer) for answer in await asyncio.gather(*reading, other)] == [200] * 3
        assert status(await place.get(path, "X-Forwarded-For: 2001:db8::2")) == 200

    played(play, proxies=1)


def test_a_reader_that_stops_reading_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "READER_SECONDS", 0.05)
    monkeypatch.setitem(lanes.ROOMS, Kind.DOWNLOAD, Room(at_once=1, waiting=0, patience=0))
    path = "/data/20260101T000000Z/articles.csv"

    async def play(place: Place) -> None:
        place.pages.answer = lambda _: web.Response(body=b"x" * 50_000_000)
        _, stuck = await place.connect()
        stuck.transport.pause_reading()
        stuck.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not place.pages.came:
            await asyncio.sleep(0)
        place.pages.answer = lambda _: web.Response()
        while status(await place.get(path)) == 503:
            pass
        stuck.close()

    played(play)
