"""Profiles, the inbox, organisations, the chat's link, one minute: as pages."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    ArticleView,
    Category,
    EditorNotice,
    Hyperlink,
    LoginSession,
    Notice,
    PageState,
    Reply,
    Role,
    SimilarArticle,
    User,
)
from factcheck.services import task_making
from factcheck.services.digests import STOP
from factcheck.services.joining import start_joining
from factcheck.services.mail_requests import token_of
from factcheck.services.users import get_or_create_line_user
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import SECRET, World

AMY = "amy@example.org"


def chat_person(world: World, name: str) -> str:
    with transaction(world.factory) as session:
        user = get_or_create_line_user(session, name, secret_key=SECRET, locale="en", now=world.clock())
        session.flush()
        return user.id


def world_user(session: Session, email: str) -> str:
    return session.scalars(select(User.id).where(User.email == email)).one()


def profile_of(world: World, email: str = AMY) -> str:
    with read_only(world.factory) as session:
        return f"/people/{session.scalars(select(User.published_id).where(User.email == email)).one()}"


def test_a_profile_is_shown_by_choice(volunteer: Browser, visitor: Browser, world: World) -> None:
    """Nothing leads to it before; then what its owner wants on it, and no address ever."""
    article = world.article("a message")
    reply = world.reply(article, "My own words.", by=AMY)
    world.vote(article, reply, 1, by="bob@example.org")
    theirs = world.article("another message")
    world.vote(theirs, world.reply(theirs), 1, by=AMY, comment="Well said.")
    told = chat_person(world, "U9")
    with transaction(world.factory) as session:
        session.add(Notice(user_id=told, article_id=article, shown_reply_id=reply, created_at=world.clock()))
        session.add(ArticleView(user_id=told, article_id=article, reply_id=reply, viewed_at=world.clock()))
    place = profile_of(world)
    visitor.get(place, status=404)
    volunteer.get("/me")
    assert "1 person was told" in volunteer.main.text
    assert "1 person saw it in the chat" in volunteer.main.text
    volunteer.submit("/me/profile", is_public="1")
    visitor.get(place)
    assert "My own words." in visitor.main.text
    assert "1 found helpful" in visitor.main.text
    assert "Well said." not in visitor.main.text
    assert "was told" not in visitor.main.text
    assert AMY not in visitor.response.text
    links = [a.get("href") for a in visitor.get(f"/article/{article}").all("a")]
    assert place in links
    volunteer.get("/me")
    volunteer.submit("/me/profile", is_public="1", shows_votes="1", shows_reach="1")
    visitor.get(place)
    assert "Well said." in visitor.main.text
    assert "1 person was told" in visitor.main.text
    volunteer.get("/me")
    volunteer.post("/me/profile")
    visitor.get(place, status=404)


def test_the_inbox(volunteer: Browser, world: World, clock: MovableClock) -> None:
    volunteer.get("/me/inbox")
    assert "Nothing has happened yet" in volunteer.main.text
    article, other = world.article("a message"), world.article("another one")
    reply = world.reply(article, "My own words.", by=AMY)
    world.vote(article, reply, 1, by="bob@example.org", comment="I looked it up, too.")
    world.vote(article, reply, -1, by="cat@example.org")
    clock.advance(minutes=1)
    world.attach(other, reply, "bob@example.org")
    with transaction(world.factory) as session:
        session.execute(update(Hyperlink).values(state=PageState.GONE, tried_at=clock()))
    volunteer.get("/me/inbox")
    for words in ("I looked it up, too.", "1 does not", "is used for another message", "refers to is gone"):
        assert words in volunteer.main.text
    assert volunteer.main.one("h1").one("span").text == "3"
    world.vote(article, reply, 1, by="dan@example.org")
    volunteer.submit("/me/inbox/seen")
    volunteer.follow()
    assert volunteer.main.one("h1").one("span").text == "0"
    clock.advance(days=91)
    volunteer = logged_in(volunteer.client.application, world, AMY)
    volunteer.get("/me/inbox")
    assert "Nothing has happened yet" in volunteer.main.text


def test_the_inbox_and_the_desk_quote_nothing_of_others_that_is_hidden(volunteer: Browser, world: World) -> None:
    """Who added somebody's reply hears that it is gone; what it said stands nowhere any more."""
    article, other = world.article("a message"), world.article("another one")
    reply = world.reply(article, "Lost money? LINE: refund88", by="bob@example.org")
    world.attach(other, reply, AMY)
    with transaction(world.factory) as session:
        row = {"user_id": world_user(session, AMY), "reply_id": reply, "since_version": 1, "created_at": world.clock()}
        session.add(EditorNotice(**row))
    for address in ("/me", "/me/inbox"):
        assert "refund88" in volunteer.get(address).text
    world.hide(reply)
    assert "was hidden by moderation" in volunteer.get("/me/inbox?lang=en").text
    assert "refund88" not in volunteer.main.text
    assert "Changed replies" not in volunteer.get("/me?lang=en").text
    assert "refund88" not in volunteer.main.text


