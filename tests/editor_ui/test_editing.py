"""Changing a published reply: by its author alone, with what it said before in view."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Draft, Job, Reply, ReplyHyperlink, ReplyRevision
from factcheck.services.indexing import INDEX_ARTICLE
from factcheck.services.notices import TELL_CHANGE
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World

OLD = "Lemon water does not cure diabetes."


@pytest.fixture
def place(world: World) -> tuple[str, str]:
    """An article and the reply of amy that it has."""
    article_id = world.article("Lemon water cures diabetes")
    return article_id, world.reply(article_id, OLD, by="amy@example.org")


def edit(browser: Browser, place: tuple[str, str], status: int = 303, **fields: str) -> None:
    browser.get("/article/{}/replies/{}/edit".format(*place))
    browser.submit("/edit", status=status, **fields)


def reply_of(factory: SessionFactory, place: tuple[str, str]) -> Reply:
    with read_only(factory) as session:
        return session.get_one(Reply, place[1])


def test_what_it_said_before_stays_readable(
    volunteer: Browser, visitor: Browser, place: tuple[str, str], session_factory: SessionFactory, clock: MovableClock
):
    clock.advance(days=1)
    edit(volunteer, place, text="Lemon water cures nothing.", type="OPINIONATED", ref_url="https://example.org/new")
    assert volunteer.response.headers["Location"] == f"/article/{place[0]}#reply-{place[1]}"
    visitor.get(f"/article/{place[0]}")
    assert "Lemon water cures nothing." in visitor.main.text
    assert "changed Mar 2, 2026" in visitor.root.one(id=f"reply-{place[1]}").text
    assert "changed a reply" in visitor.root.one(id="history").text
    visitor.get(f"/reply/{place[1]}")
    newest = visitor.root.one(id="version-2")
    assert [one.text for one in newest.all("del")][1:2] == [
        "taken out: does not cure diabetes",
    ]
    assert "put in: cures nothing" in [one.text for one in newest.all("ins")]
    assert OLD in visitor.root.one(id="version-1").text
    with read_only(session_factory) as session:
        assert session.scalars(select(ReplyHyperlink.url)).all() == ["https://example.org/new"]


def test_its_new_words_are_searched_for(volunteer: Browser, place: tuple[str, str], session_factory: SessionFactory):
    with transaction(session_factory) as session:
        session.execute(delete(Job))
        before = session.get_one(Article, place[0]).version
    edit(volunteer, place, text="Lemon water cures nothing.")
    with read_only(session_factory) as session:
        assert session.get_one(Article, place[0]).version == before + 1
        waiting = session.scalars(select(Job).where(Job.kind == INDEX_ARTICLE)).all()
    assert [job.payload for job in waiting] == [{"article_id": place[0]}]


def test_old_replies_and_ratings_of_before_are_called_so(
    volunteer: Browser, visitor: Browser, world: World, place: tuple[str, str], clock: MovableClock
):
    world.vote(*place, 1, by="cat@example.org", comment="clear")
    clock.advance(days=1)
    edit(volunteer, place, text="Other words.")
    world.vote(*place, 1, by="dan@example.org", comment="clearer")
    visitor.get(f"/article/{place[0]}")
    [later, before] = visitor.root.one(id=f"reply-{place[1]}").with_class("comments")[0].all("li")
    assert "about what the reply said before" in before.text
    assert "about what" not in later.text
    assert "years ago" not in visitor.main.text
    clock.advance(days=800)
    visitor.get(f"/article/{place[0]}")
    assert "more than 2 years ago" in visitor.root.one(id=f"reply-{place[1]}").text


def test_nobody_elses(volunteer: Browser, world: World):
    article_id = world.article("a message")
    theirs = world.reply(article_id, by="bob@example.org")
    address = f"/article/{article_id}/replies/{theirs}/edit"
    volunteer.get(address, status=403)
    volunteer.get("/")
    volunteer.post(address, {"type": "RUMOR", "text": "Mine", "reference": "https://example.org"}, status=403)
    assert volunteer.root.one("textarea", name="text").text == "Mine"


def test_sending_a_change_twice_makes_one_version(
    volunteer: Browser, place: tuple[str, str], session_factory: SessionFactory
):
    edit(volunteer, place, text="Better words.")
    volunteer.get(f"/article/{place[0]}/replies/{place[1]}/edit")
    volunteer.submit("/edit", form_key="1")  # as the page before sent it
    assert reply_of(session_factory, place).version == 2


def test_two_changes_of_one_version(app: Flask, world: World, place: tuple[str, str], session_factory: SessionFactory):
    desk, phone = (logged_in(app, world, "amy@example.org") for _ in range(2))
    for browser in (desk, phone):
        browser.get("/article/{}/replies/{}/edit".format(*place))
    desk.submit("/edit", text="Changed at the desk.")
    phone.submit("/edit", status=409, text="Changed on the phone.")
    assert phone.root.one("form", id="reply-form").one("textarea", name="text").text == "Changed on the phone."
    notice = phone.root.one(role="alert")
    assert "the reply has changed meanwhile" in notice.text
    assert notice.all("del")[-1].text == "taken out: desk"
    assert reply_of(session_factory, place).text == "Changed at the desk."
    phone.submit("/edit")
    assert reply_of(session_factory, place).text == "Changed on the phone."
    with read_only(session_factory) as session:
        texts = session.scalars(select(ReplyRevision.text).order_by(ReplyRevision.number)).all()
    assert texts == [OLD, "Changed at the desk."]


def test_a_draft_of_a_change_remembers_what_it_changes(
    volunteer: Browser, place: tuple[str, str], session_factory: SessionFactory
):
    address = "/article/{}/replies/{}/edit".format(*place)
    volunteer.get(address)
    volunteer.submit("/draft", text="Half a change")
    volunteer.get(f"/article/{place[0]}/write")
    assert "Half a change" not in volunteer.root.one(id="reply-form").text
    with read_only(session_factory) as session:
        assert session.scalars(select(Draft.form)).one() == f"edit:{place[1]}"
    # Meanwhile, in a window that knows nothing of the draft:
    volunteer.post(address, {"type": "RUMOR", "text": "Other", "reference": "https://example.org", "form_key": "1"})
    volunteer.get(address)
    assert volunteer.root.one("textarea", name="text").text == "Half a change"
    volunteer.submit("/edit", status=409)
    assert "the reply has changed meanwhile" in volunteer.main.text


def test_who_uses_it_elsewhere_is_told_until_they_have_seen_it(
    app: Flask, world: World, volunteer: Browser, place: tuple[str, str], clock: MovableClock
):
    other = world.article("Lemon water heals all")
    world.attach(other, place[1], "bob@example.org")
    edit(volunteer, place, text="Other words.")
    edit(volunteer, place, text="Still other words.")
    volunteer.get("/me")
    assert not volunteer.root.all(id="notices")
    bob = logged_in(app, world, "bob@example.org")
    bob.get("/me")
    notices = bob.root.one(id="notices")
    [link] = notices.all("a")
    assert link.get("href") == f"/reply/{place[1]}#version-2"
    bob.submit("/notices/seen")
    bob.follow()
    assert not bob.root.all(id="notices")
    clock.advance(days=1)
    edit(volunteer, place, text="Words of the next day.")
    bob.get("/me")
    assert bob.root.one(id="notices").one("a").get("href").endswith("#version-4")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "Lemon water does NOT cure diabetes!"}, 0),
        ({"ref_url": "https://example.org/other"}, 0),
        ({"type": "NOT_RUMOR"}, 1),
        ({"text": "Lemon water does cure diabetes."}, 1),
    ],
)
def test_who_received_it_is_told_what_matters(
    changes: dict[str, str], told: int, volunteer: Browser, place: tuple[str, str], session_factory: SessionFactory
):
    edit(volunteer, place, **changes)
    assert reply_of(session_factory, place).version == 2
    with read_only(session_factory) as session:
        assert len(session.scalars(select(Job).where(Job.kind == TELL_CHANGE)).all()) == told
