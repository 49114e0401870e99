"""The kinds of abuse of `test_abuse.py` as people meet them in a real Chromium: typed, reported and cleared by hand.

The wave of thirty replies from five accounts is in `test_walks.py`.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Article, ArticleReply, PendingReply, Reply
from factcheck.services.vote_nights import decide_now
from tests.editor_ui.chromium import IN_CHROMIUM, PHONE, PUBLISH
from tests.editor_ui.test_abuse import PEOPLE, READ, picture
from tests.editor_ui.test_walks import database_url, write
from tests.editor_ui.world import World

__all__ = ["database_url", "picture"]

pytestmark = IN_CHROMIUM

ADVERTS = {
    "Lost money to a fraud? Our lawyers get it back. LINE: refund88": "SCAM",
    "Lonely tonight? Add LINE: kitty520 for a meeting": "SEXUAL",
    "The best slots and bets of Asia, win now: https://slots.example/win": "SPAM",
    "Fresh garlic capsules, half price this week only, order at LINE: garlic24": "SPAM",
    "This investment site is safe, I took money out yesterday. LINE: invest77": "MANIPULATION",
}
"""What is said, and the class of reason that a reviewer chooses."""

Open = Callable[..., Page]


@pytest.fixture
def rita(person: Open, world: World) -> Page:
    """A reviewer."""
    world.make_reviewer("rita@example.org")
    return person("rita@example.org")


def decide(page: Page, decision: str, reason: str) -> None:
    """On the page of what was reported, once all of it is there."""
    page.wait_for_load_state()
    page.check(f"input[name=reason][value={reason}]")
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    page.click(f"main button[value={decision}]")
    expect(page.locator("main [role=status]").first).to_contain_text("It is decided")


def test_each_kind_of_advert_is_held_and_cleared_by_one_press(
    person: Open, rita: Page, site: str, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("Is this investment site a fraud?", asked_by=2)
    for number, advert in enumerate(ADVERTS):
        for name in PEOPLE[number == 0 :]:
            world.hold(article_id, advert, by=f"{name}{number}@example.org")
    swindler = person(f"{PEOPLE[0]}0@example.org", viewport=PHONE)
    swindler.goto(f"{site}/article/{article_id}/write")
    write(swindler, next(iter(ADVERTS)))
    expect(swindler.locator("main").first).to_contain_text("waits until somebody has looked at it")
    visitor = person(viewport=PHONE, java_script_enabled=False)
    visitor.goto(f"{site}/article/{article_id}")
    expect(visitor.locator("#replies .reply")).to_have_count(0)

    rita.click("text=Review")
    cleared = []
    wave = rita.locator("form[aria-label='Wave 1']")
    for _ in ADVERTS:
        rita.wait_for_load_state()
        assert "Accounts: 3, replies: 3" in wave.inner_text()
        [advert] = [one for one in ADVERTS if one in wave.inner_text()]
        wave.locator(f"input[value={ADVERTS[advert]}]").check()
        wave.locator("button").click()
        expect(rita.locator("main [role=status]").first).to_contain_text("with all that they did: 3")
        cleared.append(advert)
    expect(wave).to_have_count(0)
    assert sorted(cleared) == sorted(ADVERTS)
    visitor.goto(f"{site}/moderation")
    expect(visitor.locator("table.log tbody tr")).to_have_count(3 * len(ADVERTS))
    assert not any(advert in visitor.content() for advert in ADVERTS)
    with transaction(session_factory) as session:
        assert session.scalars(select(Reply.id)).all() == []
        assert None not in session.scalars(select(PendingReply.refused_at)).all()


def test_what_readers_report_goes_by_the_hand_of_a_reviewer(
    person: Open, rita: Page, site: str, world: World, session_factory: SessionFactory
) -> None:
    """A number in a reply, insults in a reason and a comment, and messages: spam, somebody's work, the bot's own."""
    insult, slur = "You are all idiots and liars", "Whoever wrote this is a pig"
    asked = world.article("Who is the doctor of the village?", reasons=[insult])
    reply_id = world.reply(asked, "He lives there, 0912-345-678, says the office.")
    world.vote(asked, reply_id, 1, by="cat@example.org", comment=slur)
    messages = {
        world.article("Casino online best odds https://casino.example/now"): "SPAM",
        world.article("Chapter one of the novel, typed from the book"): "COPYRIGHT",
        world.article("Was this reply helpful? Press a button."): "NONSENSE",
    }
    reader = person(viewport=PHONE, java_script_enabled=False)

    def report(article_id: str, link: str, reason: str) -> None:
        reader.goto(f"{site}/article/{article_id}")
        if "comment" in link:
            reader.click(".reply details:has(.comments) summary")
        reader.click(f"main a[href^='/report/{link}']")
        reader.check(f"input[name=reason][value={reason}]")
        reader.click("main button")
        expect(reader.locator("main [role=status]").first).to_contain_text("A reviewer will look at it")

    report(asked, f"reply/{reply_id}", "PERSONAL_DATA")
    report(asked, "request/", "HARASSMENT")
    report(asked, "comment/", "HARASSMENT")
    for article_id, reason in messages.items():
        report(article_id, f"article/{article_id}", reason)

    reasons = {"Somebody's personal data": "PERSONAL_DATA", "Insults or harassment": "HARASSMENT"}
    reasons |= {"Advertising or spam": "SPAM", "Infringes copyright": "COPYRIGHT", "Nonsense": "NONSENSE"}
    rita.click("text=Review")
    expect(rita.locator("ul.cards > li")).to_have_count(6)
    for _ in range(6):
        rita.wait_for_load_state()
        card = rita.locator("ul.cards > li").first
        [reason] = [one for said, one in reasons.items() if said in card.inner_text()]
        card.locator("h3 a").click()
        decide(rita, "REDACT" if reason == "PERSONAL_DATA" else "HIDE", reason)
        rita.click("text=Review >> nth=0")
    expect(rita.locator("main").first).to_contain_text("Nothing waits")

    after = person(viewport=PHONE)
    after.goto(f"{site}/article/{asked}")
    shown = after.content()
    assert "He lives there, █████, says the office." in after.inner_text(".reply .content")
    assert not any(words in shown for words in ("0912", insult, slur))
    for article_id in messages:
        answer = after.goto(f"{site}/article/{article_id}")
        assert answer is not None
        assert answer.status == 410
        assert "This is hidden" in after.inner_text("h1")
    after.goto(f"{site}/?show=all")
    expect(after.locator("ol.cards > li")).to_have_count(1)


def test_names_of_companies_and_second_accounts(
    person: Open, rita: Page, site: str, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("Soup cures everything")
    reply_id = world.reply(article_id, "Yes it does, trust us", kind="NOT_RUMOR", by="bob@example.org")
    bob = person("bob@example.org")
    bob.goto(f"{site}/me")
    for name in ("Soup Company Support", "Golden Soup Ltd"):
        bob.fill("#name", name)
        bob.click("button:has-text('Change the name')")
        expect(bob.locator("#name-problem"), "an office's is refused").to_have_count(
            int(name == "Soup Company Support")
        )
    for tag in ("", "+two", "+three"):
        world.vote(article_id, reply_id, 1, by=f"ann{tag}@example.org")
    with transaction(session_factory) as session:
        decide_now(session, now=world.clock())
    rita.goto(f"{site}/reply/{reply_id}")
    assert "Golden Soup Ltd" in rita.inner_text("main")

    rita.goto(f"{site}/review/reply/{reply_id}")
    rita.click("text=All that they did")
    decide(rita, "REDACT", "IMPERSONATION")
    for _ in range(2):  # the first one's vote counts
        rita.goto(f"{site}/review/accounts")
        rita.click("ul.cards > li h2 a >> nth=0")
        expect(rita.locator("main").first).to_contain_text("Ratings: 1")
        decide(rita, "BLOCK", "MANIPULATION")
    rita.goto(f"{site}/review/accounts")
    assert "No votes look like" in rita.inner_text("main")
    after = person(viewport=PHONE)
    after.goto(f"{site}/article/{article_id}")
    assert "Golden Soup" not in after.content()
    assert "1 person finds it helpful" in after.inner_text(".reply .votes")
    with transaction(session_factory) as session:
        assert session.scalars(select(ArticleReply.positive_feedback_count)).one() == 1


def test_words_of_a_picture_that_are_emptied_and_what_a_machine_wrote_of_somebody(
    person: Open, rita: Page, site: str, picture: str, session_factory: SessionFactory
) -> None:
    vandal = person("bad@example.org", viewport=PHONE)
    vandal.goto(f"{site}/article/{picture}")
    vandal.click("text=Correct the words")
    vandal.fill("#text", "")
    vandal.click("text=Save the words")
    expect(vandal.locator("main [role=status]").first).to_contain_text("before it is shown")
    visitor = person(java_script_enabled=False)
    visitor.goto(f"{site}/article/{picture}")
    assert READ in visitor.inner_text("#message")

    rita.click("text=Review")
    rita.click("text=Replies that wait")
    rita.click("text=Compare the words")
    rita.click("text=Do not show it")
    expect(rita.locator("main [role=status]").first).to_contain_text("It is not shown")
    rita.goto(f"{site}/article/{picture}")
    rita.click("#message >> text=Review")
    rita.click("text=Take personal data out")
    rita.fill("#pieces", "Mr. Wang is a thief")
    decide(rita, "REDACT", "HARASSMENT")
    visitor.reload()  # pages may be kept for a moment
    assert visitor.inner_text("#message .content").strip() == "█████. He sells soup at noon."
    with transaction(session_factory) as session:
        assert session.get_one(Article, picture).text == "█████. He sells soup at noon."


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reply_without_a_word_is_refused(
    person: Open, site: str, world: World, session_factory: SessionFactory, scripts: bool
) -> None:
    article_id = world.article("Soup cures everything")
    amy = person("amy@example.org", java_script_enabled=scripts)
    amy.goto(f"{site}/article/{article_id}/write")
    write(amy, " \u200b\n ")
    assert "Error:" in amy.title()
    expect(amy.locator("#text-problem")).to_have_count(1)
    assert amy.is_checked("#type-RUMOR"), "what was chosen is kept"
    amy.fill("#text", "It does not.")
    amy.click(PUBLISH)
    expect(amy.locator("#replies .reply .content").first).to_have_text("It does not.")
    with transaction(session_factory) as session:
        assert session.scalars(select(Reply.text)).all() == ["It does not."]