def test_the_mail_is_asked_for_and_ended_with_one_click(volunteer: Browser, world: World) -> None:
    """A mail program has no cookie and no page of ours; a link that we did not make ends nothing."""

    def wants() -> bool:
        with read_only(world.factory) as session:
            return session.scalars(select(User.wants_digest)).one()

    volunteer.get("/me/inbox")
    assert not wants()
    volunteer.submit("/me/inbox/digest")
    assert wants()
    stop = f"/digest/stop/{token_of(SECRET, world.user(AMY), STOP)}"
    program = Browser(volunteer.client.application)
    program.get(stop)
    assert wants()
    answer = program.client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants()
    volunteer.get("/me/inbox")
    volunteer.submit("/me/inbox/digest")
    program.get(stop)
    program.submit(stop, status=200)
    assert not wants()
    for wrong in ("nonsense", token_of("another key", world.user(AMY), STOP), token_of(SECRET, world.user(AMY), "x")):
        assert program.client.post(f"/digest/stop/{wrong}").status_code == 404


def test_who_asks_in_line_becomes_a_volunteer(app: Flask, world: World, session_factory: SessionFactory) -> None:
    """The chat's row itself is never logged in; what was done in the chat is on the page."""
    chat = chat_person(world, "U0")
    article = world.article("a message that I asked about")
    with transaction(session_factory) as session:
        token = start_joining(session, session.get_one(User, chat), now=world.clock())
    browser = Browser(app)
    browser.get(f"/join/{token}")
    browser.submit(f"/join/{token}")
    browser.follow()
    assert "now belong together" in browser.main.text
    assert "ask for a link to come here" in browser.main.text
    browser.get("/me/ratings")
    assert "a message that I asked about" in browser.main.text
    with read_only(session_factory) as session:
        [user_id] = session.scalars(select(LoginSession.user_id)).all()
        assert user_id != chat
    browser.get(f"/article/{article}")
    stranger = Browser(app)
    stranger.get(f"/join/{token}")
    stranger.submit(f"/join/{token}", status=422)
    assert "Ask for a new one in the chat" in stranger.main.text


def test_a_chat_joins_the_account_that_is_logged_in(volunteer: Browser, world: World) -> None:
    chat = chat_person(world, "U0")
    with transaction(world.factory) as session:
        token = start_joining(session, session.get_one(User, chat), now=world.clock())
    volunteer.get(f"/join/{token}")
    assert "only if you asked for this link" in volunteer.main.text
    volunteer.submit(f"/join/{token}")
    volunteer.get("/me")
    volunteer.get("/me/chat/leave")
    volunteer.submit("/me/chat/leave")
    volunteer.follow()
    assert "no longer belong together" in volunteer.main.text


