"""An evening together, in a real Chromium: a list is shared out among people, and a screen counts what is done."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.chromium import violations
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.chromium import IN_CHROMIUM, PHONE
from tests.editor_ui.test_walks import write
from tests.editor_ui.world import World

pytestmark = IN_CHROMIUM


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


def replied(helper: Browser, evening: str, number: int) -> list[str]:
    """Answers the first message of a share; returns what the share holds."""
    share = helper.get(f"{urlsplit(evening).path}/{number}").with_class("card-title")
    helper.get(share[0].one("a").get("href"))
    helper.get(
        next(a.get("href") for a in helper.main.all("a") if a.text.startswith("Write a reply")).partition("#")[0]
    )
    helper.submit("/replies", type="NOT_ARTICLE", text="A test message.")
    return [title.text for title in share]


def test_an_evening_is_shared_out_and_counted(
    person: Callable[..., Page], site: str, world: World, restart: Callable[[], None], app_of_site: Flask
) -> None:
    """Among thirty people, three of whom work in a browser of their own."""
    world.bulk(95)
    host = person("host@example.org")
    host.goto(f"{site}/")
    host.click("text=Share this list out among people")
    host.fill("#evening-people", "30")
    host.fill("#evening-each", "3")
    host.click("text=Share it out")
    screen = person(viewport=PHONE)
    screen.goto(host.url)
    expect(screen.locator("main")).to_contain_text("0 of 90 done")
    shares = screen.locator(".shares a")
    expect(shares).to_have_count(30)
    assert violations(screen) == []
    screen.clock.install()
    screen.click("text=renew it by itself")
    titles: list[str] = []
    for number in (1, 2, 30):
        helper = person(f"helper{number}@example.org", viewport=PHONE)
        helper.goto(f"{host.url}/{number}")
        expect(helper.locator("ol.cards > li")).to_have_count(3)
        titles += helper.locator("ol.cards .card-title").all_inner_texts()
        helper.click("ol.cards .card-title a >> nth=0")
        helper.click("text=Write a reply >> nth=0")
        write(helper, "A test message.", "NOT_ARTICLE")
        if number == 1:
            restart()
    for number in range(3, 30):
        titles += replied(logged_in(app_of_site, world, f"helper{number}@example.org"), host.url, number)
    assert len(titles) == len(set(titles)) == 90
    screen.clock.run_for(16_000)
    expect(screen.locator("#counter")).to_contain_text("30 of 90 done")
    expect(screen.locator("#counter")).to_contain_text("30 people helped")
    plain = person(java_script_enabled=False)
    plain.goto(f"{host.url}/30")
    assert "1 of 3 done" in plain.inner_text("main")
