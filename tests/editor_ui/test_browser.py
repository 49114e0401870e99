"""In a real Chromium: accessibility by axe, and what the script adds."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from factcheck.settings import Settings
from tests.chromium import needs_chromium
from tests.editor_ui.world import World

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""The one rule whose outcome depends on the theme, and the slowest."""
ALL_BUT_CONTRAST = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = [
    *needs_chromium,
    # Chromium breaks off what it no longer needs, and werkzeug's test server then leaves the file to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


@pytest.fixture
def site(build: Callable[[Settings], Flask], settings: Settings) -> Iterator[str]:
    """Address of the running app, a trial, so that its log-in link is on the page."""
    server = make_server("127.0.0.1", 0, Flask("placeholder"), threaded=True)
    address = f"http://127.0.0.1:{server.port}"
    server.app = build(settings.model_copy(update={"trial": True, "base_url": address}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def log_in(page, site: str) -> None:
    page.goto(f"{site}/login")
    page.fill("#email", "amy@example.org")
    page.click("main button")
    page.click("main .content a")
    page.click("main button")


def violations(page, rules: dict[str, object]) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=rules).response["violations"]
    return [f"{v['id']}: {[node['html'] for node in v['nodes'][:3]]}" for v in found]


def populate(world: World) -> tuple[str, str, str]:
    """(an article with replies, one without, a reply of amy)"""
    article_id = world.article(
        "明天起全台加油站漲價五元，快去加油！\nhttps://example.com/news", asked_by=3, reasons=["沒有來源"]
    )
    reply_id = world.reply(article_id, "漲幅是零點二元。", by="bob@example.org")
    world.vote(article_id, reply_id, 1, by="cat@example.org", comment="清楚")
    own = world.reply(article_id, "An opinion.", kind="OPINIONATED", by="amy@example.org")
    world.reply(world.article("加油站漲價是真的", asked_by=2), "是真的。", kind="NOT_RUMOR")
    waiting = world.article("Forward this to 20 friends")
    return article_id, waiting, own


@pytest.mark.parametrize(
    ("viewport", "scheme", "language", "rules"),
    [
        pytest.param(PHONE, "light", "zh-Hant", RULES, id="phone, light, zh-Hant"),
        pytest.param(DESK, "dark", "zh-Hant", CONTRAST, id="desk, dark, zh-Hant"),
        pytest.param(DESK, "light", "en", ALL_BUT_CONTRAST, id="desk, light, en"),
    ],
)
def test_accessibility(viewport, scheme: str, language: str, rules, chromium, site: str, world: World):
    article_id, _, own = populate(world)
    context = chromium.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/?lang={language}")
    anonymous = ["/", f"/article/{article_id}", "/login", "/about", "/search?q=加油", "/nothing", "/today"]
    private = [
        "/?show=answered&language=zh-Hant&replies=some",
        f"/article/{article_id}?list=show%3Dall&n=1",
        "/today",
        "/search?q=加油",
        f"/article/{article_id}",
        f"/article/{article_id}/reuse?q=加油",
        f"/article/{article_id}/replies/{own}/take-back",
        f"/reply/{own}",
        "/me",
    ]
    problems = {}
    for logged_in, addresses in ((False, anonymous), (True, private)):
        if logged_in:
            log_in(page, site)
        for address in addresses:
            page.goto(site + address)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            problems[address] = violations(page, rules)
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.goto(f"{site}/article/{article_id}")
    page.click("#write button")
    problems["form with errors"] = violations(page, rules)
    context.close()
    assert {where: what for where, what in problems.items() if what} == {}


def test_pages_fit_a_small_screen_with_large_text(chromium, site: str, world: World):
    article_id, _, _ = populate(world)
    long_word = world.article("x" * 500)
    context = chromium.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site}/me")
    page.fill("#name", "A pseudonym of nearly forty characters")
    page.click("#settings-heading + form button")
    for address in ("/", f"/article/{article_id}", f"/article/{long_word}", "/about", "/me"):
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    context.close()


def test_the_script_counts_and_warns(chromium, site: str, world: World):
    _, waiting, _ = populate(world)
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, site)
    page.goto(f"{site}/article/{waiting}")
    page.fill("#text", "👍 好")
    assert page.inner_text("#text + .counter") == "3 / 5,000"
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.click("header .brand", no_wait_after=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert f"/article/{waiting}" in page.url
    page.check("#type-RUMOR")
    page.fill("#reference", "https://example.org")
    page.click("#write button")
    page.wait_for_selector(".reply [role=status]")
    assert asked == ["beforeunload"]
    assert not complaints
    context.close()


def test_everything_works_without_scripts(chromium, site: str, world: World):
    _, waiting, _ = populate(world)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site}/article/{waiting}")
    page.check("#type-NOT_ARTICLE")
    page.fill("#text", "A chain letter.")
    page.click("#write button")
    assert "#reply-" in page.url
    assert page.inner_text(".reply [role=status]")
    page.click("text=Take back")
    page.click("main button.danger")
    page.click("#replies form button")
    assert page.inner_text(".reply .content") == "A chain letter."
    context.close()
