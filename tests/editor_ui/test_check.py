"""Everyone's door: what it says, that it stores nothing and hides what is hidden, and the way to be told by mail."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from bot.outbound.mail import mail_askers, mail_reply
from editor_ui.rate_limits import SWITCH
from factcheck.db.base import Base
from factcheck.db.session import read_only, transaction
from factcheck.matching.decide.decision import Decision, Outcome, Scored, decide
from factcheck.models import Article, Job, MailRequest, ReplyRequest, Status, User
from factcheck.services import housekeeping, lookup
from factcheck.services.login_sessions import lifetimes
from factcheck.services.mail_notices import MAIL_ASKERS, MAIL_REPLY
from factcheck.services.own_account import close_account, own_data
from factcheck.settings import Settings
from tests.bot.chatting import longer
from tests.bot.deciding import in_place_of_the_model
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.search import FakeSearch

SPOON = "Put a silver spoon into the fridge, and all vegetables stay fresh for three months! Tell everybody you know."
STORM = "The mayor says that all schools of the city are closed on Friday because of the coming typhoon."
LINK = re.compile(r"http://localhost(/check/\S+)")


def rows(world: World) -> dict[str, int]:
    with read_only(world.factory) as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def check(browser: Browser, message: str, status: int = 200) -> str:
    browser.get("/check")
    browser.submit("/check", status=status, message=message)
    return browser.main.text


def test_a_known_message_gets_its_reply_and_nothing_is_stored(visitor: Browser, world: World):
    article_id = world.article(SPOON)
    world.reply(article_id, "A spoon does nothing.")
    before = rows(world)
    said = check(visitor, SPOON)
    for part in ("Volunteers have checked this message", "Contains misinformation", "A spoon does nothing."):
        assert part in said
    assert "https://example.org/facts" in said
    assert rows(world) == before
    visitor.get("/check")
    assert not visitor.response.headers.getlist("Set-Cookie")
    assert [a.text for a in visitor.main.all("a", href="tel:165")] == ["Anti-fraud hotline 165"]


def test_what_differs_is_named_before_the_reply_to_the_other_message(visitor: Browser, world: World):
    article_id = world.article(STORM)
    world.reply(article_id, "The city has said so.", kind="NOT_RUMOR")
    said = check(visitor, STORM.replace("closed", "open").replace("Friday", "Monday"))
    assert said.index("You received “") < said.index("Nobody has checked yours.") < said.index("The city has said so.")


def test_what_is_hidden_stays_hidden_also_from_what_was_compared_before(visitor: Browser, world: World):
    article_id = world.article(SPOON)
    world.reply(article_id, "A spoon does nothing.")
    assert "A spoon does nothing." in check(visitor, SPOON)
    with transaction(world.factory) as session:
        session.execute(update(Article).where(Article.id == article_id).values(status=Status.BLOCKED))
    said = check(visitor, SPOON)
    assert "Nobody has checked this message yet" in said
    assert article_id not in visitor.response.text
    ask(visitor, "ann@example.org")
    visitor.get(confirm_path(visitor))
    visitor.submit(visitor.address.partition("?")[0], status=404)
    assert "may not be shown" in visitor.main.text


def test_messages_to_choose_from(visitor: Browser, world: World, monkeypatch):
    one, other = world.article(SPOON), world.article(STORM)
    decision = Decision(Outcome.CHOOSE, (Scored(one, 0.7, False),), perhaps=(Scored(other, 0.3, False),))
    in_place_of_the_model(monkeypatch, lambda *_: decision)
    said = check(visitor, "Silver spoons keep vegetables fresh")
    assert said.index("Is it this one?") < said.index("silver spoon into") < said.index("less like yours")
    assert next(mark.text.casefold() for mark in visitor.main.all("mark")) in "silver spoon vegetables fresh"


def test_the_same_text_is_compared_once(visitor: Browser, world: World, monkeypatch):
    world.article(SPOON)
    compared: list[str] = []
    lookup._decided.cache_clear()
    monkeypatch.setattr(lookup, "decide", lambda text, found: compared.append(text) or decide(text, found))
    for _ in range(2):
        assert "This message is known" in check(visitor, SPOON)
    assert len(compared) == 1


def test_the_text_comes_back_while_the_index_is_away(visitor: Browser, world: World, search: FakeSearch):
    world.article(longer(SPOON))
    search.available = False
    said = check(visitor, SPOON, status=503)
    assert "Please send it again in some minutes" in said
    assert visitor.root.one("textarea", name="message").raw_text.strip() == SPOON


def test_what_cannot_be_looked_up_comes_back(visitor: Browser):
    assert "The message is empty." in check(visitor, " ", status=422)
    assert "too short" in check(visitor, "spoon", status=422)
    assert "longer than 10000" in check(visitor, "x" * 10_001, status=422)
    assert len(visitor.root.one("textarea", name="message").raw_text.strip()) == 10_001


def test_there_is_a_limit(visitor: Browser, app: Flask):
    app.config[SWITCH] = True
    for _ in range(20):
        check(visitor, "spoon", status=422)
    said = check(visitor, SPOON, status=429)
    assert "Too many requests" in said
    assert visitor.root.one("textarea", name="message").raw_text.strip() == SPOON


def test_a_phone_shares_to_the_form(visitor: Browser, world: World):
    manifest = visitor.client.get("/manifest.webmanifest?lang=th").json
    target = manifest["share_target"]
    assert (manifest["lang"], target["method"], target["enctype"]) == ("th", "POST", "multipart/form-data")
    before = rows(world)
    shared = {"title": "", "text": SPOON, "url": "https://example.org/a"}
    visitor._take(visitor.client.post(target["action"], data=shared), "/check/share", 200)
    assert visitor.root.one("html").get("lang") == "th"
    assert visitor.root.one("textarea", name="message").raw_text.strip() == f"{SPOON}\nhttps://example.org/a"
    assert rows(world) == before


def ask(browser: Browser, email: str, *, status: int = 200, **fields: str) -> None:
    browser.submit("/check/ask", email=email, status=status, **({"consent": "1"} | fields))


def confirm_path(browser: Browser) -> str:
    mailer: FakeMailer = browser.client.application.extensions["factline_editor_ui"].mailer
    found = LINK.search(mailer.sent[-1][2])
    assert found
    return found[1]


class Context:
    """What the worker's jobs of mail use."""

    base_url = "http://localhost"
    secret_key = SECRET

    def __init__(self, world: World, mailer: FakeMailer) -> None:
        self.factory, self.clock, self.mailer = world.factory, world.clock, mailer

    def article_url(self, article_id: str, locale: str) -> str:
        return f"{self.base_url}/article/{article_id}?lang={locale}"


