"""Each kind of abuse that Cofacts' moderators have recorded since 2020, and what becomes of it here."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import (
    Article,
    ArticleReplyFeedback,
    ArticleType,
    MediaFile,
    PageState,
    Reply,
    ReplyRequest,
    Report,
    ReportSource,
    TranscriptRevision,
    User,
)
from factcheck.ports import FetchedPage
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in, write
from tests.editor_ui.test_links import ADDRESS, looked_at
from tests.editor_ui.world import World

PEOPLE = ("ann", "ben", "cat")
READ = "Mr. Wang is a thief. He sells soup at noon."


def published(world: World, factory: SessionFactory, name: str) -> str:
    user_id = world.user(f"{name}@example.org")
    with transaction(factory) as session:
        return session.get_one(User, user_id).published_id


def flags(factory: SessionFactory) -> set[str]:
    with transaction(factory) as session:
        notes = session.scalars(select(Report.note).where(Report.source == ReportSource.SIGNAL))
        return {name for note in notes for name in note.split(", ")}


@pytest.mark.parametrize(
    ("advert", "reason"),
    [
        ("Lost money to a fraud? Our lawyers get it back. LINE: refund88", "SCAM"),
        ("Lonely tonight? Add LINE: kitty520 for a meeting", "SEXUAL"),
        ("The best slots and bets of Asia, win now: https://slots.example/win", "SPAM"),
        ("Fresh garlic capsules, half price this week only, order at LINE: garlic24", "SPAM"),
        ("This investment site is safe, I took money out yesterday. LINE: invest77", "MANIPULATION"),
    ],
)
def test_adverts_scams_and_rings_in_replies_are_held_and_cleared_together(
    app: Flask,
    world: World,
    factory: SessionFactory,
    visitor: Browser,
    reviewer: Browser,
    advert: str,
    reason: str,
) -> None:
    article_id = world.article("Is this investment site a fraud?")
    for name in PEOPLE:
        write(logged_in(app, world, f"{name}@example.org"), article_id, advert)
    assert advert[:20] not in visitor.get(f"/article/{article_id}").text
    assert {"SOON", "REPEATED"} <= flags(factory)
    page = reviewer.get("/review?lang=en")
    assert "Accounts: 3, replies: 3" in page.text
    people = [node.get("value") for node in page.all("input", name="person")]
    reviewer.submit("/review/wave", person=people, reason=reason)
    assert "all that they did: 3" in reviewer.follow().text
    assert advert[:20] not in visitor.get("/moderation").text


@pytest.mark.parametrize("words", ["Lost money? LINE: refund88", "You are all idiots and liars"])
def test_adverts_and_insults_in_reasons_and_comments(
    app: Flask, world: World, factory: SessionFactory, visitor: Browser, reviewer: Browser, words: str
) -> None:
    article_id = world.article("Is this site a fraud?")
    reply_id = world.reply(article_id)
    bad = logged_in(app, world, "bad@example.org")
    bad.get(f"/article/{article_id}")
    bad.submit("/requests", reason=words)
    bad.get(f"/article/{article_id}")
    bad.submit(f"/replies/{reply_id}/vote", comment=words, score="-1")
    assert words in visitor.get(f"/article/{article_id}").text
    if "LINE" in words:
        assert "CONTACT" in flags(factory)
    with transaction(factory) as session:
        asked = session.scalars(select(ReplyRequest.id).where(ReplyRequest.reason != "")).one()
        voted = session.scalars(select(ArticleReplyFeedback.id)).one()
    for what, number in (("request", asked), ("comment", voted)):
        visitor.get(f"/report/{what}/{number}")
        visitor.submit(f"/report/{what}/{number}", reason="HARASSMENT")
        reviewer.get(f"/review/{what}/{number}")
        reviewer.submit(f"/review/{what}/{number}", decision="HIDE", reason="HARASSMENT")
    assert words not in visitor.get(f"/article/{article_id}").text


def test_messages_that_are_spam_leave_lists_and_search(
    world: World, visitor: Browser, reviewer: Browser, factory: SessionFactory
) -> None:
    spam = world.article("Casino online best odds https://casino.example/now")
    world.index_with_replies(spam)
    assert "Casino online" in visitor.get("/").text
    assert "Casino online" in visitor.get("/search?q=casino").text
    reviewer.get(f"/review/article/{spam}")
    reviewer.submit(f"/review/article/{spam}", decision="HIDE", reason="SPAM")
    world.index_with_replies(spam)
    for address in ("/", "/search?q=casino", "/feed.rss", "/sitemap.xml"):
        assert "Casino online" not in visitor.client.get(address).text
        assert spam not in visitor.client.get(address).text
    assert "Advertising or spam" in visitor.get(f"/article/{spam}?lang=en", status=410).text


def test_votes_for_one_author_by_second_accounts_go_with_them(
    world: World, factory: SessionFactory, visitor: Browser, reviewer: Browser
) -> None:
    article_id = world.article("Soup cures everything")
    reply_id = world.reply(article_id, "Yes it does", kind="NOT_RUMOR")
    for name in PEOPLE:
        world.vote(article_id, reply_id, 1, by=f"{name}@example.org")
    assert "3 people find it helpful" in visitor.get(f"/article/{article_id}?lang=en").text
    for name in PEOPLE:
        address = f"/review/user/{published(world, factory, name)}"
        assert "Ratings: 1" in reviewer.get(f"{address}?lang=en").text
        reviewer.submit(address, decision="BLOCK", reason="MANIPULATION")
    assert "0 people find it helpful" in visitor.get(f"/article/{article_id}?lang=en").text


def test_a_name_that_pretends_to_be_a_company_is_taken_away(
    world: World, factory: SessionFactory, visitor: Browser, reviewer: Browser
) -> None:
    reply_id = world.reply(world.article("Soup cures everything"), "Trust us")
    user_id = world.user("bob@example.org")
    with transaction(factory) as session:
        session.get_one(User, user_id).name = "Soup Company Support"
    address = f"/review/user/{published(world, factory, 'bob')}"
    reviewer.get(address)
    reviewer.submit(address, decision="REDACT", reason="IMPERSONATION")
    assert "Soup Company" not in visitor.get(f"/reply/{reply_id}").text
    assert "Soup Company" not in visitor.get("/moderation").text


def test_personal_data_of_others_in_a_reply_and_all_its_versions(
    app: Flask, world: World, factory: SessionFactory, visitor: Browser, reviewer: Browser
) -> None:
    article_id = world.article("Who is the doctor?")
    reply_id = world.reply(article_id, "He lives there, 0912-345-678.")
    writer = logged_in(app, world, "bob@example.org")
    world.make_reviewer("bob@example.org")  # whose changes do not wait
    writer.get(f"/article/{article_id}/replies/{reply_id}/edit")
    writer.submit("/edit", status=409, text="He lives there, call 0912-345-678 today.")
    writer.submit("/edit")
    address = f"/review/reply/{reply_id}"
    reviewer.get(address)
    reviewer.submit(address, decision="REDACT", reason="PERSONAL_DATA", pieces="0912-345-678")
    page = visitor.get(f"/reply/{reply_id}").text
    assert "0912" not in page
    assert page.count("█████") >= 2


@pytest.mark.parametrize("reason", ["COPYRIGHT", "NONSENSE"])
def test_a_complaint_about_copyright_and_what_the_bot_said_forwarded_back(
    world: World, visitor: Browser, reviewer: Browser, reason: str
) -> None:
    article_id = world.article("Was this reply helpful? Press a button.")
    visitor.get(f"/report/article/{article_id}")
    visitor.submit(f"/report/article/{article_id}", reason=reason)
    reviewer.get(f"/review/article/{article_id}")
    reviewer.submit(f"/review/article/{article_id}", decision="HIDE", reason=reason)
    visitor.get(f"/article/{article_id}", status=410)


def test_empty_replies_are_refused(app: Flask, world: World) -> None:
    article_id = world.article("Soup cures everything")
    for text in ("", " \n ", "\u200b"):
        browser = logged_in(app, world, "amy@example.org")
        write(browser, article_id, text, status=422)


def test_a_reporter_of_many_things_is_stopped(app: Flask, world: World) -> None:
    article_id = world.article("Soup cures everything")
    browser = logged_in(app, world, "amy@example.org")
    replies = [world.reply(article_id, f"Reply {number}") for number in range(41)]
    for reply_id in replies[:40]:
        browser.get(f"/report/reply/{reply_id}")
        browser.submit(f"/report/reply/{reply_id}", reason="SPAM")
    browser.get(f"/report/reply/{replies[40]}?lang=en")
    browser.submit(f"/report/reply/{replies[40]}", status=422, reason="SPAM")
    assert "very much" in browser.main.text


def test_an_author_replaces_a_reference_that_died_and_users_of_the_reply_are_told(
    app: Flask, world: World, factory: SessionFactory, visitor: Browser
) -> None:
    article_id, other_id = world.article("Salt cures all."), world.article("Salt heals everything.")
    reply_id = world.reply(article_id, "It does not.", reference=ADDRESS, by="amy@example.org")
    world.attach(other_id, reply_id, "dan@example.org")
    looked_at(world, ADDRESS, FetchedPage(PageState.GONE, 404))
    author = logged_in(app, world, "amy@example.org")
    assert "References that are gone" in author.get("/me?lang=en").text
    author.get(f"/article/{article_id}/replies/{reply_id}/edit")
    fields = {"ref_url": "https://example.org/new", "ref_note": "The ministry"}
    author.submit("/edit", type="RUMOR", text="It does not.", **fields)
    assert "https://example.org/new" in author.follow().text
    assert "References that are gone" not in author.get("/me").text
    with transaction(factory) as session:
        assert session.get_one(Reply, reply_id).version == 2
    user = logged_in(app, world, "dan@example.org")
    assert "Changed replies that you use" in user.get("/me?lang=en").text
    assert ADDRESS in visitor.get(f"/reply/{reply_id}").text  # in the version of before


@pytest.fixture
def picture(world: World, factory: SessionFactory, clock: MovableClock) -> str:
    """A message that is a picture, whose words a machine has read."""
    article_id = world.article(READ)
    with transaction(factory) as session:
        article = session.get_one(Article, article_id)
        article.article_type, article.file_id = ArticleType.IMAGE, "f" * 64
        session.add(MediaFile(id=article.file_id, mime="image/jpeg", text=READ, bytes=1, created_at=clock()))
        session.add(TranscriptRevision(article_id=article_id, number=1, text=READ, by_machine=True, created_at=clock()))
    return article_id


@pytest.mark.parametrize("words", ["", "Asdf asdf", "Win at https://casino.example now"])
def test_transcripts_that_are_spoilt_are_put_back_by_one_press(
    app: Flask,
    world: World,
    picture: str,
    factory: SessionFactory,
    visitor: Browser,
    reviewer: Browser,
    clock: MovableClock,
    words: str,
) -> None:
    """A new account's is seen by nobody before somebody looked; an old one's goes with all that it did, or alone."""
    vandal = logged_in(app, world, "bad@example.org")
    vandal.get(f"/article/{picture}/transcript")
    vandal.submit("/transcript", text=words, alternative_text="")
    for address in (f"/article/{picture}", f"/article/{picture}/transcript"):
        assert READ in visitor.get(address).text
        assert not words or words not in visitor.get(address).text
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == "bad@example.org")).one().created_at = clock() - timedelta(99)
    vandal.get(f"/article/{picture}/transcript")
    vandal.submit("/transcript", text=words or " .", alternative_text="Win")
    assert READ not in visitor.get(f"/article/{picture}").text
    address = f"/review/user/{published(world, factory, 'bad')}"
    assert "Words of pictures" in reviewer.get(f"{address}?lang=en").text
    reviewer.submit(address, decision="BLOCK", reason="NONSENSE")
    assert READ in visitor.get(f"/article/{picture}").text
    assert "Win" not in visitor.get(f"/article/{picture}/transcript").text


def test_what_a_machine_wrote_of_somebody_is_taken_out(
    app: Flask, picture: str, visitor: Browser, reviewer: Browser, factory: SessionFactory
) -> None:
    """A complaint of defamation: the passage goes, and the rest stays. Nothing here writes replies but people."""
    visitor.get(f"/report/article/{picture}")
    visitor.submit(f"/report/article/{picture}", reason="HARASSMENT", note="I am no thief.")
    reviewer.get(f"/review/article/{picture}")
    reviewer.submit(f"/review/article/{picture}", decision="REDACT", reason="HARASSMENT", pieces="Mr. Wang is a thief")
    for address in (f"/article/{picture}", f"/article/{picture}/transcript", "/"):
        page = visitor.get(address).text
        assert "thief" not in page
        assert "soup at noon" in page
    with transaction(factory) as session:
        assert "thief" not in session.scalars(select(MediaFile.text)).one()
        assert session.scalars(select(Reply.id)).all() == []
