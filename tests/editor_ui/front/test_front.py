"""The front over real sockets, with stubs behind it."""

import asyncio
import gzip
from contextlib import suppress
from dataclasses import replace

import pytest
from aiohttp import web
from limits import RateLimitItemPerMinute

from editor_ui.front import lanes, rates, request, visitor
from editor_ui.front.lanes import Kind, Room, kind_of
from factcheck.limits import MAX_WEBHOOK_BYTES
from tests.editor_ui.front.harness import PUBLIC, SIGNED, Place, played, session_cookie, status

SECONDS = 0.05


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/callback", Kind.WEBHOOK),
        ("/callback/", Kind.PAGE),
        ("/%63allback", Kind.WEBHOOK),
        ("/healthz", Kind.HEALTH),
        ("/readyz", Kind.WATCH),
        ("/metrics", Kind.WATCH),
        ("/data/", Kind.PAGE),
        ("/data/20260101T000000Z/articles.csv", Kind.DOWNLOAD),
        ("/%64ata/20260101T000000Z/articles.csv", Kind.DOWNLOAD),
        ("/data%2F20260101T000000Z%2Farticles.csv", Kind.DOWNLOAD),
        ("/simulator/line/v2", Kind.PAGE),
        ("/graphql", Kind.API),
        ("/api/v1/articles", Kind.API),
        ("/apis", Kind.PAGE),
        ("/", Kind.PAGE),
    ],
)
def test_kinds_of_requests(path: str, kind: Kind) -> None:
    assert kind_of(path, trial=False) == kind


def test_the_simulated_line_has_room_of_its_own_in_a_trial() -> None:
    assert kind_of("/simulator/line/v2", trial=True) == Kind.TRIAL


def test_whoever_is_too_slow_is_told_so_and_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "HEAD_SECONDS", SECONDS)
    monkeypatch.setattr(visitor, "LINGER_SECONDS", SECONDS)
    monkeypatch.setattr(request, "FORMS", replace(request.FORMS, read_seconds=SECONDS))

    async def play(place: Place) -> None:
        half_head = await place.say("GET / HTTP/1.1\r\nHost: x\r\n")
        half_body = await place.say("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx")
        assert (status(half_head), status(half_body)) == (408, 408)
        assert place.pages.came == []

    played(play)


def test_dripping_does_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "HEAD_SECONDS", 5 * SECONDS)

    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        answer = asyncio.ensure_future(reader.read())
        writer.write(b"GET / HTTP/1.1\r\nX-A: ")
        while not answer.done():
            writer.write(b"a")
            await asyncio.wait({answer}, timeout=SECONDS / 5)
        with suppress(ConnectionResetError):  # what was dripped last crossed the answer
            assert status(answer.result().decode()) == 408
        assert place.pages.came == []
        writer.close()

    played(play)


def test_a_further_request_of_a_connection_has_a_deadline_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"page /first")
        monkeypatch.setattr(visitor, "HEAD_SECONDS", SECONDS)
        writer.write(b"GET /second HTTP/1.1\r\nHo")
        assert status((await reader.read()).decode()) == 408
        writer.close()

    played(play)


def test_an_idle_connection_is_kept_for_a_while_and_closed_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "HEAD_SECONDS", 5 * SECONDS)  # for the first request, too
    monkeypatch.setattr(visitor, "IDLE_SECONDS", 6 * SECONDS)

    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"page /first")
        assert await reader.read() == b""
        writer.close()

    played(play)


def test_a_network_that_holds_connections_loses_the_oldest() -> None:
    async def play(place: Place) -> None:
        held = [await place.connect() for _ in range(4)]
        assert await held[0][0].read() == b""
        assert status(await place.get("/")) == 200
        for _, writer in held:
            writer.close()

    played(play, of_network=3)


def test_the_webhook_has_room_while_pages_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(lanes.ROOMS, Kind.PAGE, Room(at_once=2, waiting=1, patience=60))

    async def play(place: Place) -> None:
        place.pages.open.clear()
        in_hand = [asyncio.ensure_future(place.get(f"/{number}")) for number in range(3)]
        while len(place.pages.came) < 2:
            await asyncio.sleep(0)
        refused = await place.get("/one-too-many")
        assert status(refused) == 503
        assert "Retry-After: " in refused
        posted = await place.say(
            f"POST /callback HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{SIGNED}Content-Length: 2\r\n\r\n{{}}"
        )
        assert status(posted) == 200
        assert place.webhook.bodies == [b"{}"]
        assert status(await place.get("/healthz")) == 503, "the stub hangs"
        place.pages.open.set()
        assert [status(answer) for answer in await asyncio.gather(*in_hand)] == [200, 200, 200]

    monkeypatch.setitem(lanes.ROOMS, Kind.HEALTH, Room(at_once=0, waiting=0, patience=0))
    played(play)


async def posted(place: Place, signature: str, forwarded: str) -> int:
    head = f"POST /callback HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {forwarded}\r\n{signature}"
    return status(await place.say(f"{head}Content-Length: 2\r\n\r\n{{}}"))


def test_whoever_forges_signatures_is_no_longer_listened_to() -> None:
    async def play(place: Place) -> None:
        assert await posted(place, "", "203.0.113.1") == 401
        assert await posted(place, "x-line-signature: short\r\n", "203.0.113.1") == 401
        assert place.webhook.came == [], "what is no signature is not looked at"
        place.webhook.answer = lambda _: web.Response(status=401)
        tries = [await posted(place, SIGNED, "203.0.113.1") for _ in range(rates.BAD_SIGNATURES.amount)]
        assert set(tries) == {401, 429}
        assert await posted(place, SIGNED, "203.0.113.1") == 429
        place.webhook.answer = lambda _: web.Response()
        assert await posted(place, SIGNED, "203.0.113.2") == 200
        assert await posted(place, SIGNED, "203.0.113.1, 203.0.113.3") == 200, "the proxy's word counts"

    played(play, proxies=1)


