"""Pages that are the same for everybody are made once in a while; nothing else is ever shared."""

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web

from editor_ui.front import cache, lanes
from editor_ui.front.cache import LIFE_SECONDS, OLD_SECONDS, Answer, Cache
from editor_ui.front.lanes import Kind, Room
from tests.editor_ui.front.harness import PUBLIC as SHARED
from tests.editor_ui.front.harness import Place, played, session_cookie, status
from tests.loops import in_a_loop

PUBLIC = (("Cache-Control", "public, max-age=60"),)
MAY_BE_OLD = (("Cache-Control", "public, max-age=60, stale-while-revalidate=60"),)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_hidden_is_not_shown_for_longer_than_its_moment() -> None:
    async def play() -> None:
        clock = Clock()
        kept = Cache(clock)

        async def make_slowly() -> Answer:
            clock.now += 1.5  # what is hidden meanwhile may still be in it
            return Answer(200, PUBLIC, b"page")

        await kept.make("a", make_slowly)
        clock.now += LIFE_SECONDS - 1.5
        assert kept.get("a") is not None
        clock.now += 0.1
        assert kept.get("a") is None

    in_a_loop(play())


def test_the_cache_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 25)

    async def play() -> None:
        clock = Clock()
        kept = Cache(clock)

        async def make() -> Answer:
            return Answer(200, MAY_BE_OLD, b"0123456789")

        for key in "abbcb":
            await kept.make(key, make)
        assert [kept.get(key) is not None for key in "abc"] == [False, True, True]
        clock.now += OLD_SECONDS + 1
        await kept.make("d", make)
        assert [kept.get_old(key) is not None for key in "bcd"] == [False, False, True]

    in_a_loop(play())


def test_a_page_that_took_longer_than_it_would_be_kept_is_not_kept() -> None:
    async def play() -> None:
        clock = Clock()
        kept = Cache(clock)

        async def make_slowly() -> Answer:
            clock.now += OLD_SECONDS + 1
            return Answer(200, MAY_BE_OLD, b"page")

        assert (await kept.make("a", make_slowly)).status == 200
        assert kept.get_old("a") is None

    in_a_loop(play())


def test_an_old_page_is_one_that_may_be_old_and_is_still_there() -> None:
    async def play() -> None:
        clock = Clock()
        kept = Cache(clock)

        async def made(status: int, headers: tuple[tuple[str, str], ...]) -> Answer:
            return Answer(status, headers, b"page")

        await kept.make("a", lambda: made(200, MAY_BE_OLD))
        await kept.make("b", lambda: made(200, PUBLIC))
        await kept.make("hidden", lambda: made(200, MAY_BE_OLD))
        clock.now += OLD_SECONDS
        assert [kept.get_old(key) is not None for key in ("a", "b", "hidden")] == [True, False, True]
        await kept.make("hidden", lambda: made(410, MAY_BE_OLD))
        assert kept.get_old("hidden") is None
        clock.now += 0.1
        assert kept.get_old("a") is None

    in_a_loop(play())


def test_an_old_page_serves_while_there_is_no_room_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(lanes.ROOMS, Kind.PAGE, Room(at_once=1, waiting=0, patience=60))

    async def play(place: Place) -> None:
        place.pages.answer = lambda came: web.Response(text=came.path, headers=dict(MAY_BE_OLD))
        assert (await place.get("/known")).endswith("/known")
        place.pages_age()
        assert (await place.get("/known")).endswith("/known")
        assert len(place.pages.came) == 2, "it is made anew as long as there is room"
        place.pages.open.clear()
        in_hand = asyncio.ensure_future(place.get("/slow"))
        while len(place.pages.came) < 3:
            await asyncio.sleep(0)
        assert (await place.get("/known")).endswith("/known")
        assert status(await place.get("/new")) == 503
        place.pages.open.set()
        assert status(await in_hand) == 200

    played(play)


def broken_off(came: web.Request) -> web.Response:
    assert came.transport is not None
    came.transport.close()
    return web.Response()


@pytest.mark.parametrize("trouble", [broken_off, lambda _: web.Response(status=503)], ids=["gone", "no database"])
def test_an_old_page_serves_while_those_who_make_pages_cannot(trouble: Callable[[web.Request], web.Response]) -> None:
    async def play(place: Place) -> None:
        place.pages.answer = lambda came: web.Response(text=came.path, headers=dict(MAY_BE_OLD))
        await place.get("/known")
        place.pages_age()
        place.pages.answer = trouble
        for _ in range(2):
            assert (await place.get("/known")).endswith("/known")
        assert status(await place.get("/new")) == 503

    played(play)


