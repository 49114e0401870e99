"""In a real Chromium: accessibility by axe, and what the script adds."""

import json
import re

import pytest
from flask import Flask
from playwright.sync_api import Route, expect

from tests.chromium import RULES, violations
from tests.editor_ui.browser import logged_in as logged_in_browser
from tests.editor_ui.chromium import DESK, IN_CHROMIUM, PHONE, PUBLISH, log_in
from tests.editor_ui.every_page import addresses, after_forms, populate
from tests.editor_ui.schema_org import faults
from tests.editor_ui.world import World

CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""The one rule whose outcome depends on the theme, and the slowest."""

pytestmark = IN_CHROMIUM


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


@pytest.mark.parametrize(
    ("viewport", "scheme", "language", "rules", "logged_in"),
    [
        pytest.param(PHONE, "light", "zh-Hant", RULES, True, id="phone, light, zh-Hant, logged in"),
        pytest.param(PHONE, "dark", "ja", CONTRAST, False, id="phone, dark, ja"),
        pytest.param(DESK, "dark", "zh-Hant", CONTRAST, True, id="desk, dark, zh-Hant, logged in"),
        pytest.param(DESK, "light", "th", RULES, False, id="desk, light, th"),
    ],
)
def test_accessibility(
    viewport, scheme: str, language: str, rules, logged_in: bool, chromium, site: str, app_of_site: Flask, world: World
):
    """Every page that the routes have."""
    shown = populate(world)
    context = chromium.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/login?lang={language}")
    client = app_of_site.test_client()
    if logged_in:
        log_in(page, site)
        client = logged_in_browser(app_of_site, world, "amy@example.org").client
    problems = {}

    def judge(name: str) -> None:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.get_attribute("html", "lang") == language, name
        problems[name] = violations(page, rules)
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
            problems[name].append("wider than the screen")

    for name, address in addresses(app_of_site, client, shown).items():
        page.goto(site + address)
        judge(name)
    assert len(problems) > 15
    if logged_in:
        page.goto(f"{site}/article/{shown.article_id}/write")
        page.click(PUBLISH)
        page.wait_for_load_state()
        judge("form with errors")
    else:
        for name, go in after_forms(page, site, shown):
            go()
            judge(name)
    context.close()
    assert {where: what for where, what in problems.items() if what} == {}


def test_pages_fit_a_small_screen_with_large_text(chromium, site: str, world: World):
    article_id = populate(world).article_id
    long_word = world.article("x" * 500)
    context = chromium.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site}/me")
    page.fill("#name", "A pseudonym of nearly forty characters")
    page.click("#settings-heading + form button")
    for address in ("/", f"/article/{article_id}", f"/article/{long_word}", "/about", "/me", "/me/close"):
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    context.close()


def test_the_script_counts_and_warns(chromium, site: str, world: World):
    waiting = populate(world).waiting
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, site)
    page.goto(f"{site}/article/{waiting}/write")
    page.fill("#text", "👍 好")
    assert page.inner_text("#text + .counter") == "3 / 5,000"
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.click("header .brand", no_wait_after=True)
    assert asked == ["beforeunload"]
    assert f"/article/{waiting}" in page.url
    page.check("#type-RUMOR")
    page.fill("#ref-url-1", "https://example.org")
    page.click(PUBLISH)
    page.wait_for_selector(".reply [role=status]")
    assert asked == ["beforeunload"]
    assert not complaints
    context.close()


def test_a_draft_that_the_script_saved_is_on_the_other_device(chromium, site: str, world: World):
    waiting = populate(world).waiting
    desk, phone = (chromium.new_context(viewport=viewport) for viewport in (DESK, PHONE))
    page = desk.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: complaints.append(dialog.type))
    log_in(page, site)
    page.clock.install()
    page.goto(f"{site}/article/{waiting}/write")
    assert page.locator("#message").bounding_box()["x"] < page.locator("#write").bounding_box()["x"]
    page.fill("#text", "Half an answer")
    page.fill("#ref-url-1", "https://example.org/half")
    page.clock.run_for(5000)
    page.locator("[data-said]", has_text="Draft saved").wait_for()
    page.click("header .brand")  # nothing is asked: all is saved
    page.wait_for_url(f"{site}/")
    other = phone.new_page()
    log_in(other, site)
    other.goto(f"{site}/article/{waiting}/write")
    assert other.input_value("#text") == "Half an answer"
    assert other.input_value("#ref-url-1") == "https://example.org/half"
    assert other.is_visible(".reread summary")
    other.check("#type-RUMOR")
    other.click(PUBLISH)
    other.wait_for_selector(".reply [role=status]")
    assert not complaints
    for context in (desk, phone):
        context.close()


def test_what_was_typed_without_a_line_is_in_the_browser_until_it_is_saved(chromium, site: str, world: World):
    waiting = populate(world).waiting
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    log_in(page, site)
    address = f"{site}/article/{waiting}/write"
    page.goto(address)
    assert page.is_hidden("[data-copy]")
    context.set_offline(True)
    page.fill("#text", "Half an answer\nin the train")
    page.fill("#ref-url-2", "https://example.org/half")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    assert page.input_value("#text") == ""
    page.click("[data-put-back]")
    page.wait_for_url("**/preview")
    assert page.input_value("#text") == "Half an answer\nin the train"
    assert page.input_value("#ref-url-1") == "https://example.org/half"
    page.locator("[data-said]", has_text="Draft saved").wait_for()  # without a further key
    page.goto(address)
    assert page.is_hidden("[data-copy]")
    page.fill("#text", "Never mind")
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/me")
    page.click("header .account button")
    assert page.evaluate("localStorage.length") == 0, "for whoever is next at this device"
    context.close()


def test_on_a_slow_line_one_draft_is_saved_after_the_other(chromium, site: str, world: World):
    waiting = populate(world).waiting
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    log_in(page, site)
    page.clock.install()
    page.goto(f"{site}/article/{waiting}/write")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/draft", hold_the_first)
    page.fill("#text", "Half")
    with page.expect_request("**/draft"):
        page.clock.run_for(10_000)
    page.fill("#text", "Half an answer")
    page.clock.run_for(10_000)
    assert len(held) == 1
    with page.expect_response("**/draft"):
        held[0].continue_()
    page.locator("[data-said]", has_text="Draft saved").wait_for()
    with page.expect_response("**/draft") as answered:
        page.clock.run_for(10_000)
    assert answered.value.status == 200
    page.reload()
    assert page.input_value("#text") == "Half an answer"
    context.close()


def test_a_description_for_machines_is_read_and_never_run(chromium, site: str, world: World):
    article_id = world.article("加油站漲價五元 </script><script>document.title = 'run'</script>")
    world.reply(article_id, "漲幅是零點二元。", reference="https://example.org/price")
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site}/article/{article_id}?lang=zh-Hant")
    [said] = page.eval_on_selector_all("script[type='application/ld+json']", "all => all.map(one => one.textContent)")
    assert faults(json.loads(said)) == []
    assert json.loads(said)["reviewBody"] == "漲幅是零點二元。"
    assert page.title() != "run"
    assert not complaints
    context.close()


def test_everything_works_without_scripts(chromium, site: str, world: World):
    waiting = populate(world).waiting
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site}/article/{waiting}/write")
    page.check("#type-NOT_ARTICLE")
    page.fill("#text", "A chain letter.")
    page.click(PUBLISH)
    expect(page).to_have_url(re.compile("#reply-"))
    assert page.inner_text(".reply [role=status]")
    page.click("text=Take back")
    page.click("main button.danger")
    page.click("#replies form button")
    assert page.inner_text(".reply .content") == "A chain letter."
    context.close()


def test_a_newcomer_with_a_phone_in_thai_and_without_scripts(chromium, site: str, world: World):
    """They find a message, rate its two replies, and are where they were after logging in."""
    shown = populate(world)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="th-TH")
    page = context.new_page()
    page.goto(site)
    page.click("text=มีคำตอบแล้ว")
    page.click("ol.cards .card-title a >> nth=0")
    page.click(".reply >> nth=0 >> text=เข้าสู่ระบบเพื่อประเมินคำตอบนี้")
    page.fill("#email", "nok@example.org")
    page.click("main button")
    page.click("main .content a")
    page.click("main button")
    expect(page).to_have_url(re.compile(f"/article/{shown.article_id}"))
    assert page.get_attribute("html", "lang") == "th"
    for number in range(2):
        page.click(f".reply >> nth={number} >> button[value='1']")
        assert page.inner_text(".reply [role=status]") == "ขอบคุณสำหรับการประเมิน"
    expect(page.locator("text=คุณประเมินว่ามีประโยชน์")).to_have_count(2)
    assert "พ.ศ. 25" in page.inner_text(".message")
    context.close()
