"""Whole errands in a real Chromium, as volunteers go about them: several people, devices and a restart between.

The newcomer's errand, who has a phone, Thai pages and no scripts, is in `test_browser.py`.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from editor_ui.circuit_breaker import SKIP
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Article, Category, Job, PageState, Reply, User
from factcheck.ports import FetchedPage
from factcheck.services.notices import NOTIFY_ASKERS
from factcheck.services.topics import set_topic
from tests.conftest import MovableClock
from tests.editor_ui.chromium import IN_CHROMIUM, PHONE, PUBLISH
from tests.editor_ui.test_links import ADDRESS, looked_at
from tests.editor_ui.world import World
from tests.fakes.search import FakeSearch

pytestmark = IN_CHROMIUM


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


def write(page: Page, text: str, verdict: str = "RUMOR") -> None:
    page.check(f"#type-{verdict}")
    page.fill("#text", text)
    page.fill("#ref-url-1", "https://example.org/facts")
    page.click(PUBLISH)
    page.wait_for_load_state()  # a click returns as soon as another page begins to come


def test_a_regular_claims_reuses_and_goes_on_at_another_device(
    person: Callable[..., Page], site: str, world: World, restart: Callable[[], None]
) -> None:
    known = "Vinegar in the ear cures a cold at once, says a doctor in the north"
    answer = world.reply(world.article(known), "No study shows that vinegar cures a cold.")
    waiting = [world.article(f"{known}, and so does {what}", asked_by=2) for what in ("salt", "honey", "pepper")]
    world.find_similar()
    amy = person("amy@example.org")
    amy.click("text=Messages")
    for _ in waiting:  # the first of those that nobody claims; the claimed ones leave the filtered list
        amy.goto(f"{site}/?claimed=no&order=oldest")
        amy.click("ol.cards .card-title a >> nth=0")
        amy.click("text=I work on it")
        expect(amy.locator("main [role=status]").first).to_contain_text("for 45 minutes")
    other = person("bob@example.org")
    other.goto(f"{site}/?claimed=yes")
    expect(other.locator(".claimed")).to_have_count(len(waiting))

    amy.goto(f"{site}/article/{waiting[0]}")
    amy.click("#similar .reusable >> nth=0 >> button")
    expect(amy.locator(".reply [role=status]").first).to_contain_text("now shown with this message")
    amy.goto(f"{site}/article/{waiting[1]}")
    amy.click("#similar .reusable >> nth=0 >> text=Write one like it")
    amy.wait_for_load_state()
    amy.fill("#text", amy.input_value("#text") + " Nor does honey.")
    assert amy.input_value("#ref-url-1") == "https://example.org/facts"
    amy.click(PUBLISH)
    expect(amy.locator(".reply >> nth=0")).to_contain_text("Nor does honey.")

    amy.clock.install()
    amy.goto(f"{site}/article/{waiting[2]}/write")
    amy.fill("#text", "Pepper makes one sneeze")
    amy.clock.run_for(6_000)
    expect(amy.locator("[data-said]")).to_contain_text("Draft saved")
    amy.context.set_offline(True)
    amy.fill("#text", "Pepper makes one sneeze, and cures nothing.")
    amy.clock.run_for(6_000)
    expect(amy.locator("[data-said]")).to_contain_text("could not be saved")
    restart()
    phone = person("amy@example.org", viewport=PHONE)
    phone.goto(f"{site}/article/{waiting[2]}")
    phone.click("text=Go on with your draft >> nth=0")
    expect(phone.locator("#text")).to_have_value("Pepper makes one sneeze")
    amy.context.set_offline(False)
    amy.clock.run_for(6_000)
    expect(amy.locator("[data-said]")).to_contain_text("Draft saved")
    phone.reload()
    write(phone, phone.input_value("#text"))
    expect(phone.locator(".reply >> nth=0")).to_contain_text("and cures nothing.")
    assert answer in amy.request.get(f"{site}/article/{waiting[0]}").text()


def test_two_write_at_once_and_each_reads_the_other_first(
    person: Callable[..., Page], site: str, world: World, restart: Callable[[], None]
) -> None:
    article_id = world.article("The bridge will be closed for three years", asked_by=3)
    amy, bob = person("amy@example.org"), person("bob@example.org", viewport=PHONE, java_script_enabled=False)
    for page in (amy, bob):
        page.goto(f"{site}/article/{article_id}/write")
    write(amy, "It is closed for three weeks.")
    expect(amy.locator(".reply").first).to_contain_text("It is closed for three weeks.")
    write(bob, "The city's own plan says: until the end of May.")
    expect(bob.locator("[role=alert]").first).to_contain_text("somebody else replied while you were writing")
    expect(bob.locator(".reply").first).to_contain_text("It is closed for three weeks.")
    assert bob.input_value("#text") == "The city's own plan says: until the end of May."
    amy.reload()
    expect(amy.locator(".reply")).to_have_count(1)
    restart()
    bob.click(PUBLISH)
    expect(bob.locator("#replies .reply")).to_have_count(2)
    amy.reload()
    expect(amy.locator("#replies .reply")).to_have_count(2)


def test_a_reporter_finds_what_nobody_answered_about_a_topic_this_month(
    person: Callable[..., Page], site: str, world: World, session_factory: SessionFactory, clock: MovableClock
) -> None:
    old = world.article("An old message about the vote")
    clock.advance(days=40)
    open_ones = [world.article(f"Ballot papers of district {n} are gone") for n in range(3)]
    answered, elsewhere = world.article("The vote was moved"), world.article("Garlic heals")
    world.reply(answered)
    setter = world.user("cat@example.org")
    with transaction(session_factory) as session:
        session.add(Category(id="vote", title="Elections"))
        session.flush()
        person_row = session.get_one(User, setter)
        for article_id in (old, answered, *open_ones):
            set_topic(session, session.get_one(Article, article_id), "vote", person_row, now=clock())
    reporter = person()
    reporter.click("text=All")
    reporter.click("text=Filter this list")
    reporter.select_option("#f-topic", "vote")
    reporter.select_option("#f-replies", "none")
    reporter.fill("#f-from", f"{clock():%Y-%m}-01")
    reporter.click("form >> text=Show")
    expect(reporter.locator("main")).to_contain_text("3 messages")
    shared = person()
    shared.goto(reporter.url)  # a colleague with the address alone
    expect(shared.locator("ol.cards > li")).to_have_count(3)
    with reporter.expect_download() as download:
        reporter.click("text=Take this list as a table")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert {row["id"] for row in rows} == set(open_ones)
    assert {(row["topics"], row["replies"]) for row in rows} == {("Elections", "0")}
    assert elsewhere not in {row["id"] for row in rows}


def test_a_wave_of_spam_is_held_and_one_action_clears_it(
    person: Callable[..., Page], site: str, world: World, restart: Callable[[], None], session_factory: SessionFactory
) -> None:
    """Thirty replies of five fresh accounts, and an honest newcomer among them."""
    world.make_reviewer("rita@example.org")
    articles = [world.article(f"The site number {number} pays back double", asked_by=2) for number in range(6)]
    spam = "Lost your money? We get it back. Ask on LINE: rescue{}"
    for number in range(5):
        for article_id in articles[number == 0 :]:
            world.hold(article_id, spam.format(number), by=f"spam{number}@example.org")
    spammer = person("spam0@example.org", viewport=PHONE)
    spammer.goto(f"{site}/article/{articles[0]}/write")
    write(spammer, spam.format(0))
    expect(spammer.locator("main").first).to_contain_text("waits until somebody has looked at it")
    newcomer = person("new@example.org")
    newcomer.goto(f"{site}/article/{articles[0]}/write")
    write(newcomer, "The central bank has it on its list of frauds.")
    visitor = person(java_script_enabled=False)
    for article_id in articles:
        visitor.goto(f"{site}/article/{article_id}")
        expect(visitor.locator("#replies .reply")).to_have_count(0)

    rita = person("rita@example.org", viewport=PHONE)
    rita.click("text=Review")
    expect(rita.locator("form[aria-label='Wave 1']").first).to_contain_text("Accounts: 5, replies: 30")
    restart()
    rita.check("form[aria-label='Wave 1'] input[value=SCAM]")
    rita.click("form[aria-label='Wave 1'] >> text=Block these accounts")
    expect(rita.locator("main [role=status]").first).to_contain_text("with all that they did: 5")
    expect(rita.locator("form[aria-label^=Wave]")).to_have_count(0)
    rita.click("main >> text=Replies that wait")
    rita.click("text=It should be published")
    expect(rita.locator("main [role=status]").first).to_contain_text("is published")

    visitor.goto(f"{site}/moderation")
    expect(visitor.locator("table.log tbody tr")).to_have_count(5)
    assert "rescue" not in visitor.inner_text("main")
    visitor.goto(f"{site}/article/{articles[0]}")
    visitor.reload()  # pages may be kept for a moment
    assert visitor.inner_text("#replies .reply >> nth=0").count("list of frauds") == 1
    assert "rescue" not in visitor.content()
    with transaction(session_factory) as session:
        told = session.scalars(select(Job.payload).where(Job.kind == NOTIFY_ASKERS)).all()
    assert [payload["article_id"] for payload in told] == [articles[0]]  # for the honest reply alone
    spammer.goto(f"{site}/me")
    assert "Attempt to cheat people" in spammer.inner_text("main")
    spammer.goto(f"{site}/article/{articles[1]}/write")
    write(spammer, "Once more")
    expect(spammer.locator("main").first).to_contain_text("blocked")


def test_an_author_replaces_a_reference_that_died(
    person: Callable[..., Page], site: str, world: World, session_factory: SessionFactory
) -> None:
    salt, other = world.article("Salt cures all."), world.article("Salt heals everything.")
    reply_id = world.reply(salt, "It does not.", reference=ADDRESS, by="amy@example.org")
    world.attach(other, reply_id, "dan@example.org")
    looked_at(world, ADDRESS, FetchedPage(PageState.GONE, 404))
    visitor = person(viewport=PHONE)
    visitor.goto(f"{site}/article/{other}")
    assert "This page is gone" in visitor.inner_text(".reply")
    amy = person("amy@example.org", viewport=PHONE)
    amy.goto(f"{site}/me")
    amy.click("text=To the reply")
    amy.click(".card-title a")
    amy.wait_for_load_state()
    amy.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    amy.click("text=Change it")
    expect(amy.locator("#text")).to_have_value("It does not.")
    amy.fill("#ref-url-1", "https://example.org/new")
    amy.click(PUBLISH)
    expect(amy.locator(".reply [role=status]").first).to_contain_text("Your change is published")
    amy.goto(f"{site}/me")
    expect(amy.locator("text=References that are gone")).to_have_count(0)
    with transaction(session_factory) as session:
        assert session.get_one(Reply, reply_id).version == 2

    visitor.reload()  # pages may be kept for a moment
    assert "https://example.org/new" in visitor.inner_text(".reply")
    dan = person("dan@example.org")
    dan.goto(f"{site}/me")
    dan.click("#notices .card-title a")
    expect(dan.locator("#versions").first).to_contain_text("Version 2")
    expect(dan.locator("#versions del").first).to_contain_text("news.example/salt")
    dan.goto(f"{site}/me")
    dan.click("#notices >> text=I have seen them")
    expect(dan.locator("#notices")).to_have_count(0)


def test_work_goes_on_while_the_search_is_away(
    person: Callable[..., Page],
    site: str,
    world: World,
    search: FakeSearch,
    clock: MovableClock,
    restart: Callable[[], None],
) -> None:
    waiting = world.article("Lemon water cures every illness", asked_by=2)
    amy = person("amy@example.org")
    search.available = False
    restart()
    amy.goto(f"{site}/")
    amy.fill("#site-search", "Lemon")
    amy.click("form.search button")
    expect(amy.locator(".note.warn").first).to_contain_text("does not answer at the moment")
    amy.click("ol.cards .card-title a")
    amy.click("text=Write a reply >> nth=0")
    write(amy, "Lemon water is healthy, and cures nothing.")
    assert amy.inner_text(".reply [role=status]")
    for page in ("/", "/?show=all&replies=some", f"/article/{waiting}", "/today", "/stats", "/feed.rss"):
        assert amy.request.get(site + page).status == 200, page
    search.available = True
    clock.advance(seconds=SKIP.total_seconds() + 1)
    amy.goto(f"{site}/search?q=Lemon")
    expect(amy.locator(".note.warn")).to_have_count(0)


def test_an_old_reply_says_that_it_is_old_wherever_it_stands(
    person: Callable[..., Page], site: str, world: World, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The pension will be halved next year, the minister said on the radio"
    source = world.article(text)
    reply = world.reply(source, "The pension rises with prices; nothing is halved.")
    clock.advance(days=800)
    target = world.article(f"{text}!!!")
    near = world.article(f"{text}, and nobody will be told of it")
    world.find_similar()
    world.index_with_replies(source)
    amy = person("amy@example.org")
    warning = "Written more than 2 years ago"
    pages = {
        "message": f"/article/{source}",
        "reply": f"/reply/{reply}",
        "similar": f"/article/{near}",
        "found to reuse": f"/article/{near}/reuse?q=pension",
        "beside the form": f"/article/{source}/write",
        "to reuse beside the form": f"/article/{near}/write",
        "found by its words": "/search?q=pension&in=replies",
    }
    assert target != near
    missing = []
    for name, address in pages.items():
        amy.goto(site + address)
        amy.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        if not any(warning in one for one in amy.locator(".aged").all_inner_texts()):
            missing.append(name)
        assert amy.locator(f"time[datetime^='{2026}']").count(), name
    amy.goto(f"{site}/check")
    amy.fill("#message", text)
    amy.click("form.door button")
    amy.wait_for_load_state()
    if warning not in amy.inner_text("main"):
        missing.append("checked on the web")
    amy.goto(f"{site}/article/{near}/write")
    write(amy, "The pension rises with prices; nothing is halved!")
    if warning not in amy.inner_text("[role=alert]"):
        missing.append("nearly the same reply")
    assert missing == []