def run_mail_jobs(world: World, mailer: FakeMailer) -> None:
    """As the worker does, until none is left."""
    context: Any = Context(world, mailer)
    while True:
        with read_only(world.factory) as session:
            job = session.scalars(select(Job).where(Job.kind.in_([MAIL_ASKERS, MAIL_REPLY])).order_by(Job.id)).first()
        if job is None:
            return
        if job.kind == MAIL_ASKERS:
            effects = mail_askers(context, job.payload["cluster_id"])
        else:
            effects = mail_reply(context, job.payload["request_id"])
        with transaction(world.factory) as session:
            effects(session)
            session.delete(session.get_one(Job, job.id))


def test_an_unknown_message_is_published_once_its_sender_confirms_and_they_are_told(
    visitor: Browser, world: World, mailer: FakeMailer
):
    check(visitor, SPOON)
    assert rows(world)["mail_requests"] == 0
    ask(visitor, "ann@example.org", consent="", status=422)
    assert "Please agree" in visitor.main.text
    ask(visitor, "ann@example", status=422)
    assert "does not look like an e-mail address" in visitor.main.text
    ask(visitor, "ann@example.org")
    assert rows(world)["articles"] == 0
    path = confirm_path(visitor)
    visitor.get(path)
    assert rows(world)["articles"] == 0
    visitor.submit(path.partition("?")[0])
    visitor.follow()
    assert "we write to you" in visitor.main.text
    with read_only(world.factory) as session:
        article = session.scalars(select(Article)).one()
        assert (article.text, article.references) == (SPOON, ["URL"])
        assert session.scalar(select(func.count()).select_from(ReplyRequest)) == 1
        kept = session.scalars(select(MailRequest)).one()
        assert (kept.email, kept.text) == ("", "")
    visitor.get(path)
    visitor.submit(path.partition("?")[0])
    assert rows(world)["reply_requests"] == 1
    assert len(mailer.sent) == 1
    world.reply(article.id, "A spoon does nothing.")
    world.reply(article.id, "Nothing at all.")
    run_mail_jobs(world, mailer)
    assert len(mailer.sent) == 2
    to, subject, body = mailer.sent[-1]
    assert to == "ann@example.org"
    assert subject == "There is a reply to the message that you asked about"
    assert f"http://localhost/article/{article.id}?lang=en" in body
    assert "Contains misinformation" in body
    visitor.get(confirm_path(visitor))
    visitor.submit(visitor.address.partition("?")[0], status=200)
    assert rows(world)["mail_requests"] == 0