def test_an_organisation_stands_on_what_its_members_write(
    volunteer: Browser, visitor: Browser, world: World, session_factory: SessionFactory
) -> None:
    """Only an admin says who writes for one; the label stays when somebody leaves, and is on nothing else."""
    volunteer.get("/organisations", status=403)
    before = world.reply(world.article("an older message"), "Written before.", by="bob@example.org")
    with transaction(session_factory) as session:
        session.execute(update(User).where(User.email == AMY).values(role=Role.ADMIN))
    volunteer.get("/me")
    volunteer.get("/organisations")
    volunteer.submit("/organisations", name="The Daily Check", url="javascript:alert(1)", status=422)
    volunteer.get("/organisations")
    volunteer.submit("/organisations", name="The Daily Check", url="https://check.example/about")
    volunteer.follow()
    action = next(form.get("action") for form in volunteer.root.all("form") if form.get("action").endswith("/members"))
    volunteer.submit(action, email="nobody@example.org", status=422)
    volunteer.get("/organisations")
    volunteer.submit(action, email="bob@example.org")
    article = world.article("a message")
    world.reply(article, "Written for it.", by="bob@example.org")
    volunteer.get("/organisations")
    volunteer.submit("/remove")
    world.reply(article, "Written after it.", by="bob@example.org")
    page = visitor.get(f"/article/{article}")
    labels = [a for a in page.all("a") if a.get("href") == "https://check.example/about"]
    assert [label.text for label in labels] == ["The Daily Check"]
    labelled = next(card for card in page.all("article") if any(a is labels[0] for a in card.all("a")))
    assert "Written for it." in labelled.text
    assert "The Daily Check" not in visitor.get(f"/reply/{before}").one("main").text


def test_facts_are_kept_apart_from_views(visitor: Browser, world: World) -> None:
    article = world.article("a message")
    world.reply(article, "One may see it differently.", kind="OPINIONATED")
    world.reply(article, "It is not true.", by="bob@example.org")
    text = visitor.get(f"/article/{article}").one("main").text
    assert text.index("It is not true.") < text.index("Views, apart from the facts") < text.index("One may see it")
    assert "About facts, which everybody can check" in text
    assert "About views, which are neither true nor false" in text


@pytest.fixture
def stocked(world: World) -> World:
    """With a task of each kind."""
    article = world.article("Drink salt water against the flu")
    other = world.article("Salt water cures influenza at once")
    world.reply(article, "It does not.", by="bob@example.org")
    with transaction(world.factory) as session:
        session.add(Category(id="health", title="Health"))
        session.add(SimilarArticle(article_id=min(article, other), other_id=max(article, other), probability=0.6))
        session.execute(update(Hyperlink).values(state=PageState.OK, title="The ministry"))
    [kind] = task_making.job_kinds(world.factory, world.clock)
    effects = kind.handler({})
    with transaction(world.factory) as session:
        effects(session)
    return world


def test_one_minute(volunteer: Browser, visitor: Browser, stocked: World) -> None:
    """Each kind is shown and answered, without scripts; then there is none."""
    visitor.get("/minute", status=303)
    seen = set()
    for _ in range(10):
        volunteer.get("/minute")
        text = volunteer.main.text
        if "There is no small task for you now" in text:
            break
        question = volunteer.root.one("h2").text
        seen.add(question)
        address = next(form.get("action") for form in volunteer.root.all("form") if "/minute/" in form.get("action"))
        if question == "Does this reply help?":
            volunteer.submit(address, score="1", comment="Yes, it does.")
        else:
            answers = {
                "Do these two messages claim the same?": "SAME",
                "What is this message about?": "health",
                "Does the page say what the reply says?": "SAYS_SO",
            }
            volunteer.post(address, {"answer": answers[question]})
    assert len(seen) == 4
    assert "4 done today" in text or "5 done today" in text
    with read_only(stocked.factory) as session:
        [reply_id] = session.scalars(select(Reply.id)).all()
    volunteer.get(f"/reply/{reply_id}")
    assert "1 person finds it helpful" in volunteer.main.text
    volunteer.get("/minute?all=1")
    assert "See all lists" in volunteer.main.text


@pytest.mark.usefixtures("stocked")
def test_what_is_wrong_is_said(volunteer: Browser) -> None:
    volunteer.get("/minute")
    address = next(form.get("action") for form in volunteer.root.all("form") if "/minute/" in form.get("action"))
    volunteer.post(address, {"answer": "nonsense"}, status=422)
    volunteer.get("/minute")
    volunteer.post("/minute/999999", {"answer": "SAME"}, status=404)
