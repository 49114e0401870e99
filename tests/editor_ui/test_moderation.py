"""What reviewers, authors and visitors see: reports, decisions, objections."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Job,
    ModerationKind,
    PendingReply,
    Reason,
    ReplyRequest,
    Report,
    Role,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.targets import Target
from factcheck.services.notices import NOTIFY_ASKERS
from factcheck.services.vote_nights import decide_now
from tests.conftest import MovableClock
from tests.editor_ui.browser import REPLY, Browser, logged_in, write
from tests.editor_ui.world import World

SPAM = "Lost your money? We get it back. Ask on LINE: rescue{}"


def test_anybody_reports_and_a_reviewer_decides(visitor: Browser, reviewer: Browser, world: World) -> None:
    article_id = world.article("Soup cures everything")
    reply_id = world.reply(article_id, "Buy my pills, call 0912-345-678")
    page = visitor.get(f"/article/{article_id}")
    assert any(node.get("href") == f"/report/reply/{reply_id}" for node in page.all("a"))
    visitor.get(f"/report/reply/{reply_id}?lang=en")
    visitor.submit(f"/report/reply/{reply_id}", status=422, note="pills")
    assert "Choose a reason" in visitor.main.text
    visitor.submit(f"/report/reply/{reply_id}", reason="SPAM", note="pills")
    assert "A reviewer will look at it" in visitor.follow().text
    assert "Buy my pills" in reviewer.get("/review?lang=en").text
    reviewer.get(f"/review/reply/{reply_id}")
    reviewer.submit(f"/review/reply/{reply_id}", decision="HIDE", reason="SPAM")
    reviewer.follow()
    assert "Buy my pills" not in visitor.get(f"/article/{article_id}").text
    hidden = visitor.get(f"/reply/{reply_id}?lang=en", status=410)
    assert "Advertising or spam" in hidden.text
    assert "Buy my pills" not in hidden.text
    assert "noindex" in visitor.response.text
    visitor.get(f"/report/reply/{reply_id}", status=404)
    log = visitor.get("/moderation?lang=en").text
    assert "hidden" in log
    assert "bob" not in log
    reviewer.get(f"/review/reply/{reply_id}")
    reviewer.submit("/undo")
    assert "Buy my pills" in visitor.get(f"/article/{article_id}").text


def test_only_reviewers_review(volunteer: Browser, visitor: Browser, world: World) -> None:
    article_id = world.article("Soup cures everything")
    for address in ("/review", f"/review/article/{article_id}", "/review/user/nobody"):
        volunteer.get(address, status=403)
        visitor.get(address, status=303)
    assert "/review" not in {node.get("href") for node in volunteer.get("/").all("a")}
    volunteer.get("/me")
    volunteer.post(f"/review/article/{article_id}", {"decision": "HIDE", "reason": "SPAM"}, status=403)
    visitor.get(f"/article/{article_id}")


@pytest.mark.parametrize("address", ["/report/soup/x", "/report/reply/nothing", "/report/pending/x", "/report/USER/x"])
def test_what_is_not_there_is_not_reported(visitor: Browser, address: str) -> None:
    visitor.get(address, status=404)


def test_a_wave_of_thirty_from_five_is_held_and_cleared_by_one_action(
    app: Flask, visitor: Browser, reviewer: Browser, world: World, factory: SessionFactory
) -> None:
    articles = [world.article(f"Claim number {number} about soup and health") for number in range(6)]
    for person in range(5):
        browser = logged_in(app, world, f"spam{person}@example.org")
        for article_id in articles:
            write(browser, article_id, SPAM.format(person * 7))
        assert "waits until somebody has looked at it" in browser.follow().text
        assert "Held:" in browser.get(f"/article/{articles[0]}").text
        assert "Held until" in browser.get("/me").text
    for article_id in articles:
        assert "Lost your money" not in visitor.get(f"/article/{article_id}").text
    page = reviewer.get("/review?lang=en")
    assert "Accounts: 5, replies: 30" in page.text
    people = [node.get("value") for node in page.all("input", name="person")]
    reviewer.submit("/review/wave", person=people, reason="SCAM")
    assert "all that they did: 5" in reviewer.follow().text
    assert "Lost your money" not in reviewer.get("/review").text
    log = visitor.get("/moderation?lang=en")
    assert len(log.all("tr")) == 1 + 5
    assert "Lost your money" not in log.text
    with transaction(factory) as session:
        assert session.scalar(select(func.count()).select_from(ArticleReply)) == 0
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == NOTIFY_ASKERS)) == 0
        refused = PendingReply.refused_at.is_not(None)
        assert session.scalar(select(func.count()).select_from(PendingReply).where(refused)) == 30
        assert session.scalar(select(func.count()).select_from(Report).where(Report.closed_at.is_(None))) == 0
    spammer = logged_in(app, world, "spam0@example.org")
    spammer.get(f"/article/{articles[0]}/write")
    spammer.submit(f"/article/{articles[0]}/replies", status=403, text="Once more", **REPLY)
    assert "Once more" in spammer.root.text  # what was typed is not lost
    assert "Your account is blocked" in spammer.get("/me").text


def test_whom_it_concerns_sees_the_decision_objects_and_is_heard(
    app: Flask, reviewer: Browser, volunteer: Browser, world: World
) -> None:
    article_id = world.article("Soup cures everything")
    reply_id = world.reply(article_id, "An honest reply", by="amy@example.org")
    action_id = world.hide(reply_id)
    page = volunteer.get("/me?lang=en")
    assert "Reply: hidden" in page.text
    volunteer.submit(f"/me/decisions/{action_id}/appeal", note="It is true, see the ministry.")
    assert "You objected" in volunteer.follow().text
    assert "see the ministry" in reviewer.get("/review").text
    reviewer.get(f"/review/reply/{reply_id}")
    reviewer.submit(f"/review/decisions/{action_id}/undo")
    assert "the decision was taken back" in volunteer.get("/me").text
    assert "An honest reply" in volunteer.get(f"/article/{article_id}").text


def test_who_was_blocked_closes_the_account_comes_back_blocked_objects_and_is_heard(
    app: Flask, reviewer: Browser, volunteer: Browser, world: World, factory: SessionFactory
) -> None:
    def page_of(email: str) -> str:
        with read_only(factory) as session:
            return f"/review/user/{session.scalars(select(User.published_id).where(User.email == email)).one()}"

    article_id = world.article("Soup cures everything")
    world.reply(article_id, "Lost money? LINE: refund88", by="amy@example.org")
    reviewer.get(page_of("amy@example.org"))
    reviewer.submit(page_of("amy@example.org"), decision="BLOCK", reason="SCAM")
    assert "If your account is blocked" in volunteer.get("/me/close?lang=en").text
    volunteer.submit("/me/close")
    back = logged_in(app, world, "amy@example.org")
    assert "Your account is blocked" in back.get("/me?lang=en").text
    [place] = [form.get("action") for form in back.root.all("form") if form.get("action").endswith("/appeal")]
    back.submit(place, note="That was my brother.")
    back.get(f"/article/{article_id}")
    back.submit("/claim", status=403)
    assert "my brother" in reviewer.get("/review").text
    reviewer.get(page_of("amy@example.org"))
    reviewer.submit(place.replace("/me/", "/review/").replace("/appeal", "/undo"))
    assert "Your account is blocked" not in back.get("/me?lang=en").text
    back.get(f"/article/{article_id}")
    back.submit("/claim")
    assert "refund88" not in Browser(app).get(f"/article/{article_id}").text


def test_two_reviewers_at_once_the_second_is_told(app: Flask, reviewer: Browser, world: World) -> None:
    world.make_reviewer("ross@example.org")
    second = logged_in(app, world, "ross@example.org")
    reply_id = world.reply(world.article("Soup cures everything"), "Buy pills")
    for browser in (reviewer, second):
        browser.get(f"/review/reply/{reply_id}?lang=en")
    reviewer.submit(f"/review/reply/{reply_id}", decision="HIDE", reason="SPAM")
    second.submit(f"/review/reply/{reply_id}", decision="HIDE", reason="SCAM")
    assert "Somebody else has just decided" in second.follow().text


def test_a_reviewer_takes_personal_data_out(visitor: Browser, reviewer: Browser, world: World) -> None:
    article_id = world.article("Mr. Wang, 0912-345-678, cures with soup")
    page = reviewer.get(f"/review/article/{article_id}?lang=en")
    assert page.one("textarea", name="pieces").raw_text.strip() == "0912-345-678"
    reviewer.submit(f"/review/article/{article_id}", status=422, decision="REDACT", reason="OTHER", pieces="nothing")
    reviewer.submit(f"/review/article/{article_id}", decision="REDACT", reason="PERSONAL_DATA", pieces="0912-345-678")
    shown = visitor.get(f"/article/{article_id}").text
    assert "0912" not in shown
    assert "█████" in shown


def test_what_the_law_forbids_needs_to_be_meant(visitor: Browser, reviewer: Browser, world: World) -> None:
    article_id = world.article("Forbidden words about soup")
    reviewer.get(f"/review/article/{article_id}?lang=en")
    reviewer.submit(f"/review/article/{article_id}", status=422, decision="REMOVE", reason="ILLEGAL")
    assert "Say that you are sure" in reviewer.main.text
    reviewer.submit(f"/review/article/{article_id}", decision="REMOVE", reason="ILLEGAL", sure="1")
    reviewer.follow()
    visitor.get(f"/article/{article_id}", status=404)
    assert "Nothing was decided yet" in visitor.get("/moderation?lang=en").text


def test_an_admin_is_a_reviewer(app: Flask, world: World, factory: SessionFactory) -> None:
    user_id = world.user("ada@example.org")
    with transaction(factory) as session:
        session.get_one(User, user_id).role = Role.ADMIN
    logged_in(app, world, "ada@example.org").get("/review")


def test_what_stands_at_something_hidden_is_quoted_to_nobody(
    visitor: Browser, world: World, factory: SessionFactory
) -> None:
    """The address of a report is public, and numbers are easily guessed."""
    article_id = world.article("Soup cures everything", reasons=["call 0912-345-678"])
    reply_id = world.reply(article_id, "Ask the doctor")
    world.vote(article_id, reply_id, 1, by="amy@example.org", comment="mine is 0912-345-678")
    with transaction(factory) as session:
        addresses = [
            f"/report/request/{session.scalars(select(ReplyRequest.id)).one()}",
            f"/report/comment/{session.scalars(select(ArticleReplyFeedback.id)).one()}",
            f"/report/reply/{reply_id}",
        ]
        hide = Decision(ModerationKind.HIDE, Reason.PERSONAL_DATA)
    for address in addresses:
        visitor.get(address)
    with transaction(factory) as session:
        decide(session, Target(TargetKind.ARTICLE, article_id), hide, None, now=world.clock())
    for address in addresses:
        visitor.get(address, status=404)


def test_who_wrote_what_is_hidden_is_not_named(visitor: Browser, world: World, factory: SessionFactory) -> None:
    """A name may be an advertisement, too."""
    article_id = world.article("Soup cures everything")
    reply_id = world.reply(article_id, "Ask me")
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == "bob@example.org")).one().name = "LINE refund88"
    assert "refund88" in visitor.get(f"/article/{article_id}").text
    world.hide(reply_id)
    assert "refund88" not in visitor.get(f"/article/{article_id}").text


def test_a_blocked_account_claims_nothing(volunteer: Browser, world: World, factory: SessionFactory) -> None:
    article_id = world.article("Soup cures everything")
    volunteer.get(f"/article/{article_id}")
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == "amy@example.org")).one().blocked_at = world.clock()
    volunteer.submit("/claim", status=403)


def test_a_report_of_something_that_is_gone_is_closed(
    visitor: Browser, reviewer: Browser, world: World, factory: SessionFactory
) -> None:
    article_id = world.article("Soup cures everything")
    world.report(article_id, "SPAM")
    with transaction(factory) as session:
        session.execute(delete(ReplyRequest))
        session.execute(delete(Article))
    assert "It is gone" in reviewer.get("/review?lang=en").text
    reviewer.submit(f"/review/article/{article_id}", decision="DISMISS")
    assert "Nothing waits" in reviewer.follow().text


def test_second_accounts_are_shown_with_what_speaks_for_them(
    app: Flask, reviewer: Browser, volunteer: Browser, world: World, factory: SessionFactory
) -> None:
    article_id = world.article("Soup cures everything")
    reply_id = world.reply(article_id)
    for address in ("ann@example.org", "ann+two@example.org"):
        world.vote(article_id, reply_id, 1, by=address)
    assert "No votes look like" in reviewer.get("/review/accounts?lang=en").text
    with transaction(factory) as session:
        decide_now(session, now=world.clock())
        names = {user.email: user.name for user in session.scalars(select(User))}
    page = reviewer.get("/review/accounts?lang=en").text
    assert "another account has the same mailbox" in page
    assert names["ann@example.org"] in page  # with whom
    assert "@" not in page
    reviewer.get("/review")
    assert "/review/accounts" in {node.get("href") for node in reviewer.root.all("a")}
    volunteer.get("/review/accounts", status=403)


def test_what_the_nights_decided_stands_on_a_page_for_everybody(
    visitor: Browser, world: World, factory: SessionFactory, clock: MovableClock
) -> None:
    articles = [world.article(f"Tea number {number} heals") for number in range(4)]
    replies = [world.reply(article_id, f"No study finds that of tea {article_id}") for article_id in articles]
    assert "The last nights" not in visitor.get("/help/ratings?lang=en").text
    for place in zip(articles, replies, strict=True):
        for voter in range(8):  # who come on several days
            world.vote(*place, 1, by=f"voter{voter}@example.org")
        clock.advance(days=1)
    with transaction(factory) as session:
        decide_now(session, now=clock())
    page = visitor.get("/help/ratings?lang=en").text
    assert "The last nights" in page
    words = f"No study finds that of tea {articles[0]}"
    assert words in page
    world.hide(replies[0])
    assert words not in visitor.get("/help/ratings?lang=en").text
    clock.advance(days=1)
    with transaction(factory) as session:
        decide_now(session, now=clock())
    assert "has another status than the night before" in visitor.get("/help/ratings?lang=en").text