def test_who_is_logged_in_confirms_nothing_and_whose_account_is_closed_gets_no_mail(
    volunteer: Browser, world: World, mailer: FakeMailer
):
    check(volunteer, SPOON)
    volunteer.submit("/check/ask", consent="1")
    assert "/article/" in volunteer.response.headers["Location"]
    with read_only(world.factory) as session:
        article_id = session.scalars(select(Article.id)).one()
    check(volunteer, SPOON)
    volunteer.submit("/check/ask")
    assert (rows(world)["mail_requests"], rows(world)["reply_requests"]) == (1, 1)
    with transaction(world.factory) as session:
        amy = session.scalars(select(User).where(User.email == "amy@example.org")).one()
        assert own_data(session, amy)["checks_told_by_mail"][0]["article_id"] == article_id
        close_account(session, amy, secret_key=SECRET, now=world.clock())
    world.reply(article_id)
    run_mail_jobs(world, mailer)
    assert mailer.sent == []


def test_what_nobody_confirms_is_forgotten(visitor: Browser, world: World, mailer: FakeMailer, clock: Any):
    check(visitor, SPOON)
    for _ in range(5):
        ask(visitor, "ann@example.org")
        check(visitor, SPOON)
    ask(visitor, "ann@example.org", status=422)
    assert "several links" in visitor.main.text
    path = confirm_path(visitor)
    clock.advance(days=2, minutes=1)
    visitor.get(path)
    visitor.submit(path.partition("?")[0], status=422)
    assert "too old" in visitor.main.text
    with transaction(world.factory) as session:
        limits = lifetimes(Settings())
        old = housekeeping.find_old(session, limits, now=clock(), keep=timedelta(days=30))
        housekeeping.remove(session, old, now=clock())
    assert (rows(world)["mail_requests"], rows(world)["articles"]) == (0, 0)


def test_a_mail_that_cannot_be_sent_keeps_nothing(
    visitor: Browser, world: World, mailer: FakeMailer, embedder: FakeEmbedder
):
    check(visitor, SPOON)
    visitor.forget()
    ask(visitor, "ann@example.org", status=400)
    assert "Please send the form again" in visitor.main.text
    mailer.available = False
    visitor.submit("/check/ask", status=503)
    assert visitor.root.one("textarea", name="email").raw_text.strip() == "ann@example.org"
    assert rows(world)["mail_requests"] == 0
    visitor.get("/check/stop/made-up")
    visitor.submit("/check/stop/made-up", status=200)
