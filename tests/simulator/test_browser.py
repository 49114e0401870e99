"""The chat page in a real browser: it follows the chat by itself, presses buttons, and fits a phone."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.simulator.testing import FakeLine
from tests.chromium import share_chromium, violations
from tests.simulator.conftest import Api, Listener
from tests.simulator.samples import bubble, button, carousel, flex, postback, quick_reply, text
from tests.simulator.test_page import arrived

pytestmark = share_chromium


@pytest.fixture
def page(chromium: Browser, line: FakeLine) -> Iterator[Page]:
    """Closed before the server, of which it asks for news all the time."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    assert problems == []


def test_chat_follows_by_itself(page: Page, line: FakeLine, api: Api, listener: Listener) -> None:
    person = line.person("Mary", "en")
    page.goto(f"{line.root_url}/simulator/chat/{person.id}")
    page.fill("#send textarea", "first line\nsecond line")
    page.click("#send button")
    expect(page.locator("#messages .mine .bubble")).to_have_text("first line\nsecond line")
    expect(page.locator("#send textarea")).to_have_value("")
    offer = quick_reply(postback("Yes", displayText="Yes, please"))
    api.push(person.id, flex(bubble(button(postback("Press me", "pressed")))), text("sure?", quickReply=offer))
    page.click("#below .quick-reply")
    expect(page.locator("#messages .mine .bubble").last).to_have_text("Yes, please")
    expect(page.locator("#below .quick-reply")).to_have_count(0)
    page.click("#messages .fx-button")
    expect(page.locator("#traffic .webhook")).to_have_count(3)
    assert sorted(event["type"] for event in arrived(listener, 3)) == ["message", "postback", "postback"]


def test_scroll_stays_at_the_end_and_details_stay_open(page: Page, line: FakeLine, api: Api) -> None:
    person = line.person("Mary", "en")
    for index in range(30):
        line.phone.text(person, f"message {index}")
    api.push(person.id, text("with an entry in the traffic"))
    page.goto(f"{line.root_url}/simulator/chat/{person.id}")
    page.click("#traffic summary")
    api.push(person.id, text("the newest"))
    expect(page.locator("#traffic li")).to_have_count(2)
    expect(page.locator("#messages .bubble").last).to_be_in_viewport()
    expect(page.locator("#traffic details[open]")).to_have_count(1)


def test_a_phone_shows_no_sideways_scroll(page: Page, line: FakeLine, api: Api) -> None:
    person = line.person("Mary", "en")
    api.push(person.id, flex(carousel(5)), text("https://example.org/" + "long" * 60))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{line.root_url}/simulator/chat/{person.id}")
    expect(page.locator("#send textarea")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click(".switch summary span")
    page.click(".switch li a")
    expect(page.locator("#send textarea")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(page: Page, line: FakeLine, api: Api, scheme: Literal["light", "dark"]) -> None:
    person = line.person("Mary", "en")
    line.phone.text(person, "Is this true?")
    api.push(person.id, flex(carousel(2)), flex(bubble(button(postback("Press me", "pressed")))))
    api.push(person.id, text("sure?", quickReply=quick_reply(postback("Yes", displayText="Yes, please"))))
    page.emulate_media(color_scheme=scheme)
    found = {}
    for address in ("/simulator/", f"/simulator/chat/{person.id}"):
        page.goto(line.root_url + address)
        found[address] = violations(page)
    assert {where: what for where, what in found.items() if what} == {}
