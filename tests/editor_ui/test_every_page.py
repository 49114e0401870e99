"""What holds for each page that the routes have: how much it asks of the database and of a phone's line, that it is in
its reader's language, and that an old reply is said to be old."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.every_page import Shown, addresses, populate
from tests.editor_ui.page import Node
from tests.editor_ui.world import World

AMY = "amy@example.org"
MOST_STATEMENTS = 45


@pytest.fixture
def shown(world: World) -> Shown:
    return populate(world)


def readers(app: Flask, world: World) -> Iterator[tuple[str, Browser]]:
    yield "", Browser(app)
    yield ", logged in", logged_in(app, world, AMY)


def pages(browser: Browser, app: Flask, shown: Shown, tag: str = "en") -> Iterator[tuple[str, Node]]:
    found = addresses(app, browser.client, shown)
    browser.get(f"/language/{tag}", status=303)  # after every address was asked for, those that change it too
    for name, address in found.items():
        yield name, browser.get(address)


def statements(app: Flask, world: World, shown: Shown, engine: Engine) -> dict[str, int]:
    """Counts for each page what it asks of the database when it is opened again."""
    counts: dict[str, int] = {}
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    for who, browser in readers(app, world):
        for name, address in addresses(app, browser.client, shown).items():
            seen.clear()
            browser.get(address)
            counts[name + who] = len(seen)
    return counts


def test_no_page_asks_more_of_the_database_when_there_is_more(
    app: Flask, world: World, shown: Shown, engine: Engine
) -> None:
    few = statements(app, world, shown, engine)
    for number in range(8):
        article_id = world.article(f"another {number} about petrol 加油", asked_by=2, reasons=["odd", "odder"])
        world.reply(article_id, f"first {number} 加油", by=AMY)
        reply_id = world.reply(article_id, f"second {number}", by="dan@example.org")
        world.vote(article_id, reply_id, 1, by=AMY, comment="good")
        world.report(article_id, "SPAM")
        world.hold(shown.article_id, f"加 LINE 賺大錢 win{number}", by=f"more{number}@example.org")
        world.handed_draft(world.article(f"message {number} of a draft"))
    many = statements(app, world, shown, engine)
    assert {name: count for name, count in many.items() if count > MOST_STATEMENTS} == {}
    assert {name: (few[name], count) for name, count in many.items() if count > few.get(name, count)} == {}


LATIN = re.compile(r"[A-Za-z]{3,}(?:[ ,'’-]+[A-Za-z]{2,})+")
"""Two words of English after each other."""
NAMES = re.compile(r"CC BY-SA|JSON Feed|Web Content Accessibility Guidelines|Argentina/Buenos Aires|Firefox, Linux")


def words_of_the_page(node: Node, lang: str, inside: str = "") -> Iterator[str]:
    """Texts that are in the page's own language, but code, names and what people typed."""
    inside = node.get("lang") or inside
    if inside != lang or node.tag in ("code", "pre", "kbd", "bdi", "textarea", "script", "svg"):
        return
    for name in ("aria-label", "title", "placeholder", "alt"):
        yield node.get(name)
    for child in node.children:
        if isinstance(child, Node):
            yield from words_of_the_page(child, lang, inside)
        else:
            yield child


@pytest.mark.parametrize(("tag", "email"), [("zh-Hant", AMY), ("ja", AMY), ("th", AMY), ("th", "")])
def test_every_page_is_in_the_language_of_its_reader(
    tag: str, email: str, app: Flask, world: World, shown: Shown
) -> None:
    browser = logged_in(app, world, email) if email else Browser(app)
    found: dict[str, list[str]] = {}
    for name, page in pages(browser, app, shown, tag):
        html = page.one("html")
        assert html.get("lang") == tag, name
        texts = [NAMES.sub("", text) for text in words_of_the_page(html, tag, tag)]
        if foreign := [" ".join(text.split()) for text in texts if LATIN.search(text)]:
            found[name] = foreign
    assert found == {}


NAMED_ONLY = {
    "inbox.show": "a notice names the reply that it is about and leads to it",
    "help.ratings": "an example of a decision",
    "replies.ask_take_back": "whoever wrote it takes it away",
    "review.show": "judged by what it says and not by when",
    "review.look": "judged by what it says and not by when",
    "writing.edit": "one's own text, in a form",
}
"""Pages on which somebody's words stand for another reason than to be believed or used."""


def test_an_old_reply_is_said_to_be_old_on_each_page(
    app: Flask, world: World, shown: Shown, clock: MovableClock
) -> None:
    clock.advance(days=800)
    missing, found = [], set()
    for who, browser in readers(app, world):
        for name, page in pages(browser, app, shown):
            main = page.one("main").text
            if name not in NAMED_ONLY and any(words in main for words in ("漲幅是零點二元", "An opinion.", "是真的。")):
                found.add(name)
                if "Written more than 2 years ago" not in main:
                    missing.append(name + who)
    assert missing == []
    assert {"article.show", "article.show_reply", "article.find_reply", "own_replies.show", "account.show"} <= found