@pytest.mark.parametrize(
    ("answer", "is_shared"),
    [
        (Answer(200, PUBLIC, b""), True),
        (Answer(200, (("cache-control", "private, no-cache"),), b""), False),
        (Answer(200, (), b""), False),
        (Answer(404, PUBLIC, b""), False),
        (Answer(200, (*PUBLIC, ("Set-Cookie", "a=b")), b""), False),
        (Answer(200, PUBLIC, b"x" * (cache.MAX_PAGE_BYTES + 1)), False),
    ],
)
def test_what_is_kept(answer: Answer, is_shared: bool) -> None:
    assert answer.is_shared == is_shared


def page(came: web.Request) -> web.Response:
    body = f"{came.path_qs} in {came.headers.get('Accept-Language')}, {came.headers.get('Cookie')}"
    return web.Response(text=body, headers={**SHARED, "ETag": '"a"'})


def test_a_crowd_asks_for_a_page_once() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        place.pages.open.clear()
        crowd = [asyncio.ensure_future(place.get("/")) for _ in range(50)]
        while not place.pages.came:
            await asyncio.sleep(0)
        place.pages.open.set()
        answers = await asyncio.gather(*crowd)
        assert [status(answer) for answer in answers] == [200] * 50
        assert status(await place.get("/")) == 200
        assert len(place.pages.came) == 1

    played(play)


def test_visitors_share_a_page_by_address_and_language() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        zh = ("Accept-Language: zh-TW,zh;q=0.9", "Accept-Language: zh-Hant", "Cookie: lang=zh-Hant; other=1")
        bodies = [(await place.get("/", *([line] if line else []))).partition("\r\n\r\n")[2] for line in (*zh, "")]
        assert bodies == [*["/ in zh-Hant, None"] * 3, "/ in en, None"]
        assert len(place.pages.came) == 2
        await place.get("/?page=2")
        assert len(place.pages.came) == 3

    played(play)


def test_whoever_has_a_session_gets_their_own_page() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        await place.get("/")
        cookies = [session_cookie(name=name) for name in ("amy", "bob", "amy")]
        answers = [await place.get("/", cookie) for cookie in cookies]
        assert all(answer.endswith(cookie.partition(" ")[2]) for answer, cookie in zip(answers, cookies, strict=True))
        assert len(place.pages.came) == 4

    played(play)


def test_style_and_scripts_are_shared_by_all() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        for name in ("amy", "bob"):
            assert (await place.get("/static/style.css", session_cookie(_user_id=f"{name}.1"))).endswith(", None")
        assert len(place.pages.came) == 1

    played(play)


FORGED = ["", "x", session_cookie(_user_id="amy.1").partition("=")[2] + "x"]


@pytest.mark.parametrize("forged", FORGED, ids=["empty", "short", "almost"])
def test_an_invented_session_leads_past_no_limit(forged: str) -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        await place.get("/")
        assert (await place.get("/", f"Cookie: factline={forged}")).endswith(", None")
        assert len(place.pages.came) == 1

    played(play)


def test_an_answer_for_one_is_given_to_nobody_else() -> None:
    """Two strangers ask for the log-in at once: each gets a token of their own."""
    tokens = iter("abcdef")

    def login(_came: web.Request) -> web.Response:
        return web.Response(text="form", headers={"Set-Cookie": f"factline={next(tokens)}"})

    async def play(place: Place) -> None:
        place.pages.answer = login
        place.pages.open.clear()
        both = [asyncio.ensure_future(place.get("/login")) for _ in range(2)]
        while not place.pages.came:
            await asyncio.sleep(0)
        place.pages.open.set()
        answers = await asyncio.gather(*both)
        assert len({answer.partition("factline=")[2][0] for answer in answers}) == 2

    played(play)


def test_a_browser_that_has_the_page_gets_no_copy() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        for known in ('"a"', 'W/"a"', '"b", "a"'):
            answer = await place.get("/", f"If-None-Match: {known}")
            assert status(answer) == 304
            assert answer.endswith("\r\n\r\n")
        assert status(await place.get("/", 'If-None-Match: "b"')) == 200
        assert len(place.pages.came) == 1

    played(play)


def test_head_is_get_without_the_page() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = page
        answer = await place.say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert status(answer) == 200
        assert answer.endswith("\r\n\r\n")
        assert (await place.get("/")).endswith("None")
        assert len(place.pages.came) == 1

    played(play)