def test_pages_of_one_network_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PAGES", RateLimitItemPerMinute(3, namespace="few"))

    async def play(place: Place) -> None:
        async def seen(host: int) -> int:
            return status(await place.get("/", f"X-Forwarded-For: 2001:db8::{host:x}"))

        assert [await seen(number) for number in range(5)] == [200, 200, 200, 429, 429]
        assert status(await place.get("/", "X-Forwarded-For: 2001:db8:0:1::1")) == 200
        assert status(await place.get("/healthz", "X-Forwarded-For: 2001:db8::1")) == 200

    played(play, proxies=1)


def test_programs_have_room_and_rates_of_their_own_and_are_told_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "API", RateLimitItemPerMinute(2, namespace="few programs"))
    monkeypatch.setitem(lanes.ROOMS, Kind.PAGE, Room(at_once=0, waiting=0, patience=0))

    async def play(place: Place) -> None:
        answers = [await place.get(f"/api/v1/articles?limit={number}") for number in range(3)]
        assert [status(answer) for answer in answers] == [200, 200, 429]
        assert "application/problem+json" in answers[2]
        assert '"errors": [{"message"' in answers[2]
        assert status(await place.get("/api/v1/articles", "X-App-Secret: s")) == 200

    played(play)


def test_an_answer_to_programs_is_shared_unless_it_is_for_an_app() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = lambda _request: web.Response(text="{}", headers=PUBLIC)
        for headers in ((), (session_cookie(_user_id="amy.1"),), ()):
            assert status(await place.get("/api/v1/topics", *headers)) == 200
        assert len(place.pages.came) == 1
        assert status(await place.get("/api/v1/topics", "X-App-Secret: s")) == 200
        assert len(place.pages.came) == 2

    played(play)


def test_volunteers_have_room_and_rates_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PAGES", RateLimitItemPerMinute(2, namespace="few"))
    monkeypatch.setitem(lanes.ROOMS, Kind.PAGE, Room(at_once=0, waiting=0, patience=0))

    async def play(place: Place) -> None:
        async def seen(name: str) -> int:
            return status(await place.get("/", session_cookie(_user_id=f"{name}.1")))

        assert status(await place.get("/")) == 503
        assert [await seen("amy") for _ in range(3)] == [200, 200, 429]
        assert await seen("bob") == 200

    played(play)


def test_what_is_passed_on_of_a_request() -> None:
    async def play(place: Place) -> None:
        await place.get(
            "/a%2Fb?c=%20d",
            session_cookie(name="x"),
            "X-Forwarded-For: 198.51.100.1",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: evil.example",
            "SCRIPT_NAME: /evil",
            "X-Asked: yes",
        )
        [came] = place.pages.came
        assert came.raw_path == "/a%2Fb?c=%20d"
        named = {name.lower(): value for name, value in came.headers.items()}
        assert named.pop("connection") == "close"
        assert named.pop("cookie").startswith("factline=")
        assert named == {"host": "x", "x-asked": "yes", "x-forwarded-for": "127.0.0.1"}

    played(play)


def test_a_body_goes_on_as_it_came() -> None:
    zipped = gzip.compress(b"{}")

    async def play(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(b"POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\n")
        writer.write(b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(zipped), zipped))
        assert status((await reader.read()).decode()) == 200
        assert place.pages.bodies == [zipped]
        writer.close()

    played(play)


@pytest.mark.parametrize(
    ("head", "refused"),
    [
        ("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        ("POST /callback HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("NONSENSE\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x" * 9000 + "\r\n\r\n", 400),
    ],
)
def test_what_is_refused_before_it_is_passed_on(head: str, refused: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "LINGER_SECONDS", SECONDS)

    async def play(place: Place) -> None:
        answer = await place.say(head)
        assert int(answer.split()[1]) == refused
        assert place.pages.came == place.webhook.came == []

    played(play)


def test_big_bodies_wait_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "FORMS", replace(request.FORMS, at_once=0, wait_seconds=SECONDS))
    monkeypatch.setattr(visitor, "LINGER_SECONDS", SECONDS)

    async def play(place: Place) -> None:
        small, big = "x" * request.SMALL_BODY_BYTES, "x" * (request.SMALL_BODY_BYTES + 1)
        for body, expected in ((small, 200), (big, 503)):
            head = f"POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            assert status(await place.say(head + body)) == expected

    played(play)


def test_a_huge_webhook_is_refused_before_it_is_read() -> None:
    async def play(place: Place) -> None:
        head = f"POST /callback HTTP/1.1\r\nHost: x\r\n{SIGNED}Content-Length: {MAX_WEBHOOK_BYTES + 2}\r\n\r\n"
        assert status(await place.say(head)) == 413

    played(play)


def test_who_looks_at_how_the_service_is_has_a_limit_and_takes_no_room_of_the_load_balancer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "WATCHING", RateLimitItemPerMinute(2, namespace="few looks"))
    monkeypatch.setitem(lanes.ROOMS, Kind.WATCH, Room(at_once=1, waiting=0, patience=0))

    async def play(place: Place) -> None:
        place.pages.answer = lambda came: web.Response(status=200 if came.path == "/healthz" else 503)
        seen = [status(await place.get(path)) for path in ("/readyz", "/metrics", "/readyz", "/metrics")]
        assert seen == [503, 503, 429, 429]
        assert len(place.pages.came) == 2
        crowd = await asyncio.gather(*(place.get("/healthz") for _ in range(60)))
        assert {status(answer) for answer in crowd} == {200}

    played(play)
