"""The site as a whole: no dead links, no query for every card, no transaction during outside calls."""

from urllib.parse import urlsplit

import pytest
from flask import Config, Flask
from sqlalchemy import Engine, event

from factcheck.models import ReplyType
from factcheck.settings import Settings
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer
from tests.fakes.search import FakeSearch

ELSEWHERE = ("/data/", "/simulator/")
"""Served by other parts."""


def crawl(browser: Browser, start: str) -> set[str]:
    """Every local address that can be reached by links, each of them fetched and checked."""
    waiting, seen = [start], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = browser.client.get(address)
        status = 303 if response.status_code in (302, 303) else 200
        browser._take(response, address, response.status_code if status == 303 else 200)
        for link in browser.root.all("a"):
            href = link.get("href")
            parts = urlsplit(href)
            if href.startswith("/") and not href.startswith(ELSEWHERE) and "lang=" not in parts.query:
                waiting.append(parts.path + ("?" + parts.query if parts.query else ""))
    return seen


def populate(world: World) -> None:
    for number, kind in enumerate(ReplyType):
        article_id = world.article(f"message {number} about petrol", asked_by=number + 1, reasons=["odd"])
        reply_id = world.reply(article_id, f"reply {number}", kind=kind, by="amy@example.org")
        world.vote(article_id, reply_id, 1, by="cat@example.org", comment="good")
    world.article("nobody replied to this")


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_no_link_is_dead(language: str, visitor: Browser, volunteer: Browser, world: World):
    populate(world)
    for browser in (visitor, volunteer):
        seen = crawl(browser, f"/?lang={language}")
        assert any(address.startswith("/article/") for address in seen)
        assert any(address.startswith("/reply/") for address in seen)
    assert "/me" in seen
    assert any(address.endswith("/take-back") for address in seen)


def queries_for(browser: Browser, engine: Engine, address: str) -> int:
    count = 0

    def seen(*_args: object) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", seen)
    try:
        browser.get(address)
    finally:
        event.remove(engine, "before_cursor_execute", seen)
    return count


FILTERED = "/?show=all&language=en&replies=some&mine=not-replied&claimed=no&verdict=RUMOR"
MOST_QUERIES, MOST_OF_A_MESSAGE, MOST_OF_ONES_OWN = 20, 27, 30


@pytest.mark.parametrize(
    "address",
    ["/?show=all", FILTERED, "/search?q=petrol", "/search?q=first&in=replies", "/me", "/?mine=drafted&organisation=x"],
)
def test_lists_need_the_same_queries_for_any_length(address: str, volunteer: Browser, world: World, engine: Engine):
    populate(world)
    few = queries_for(volunteer, engine, address)
    for number in range(4):
        article_id = world.article(f"another {number} about petrol", asked_by=2, reasons=["odd", "odder"])
        world.reply(article_id, f"first {number}", by="amy@example.org")
        world.reply(article_id, f"second {number}", by="dan@example.org")
    most = MOST_OF_ONES_OWN if address == "/me" else MOST_QUERIES
    assert queries_for(volunteer, engine, address) == few <= most


def test_a_message_needs_the_same_queries_for_any_number_of_replies(volunteer: Browser, world: World, engine: Engine):
    article_id = world.article("petrol gets dearer", reasons=["odd"])
    world.reply(world.article("petrol gets much dearer"), "x")
    first = world.reply(article_id, by="p0@example.org")
    world.vote(article_id, first, 1, by="v0@example.org", comment="good")
    queries_for(volunteer, engine, f"/article/{article_id}")  # the first look marks it as read
    few = queries_for(volunteer, engine, f"/article/{article_id}")
    for number in range(1, 9):
        reply_id = world.reply(article_id, f"reply {number}", by=f"p{number}@example.org")
        world.vote(article_id, reply_id, 1, by=f"v{number}@example.org", comment="good")
    assert queries_for(volunteer, engine, f"/article/{article_id}") == few <= MOST_OF_A_MESSAGE
    reply_few = queries_for(volunteer, engine, f"/reply/{first}")
    for number in range(5):
        world.attach(world.article(f"more {number}"), first, f"q{number}@example.org")
    assert queries_for(volunteer, engine, f"/reply/{first}") == reply_few


@pytest.mark.parametrize(
    ("address", "most"), [("/", 11), ("/?show=all&verdict=RUMOR", 12), ("/search?q=petrol", 16), ("/article/{}", 13)]
)
def test_a_stranger_s_page_needs_few_queries(
    address: str, most: int, visitor: Browser, world: World, engine: Engine, search: FakeSearch
):
    populate(world)
    article_id = world.article("petrol gets dearer", asked_by=2, reasons=["odd"])
    reply_id = world.reply(article_id)
    world.vote(article_id, reply_id, 1, by="cat@example.org", comment="good")
    world.find_similar()
    assert queries_for(visitor, engine, address.format(article_id)) <= most


def test_no_transaction_is_open_during_search_and_mail(
    visitor: Browser,
    app: Flask,
    world: World,
    engine: Engine,
    search: FakeSearch,
    mailer: FakeMailer,
    monkeypatch: pytest.MonkeyPatch,
):
    article_id = world.article("petrol gets dearer")
    used: list[int] = []

    def watched(call):
        def inner(*args, **kwargs):
            used.append(engine.pool.checkedout())
            return call(*args, **kwargs)

        return inner

    monkeypatch.setattr(search, "candidates", watched(search.candidates))
    monkeypatch.setattr(mailer, "send", watched(mailer.send))
    visitor.get("/search?q=petrol")
    visitor.get(f"/article/{article_id}")
    visitor.get(f"/article/{article_id}/reuse?q=petrol")
    visitor.log_in("amy@example.org", mailer)
    assert len(used) == 3
    assert set(used) == {0}


def test_pages_are_light(visitor: Browser, world: World):
    for number in range(20):
        world.article("長" * 3000 + str(number), asked_by=2)
    visitor.get("/")
    assert len(visitor.response.data) < 100_000


def test_a_message_with_much_below_it_is_light(visitor: Browser, volunteer: Browser, world: World):
    """With what the page needs beside it: long replies, each rated with words, and thirty reasons. Who is logged in has
    a form at each reply, some 13 kB."""
    article_id = world.article("長" * 3000, asked_by=30, reasons=["這是真的嗎？" * 10] * 30)
    for number in range(10):
        reply_id = world.reply(article_id, f"{number}" + "說明" * 300, by=f"p{number}@example.org")
        world.vote(article_id, reply_id, 1, by="cat@example.org", comment="清楚" * 20)
        if number == 2:
            assert weight(volunteer, f"/article/{article_id}") < 150_000
    assert weight(visitor, f"/article/{article_id}") < 150_000


def weight(browser: Browser, address: str) -> int:
    """Bytes of a page, its stylesheets and scripts, before they are packed."""
    page = browser.get(address)
    size = len(browser.response.data)
    files = [link.get("href") for link in page.all("link", rel="stylesheet")]
    files += [script.get("src") for script in page.all("script") if script.get("src")]
    return size + sum(len(browser.client.get(file, buffered=True).data) for file in files)


def test_no_template_sees_a_secret(app: Flask) -> None:
    """A careless `{{ settings }}` would publish it: templates get the values that they need, one by one."""
    secret = str(app.config["SECRET_KEY"])
    assert len(secret) > 8
    known = dict(app.jinja_env.globals)
    with app.test_request_context():
        for processors in app.template_context_processors.values():
            for processor in processors:
                known |= processor()
        for name, value in known.items():
            assert not isinstance(value, Settings | Config), name
            assert name in ("g", "request", "session") or secret not in repr(value), name
