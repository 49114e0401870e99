"""Each page of the web UI, found by the list of routes, and each that only follows a form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from editor_ui.routes import PAGES
from tests.editor_ui.world import World
from tests.rules.routes import SAMPLES, address_of, routes_of

QUERIES = {
    "search.show": "?q=加油",
    "article.find_reply": "?q=加油",
    "help.first_steps": "?answer=RUMOR",
    "own_replies.show": "?show=unrated&verdict=OPINIONATED",
}
"""What makes a page show more."""


@dataclass(frozen=True)
class Shown:
    """What the pages are about."""

    article_id: str
    waiting: str
    own_reply: str
    evening: str
    draft: str


def populate(world: World) -> Shown:
    article_id = world.article(
        "明天起全台加油站漲價五元，快去加油！\nhttps://example.com/news", asked_by=3, reasons=["沒有來源"]
    )
    world.looked_at("https://example.com/news", "油價明天調整")
    reply_id = world.reply(article_id, "漲幅是零點二元。", by="bob@example.org")
    world.vote(article_id, reply_id, 1, by="cat@example.org", comment="清楚")
    own = world.reply(article_id, "An opinion.", kind="OPINIONATED", by="amy@example.org")
    world.reply(world.article("加油站漲價是真的", asked_by=2), "是真的。", kind="NOT_RUMOR")
    world.make_admin("amy@example.org")
    world.report(article_id, "SPAM")
    for number in range(3):
        world.hold(article_id, "加 LINE 賺大錢 win888", by=f"spam{number}@example.org")
    world.hide(world.reply(article_id, "買好買滿", by="dan@example.org"))
    waiting = world.article("Forward this to 20 friends and read what happens next")
    world.fail_job("send", "LINE says 403")
    world.begin_the_day()
    return Shown(article_id, waiting, own, world.evening(people=1, each=1), world.handed_draft(article_id))


def addresses(app: Flask, client: FlaskClient, shown: Shown) -> dict[str, str]:
    """Endpoint -> address, of all that answer this client with a page."""
    ours = {group.blueprint.name for group in PAGES}
    samples = {
        **SAMPLES,
        "article_id": shown.article_id,
        "reply_id": shown.own_reply,
        "target_id": shown.article_id,
        "evening_id": shown.evening,
        "draft_id": shown.draft,
    }
    found = {}
    for rule, method in routes_of(app):
        if method != "GET" or rule.endpoint.partition(".")[0] not in ours:
            continue
        address = address_of(app, rule, samples) + QUERIES.get(rule.endpoint, "")
        answer = client.get(address, buffered=True)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[rule.endpoint] = address
    return found


def after_forms(page, site: str, shown: Shown) -> Iterator[tuple[str, Callable[[], None]]]:
    """Name of a page and how to come to it, for somebody who is not logged in."""

    def check(message: str) -> None:
        page.goto(f"{site}/check")
        page.fill("#message", message)
        page.click("form.door button")
        page.wait_for_load_state()

    def ask(message: str, email: str) -> None:
        check(message)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.check("#consent")
        page.fill("#ask-email", email)
        page.click("main form button")
        page.wait_for_load_state()

    yield "no page", lambda: page.goto(f"{site}/nothing")
    yield "known message", lambda: check("明天起全台加油站漲價五元，快去加油！\nhttps://example.com/news")
    yield "waiting message", lambda: check("Forward this to 20 friends and read what happens next")
    yield "message that differs", lambda: check("後天起全台加油站漲價八元，快去加油！\nhttps://example.com/news")
    yield "unknown message", lambda: check("The moon will be purple for three nights in June")
    yield "empty message", lambda: check("")
    yield "question with an error", lambda: ask("The moon will be purple for three nights in June", "a@b")
    yield "question sent", lambda: ask("The moon will be purple for three nights in June", "dan@example.org")
