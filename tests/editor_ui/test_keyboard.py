"""In a real Chromium: with the keyboard alone."""

import pytest

from factcheck.matching.decide.decision import Decision, Outcome
from tests.bot.deciding import in_place_of_the_model
from tests.editor_ui.chromium import DESK, IN_CHROMIUM, PHONE, log_in
from tests.editor_ui.every_page import populate
from tests.editor_ui.world import World

pytestmark = IN_CHROMIUM


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


def focused(page) -> str:
    """What has the focus, once it is seen to be in view and marked."""
    box = page.evaluate(
        """() => {
          const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
          const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
          return {name: (it.id && "#" + it.id) || it.textContent.trim() || it.name,
                  seen: box.bottom > 0 && box.top < innerHeight && (it.contains(at) || at?.contains(it)),
                  marked: style.outlineStyle !== "none" || it.matches("main, section")};
        }"""
    )
    assert box["seen"], f"{box['name']} has the focus and is not seen"
    assert box["marked"], f"{box['name']} has the focus without a mark"
    return str(box["name"])


def tab_to(page, wanted: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted in focused(page):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_a_reply_is_written_with_the_keyboard_alone(chromium, site: str, world: World):
    populate(world)
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "Forward this to 20 friends")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    tab_to(page, "Skip to writing a reply")
    page.keyboard.press("Enter")
    tab_to(page, "Write a reply")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    tab_to(page, "Skip to the form")
    page.keyboard.press("Enter")
    tab_to(page, "#type-RUMOR")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    tab_to(page, "#text")
    page.keyboard.type("A chain letter.")
    tab_to(page, "Publish the reply")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text(".reply .verdict") == "Not something to fact-check"
    context.close()


def test_single_keys_work_for_who_switched_them_on_and_never_in_a_field(chromium, site: str, world: World):
    """Two messages of a list, one of them rated, the other claimed and answered."""
    first, second = world.article("first message", asked_by=3), world.article("second message", asked_by=2)
    world.reply(first, "It is not so.")
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    log_in(page, site)
    page.goto(f"{site}/?show=all&order=asked")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.tagName") == "BODY", "they are off until one switches them on"
    page.goto(f"{site}/me")
    page.check("#single_keys")
    page.click("form[action$='/me/keys'] button")
    page.goto(f"{site}/?show=all&order=asked")
    page.keyboard.press("n")
    assert focused(page) == "first message"
    page.keyboard.press("n")
    assert focused(page) == "second message"
    page.keyboard.press("p")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("v")
    assert focused(page) == "Say why (optional)"
    tab_to(page, "Helpful")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text(".reply [role=status]") == "Thank you for your rating."
    with page.expect_navigation():
        page.keyboard.press("n")
    assert f"/article/{second}" in page.url
    for combination in ("Control+c", "Alt+r", "Shift+n"):
        page.keyboard.press(combination)
    with page.expect_navigation():
        page.keyboard.press("c")
    assert "You work on it until" in page.inner_text(".claimed")
    with page.expect_navigation():
        page.keyboard.press("r")
    assert page.url.split("?")[0].endswith(f"/article/{second}/write")
    page.click("#text")
    page.keyboard.type("nprcv?")
    assert page.input_value("#text") == "nprcv?"
    page.click("button[formaction$='/draft']")
    page.wait_for_load_state()  # with the script that listens to keys
    page.focus("main")
    with page.expect_navigation():
        page.keyboard.press("?")
    assert page.url == f"{site}/help/keys"
    assert page.inner_text("h1") == "Single keys"
    assert not complaints
    context.close()


def test_a_message_is_looked_up_with_the_keyboard_alone(chromium, site: str, world: World, monkeypatch):
    populate(world)
    in_place_of_the_model(monkeypatch, lambda *_: Decision(Outcome.UNKNOWN, ()))
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site}/")
    tab_to(page, "Check a message")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "#message")
    page.keyboard.type("The moon will be purple for three nights in June")
    tab_to(page, "Look it up")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "#consent")
    page.keyboard.press("Space")
    tab_to(page, "#ask-email")
    page.keyboard.type("dan@example.org")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("h1") == "One more step"
    context.close()
