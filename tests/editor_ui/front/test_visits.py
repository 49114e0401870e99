"""Who opens a page is counted, whether it is made or comes from the cache."""

import asyncio

import pytest
from aiohttp import web

from editor_ui.front import visits
from editor_ui.front.visits import Visits, document_of
from factcheck.models import Channel, DocType
from factcheck.services.visits import Visit
from tests.editor_ui.front.harness import PUBLIC, Place, played, session_cookie
from tests.loops import in_a_loop

BROWSER = "User-Agent: Mozilla/5.0 (Android 14) Firefox/140.0"
OTHER = "User-Agent: Mozilla/5.0 (iPhone) Line/13.0"


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/article/abc123", (DocType.ARTICLE, "abc123")),
        ("/reply/AVq-Sz6", (DocType.REPLY, "AVq-Sz6")),
        ("/article/7853%E7%A4%BE%E5%8D%80", (DocType.ARTICLE, "7853社區")),
        ("/article/abc/reuse", None),
        ("/article/", None),
        ("/article/a%2Fb", None),
        ("/article/%FF", None),
        ("/", None),
    ],
)
def test_paths_of_documents(path: str, document: object) -> None:
    assert document_of(path) == document


def test_readers_are_counted_also_where_the_cache_answers() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = lambda _request: web.Response(text="page", headers=PUBLIC)
        for browser in (BROWSER, BROWSER, OTHER):
            await place.get("/article/abc?lang=ja", browser)
        await place.get("/reply/r1", BROWSER, session_cookie(_user_id="u"))
        await place.get("/search?q=moon", BROWSER)
        assert len(place.pages.came) < 5, "the cache has answered"
        await place.visits.flush()
        found = {(one.doc_type, one.doc_id, one.visitor[-12:]): one.count for one in place.stored}
        assert found == {
            (DocType.ARTICLE, "abc", BROWSER[-12:]): 2,
            (DocType.ARTICLE, "abc", OTHER[-12:]): 1,
            (DocType.REPLY, "r1", BROWSER[-12:]): 1,
        }
        assert {one.channel for one in place.stored} == {Channel.WEB}

    played(play)


def test_what_is_no_reader_is_not_counted() -> None:
    async def play(place: Place) -> None:
        place.pages.answer = lambda request: web.Response(
            text="page", status=410 if "gone" in request.path else 200, headers=PUBLIC
        )
        await place.get("/article/abc")
        await place.get("/article/abc", "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)")
        await place.get("/article/abc", "User-Agent: curl/8.0")
        await place.get("/article/abc", BROWSER, "Sec-Purpose: prefetch;prerender")
        await place.get("/article/gone", BROWSER)
        await place.say(f"HEAD /article/abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{BROWSER}\r\n\r\n")
        await place.visits.flush()
        assert place.stored == []

    played(play)


def test_what_cannot_be_stored_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "FLUSH_SECONDS", 0.01)
    stored: list[Visit] = []
    failures = iter([True, False])

    def store(some: object) -> None:
        if next(failures, False):
            raise OSError("the database is away")
        stored.extend(some)  # type: ignore[arg-type]

    async def play() -> None:
        counting = Visits(store)
        counting.note("GET", "/article/a", 200, address="198.51.100.7", browser="Firefox")
        task = asyncio.create_task(counting.keep_storing())
        while not stored:
            await asyncio.sleep(0.01)
        counting.note("GET", "/article/b", 304, address="198.51.100.7", browser="Firefox")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [one.doc_id for one in stored] == ["a", "b"]

    in_a_loop(play())


def test_a_crowd_is_counted_and_no_more_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_WAITING", 2)
    stored: list[Visit] = []

    async def play() -> None:
        counting = Visits(stored.extend)
        for number in range(5):
            counting.note("GET", "/article/a", 200, address=f"198.51.100.{number}", browser="Firefox")
        await counting.flush()

    in_a_loop(play())
    assert sorted((one.visitor, one.count) for one in stored) == [
        ("", 3),
        ("198.51.100.0 Firefox", 1),
        ("198.51.100.1 Firefox", 1),
    ]
