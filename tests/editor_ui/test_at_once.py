"""Several people, devices and windows with one message: nothing is lost, and nobody is overwritten unseen.

The newcomers' row is in `test_write.py`, those of drafts and changes in `test_drafts.py` and `test_editing.py`.
"""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import delete, func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, ArticleReply, Draft, PendingReply, Reply, Status, User
from factcheck.services.replies import take_back
from factcheck.settings import Settings
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer

GOOD = {"type": "RUMOR", "text": "It is not true.", "reference": "https://example.org/facts"}


def test_what_was_typed_is_a_draft_while_the_reply_of_another_is_read(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    theirs = world.reply(article_id, "Faster than you.", by="dan@example.org")
    volunteer.submit("/replies", status=409, **GOOD)
    volunteer.submit(f"/replies/{theirs}/vote", score="1")  # leaves the form
    volunteer.get(f"/article/{article_id}/write")
    assert volunteer.root.one("textarea", name="text").text == GOOD["text"]
    with read_only(session_factory) as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 1


def test_what_another_sends_is_read_before_it_is_published(
    build: Callable[[Settings], Flask], settings: Settings, world: World, session_factory: SessionFactory
):
    app, article_id = build(settings.model_copy(update={"undo_seconds": 120})), world.article("a message")
    amy, bob = (logged_in(app, world, f"{name}@example.org") for name in ("amy", "bob"))
    for browser in (amy, bob):
        browser.get(f"/article/{article_id}/write")
    amy.submit("/replies", **GOOD)
    bob.submit("/replies", status=409, **{**GOOD, "text": "I see it differently."})
    assert "somebody else replied while you were writing" in bob.root.one(role="alert").text
    assert GOOD["text"] in bob.main.text
    assert bob.root.one("textarea", name="text").text == "I see it differently."
    bob.submit("/replies")
    assert GOOD["text"] not in bob.follow().text  # elsewhere it is seen once it is published
    with read_only(session_factory) as session:
        assert session.scalar(select(func.count()).select_from(PendingReply)) == 2


def test_one_draft_published_on_two_devices_is_one_reply_and_a_change(
    app: Flask, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    desk, phone = (logged_in(app, world, "amy@example.org") for _ in range(2))
    desk.get(f"/article/{article_id}/write")
    desk.submit("/draft", **GOOD)
    for browser in (desk, phone):
        browser.get(f"/article/{article_id}/write")
    desk.submit("/replies")
    phone.submit("/replies", status=409, text="It is not true at all.")
    assert "Publish the change anyway" in phone.main.text
    assert phone.root.one("textarea", name="text").text == "It is not true at all."
    assert phone.root.one(role="alert").one("ins").text == "put in: at all"
    phone.submit("/edit")
    with read_only(session_factory) as session:
        reply = session.scalars(select(Reply)).one()
        assert (reply.text, reply.version) == ("It is not true at all.", 2)


def test_a_reply_that_another_has_added_meanwhile(app: Flask, volunteer: Browser, world: World):
    source, target = world.article("a message"), world.article("another message")
    reply_id = world.reply(source)
    volunteer.get(f"/article/{target}/write")
    world.attach(target, reply_id, "cat@example.org")
    volunteer.post(f"/article/{target}/reuse", {"reply_id": reply_id})
    volunteer.follow()
    assert "already added here by" in volunteer.root.one(id=f"reply-{reply_id}").one(role="status").text


def test_a_reply_that_is_taken_back_while_it_is_used(volunteer: Browser, world: World, session_factory: SessionFactory):
    source, target = world.article("a message"), world.article("another message")
    reply_id = world.reply(source)
    volunteer.get(f"/article/{target}/write")
    with transaction(session_factory) as session:
        link = session.get_one(ArticleReply, (source, reply_id))
        take_back(session, source, reply_id, session.get_one(User, link.user_id), now=world.clock())
    form = {"reply_id": reply_id, "text": "typed meanwhile", "form": "reply"}
    volunteer.post(f"/article/{target}/reuse", form, status=410)
    assert "taken back a moment ago" in volunteer.main.text
    volunteer.get(f"/article/{target}/write")
    assert volunteer.root.one("textarea", name="text").text == "typed meanwhile"


def test_using_a_reply_loses_nothing_that_another_device_has_changed(app: Flask, world: World):
    reply_id, target = world.reply(world.article("a message")), world.article("another message")
    desk, phone = (logged_in(app, world, "amy@example.org") for _ in range(2))
    for browser in (desk, phone):
        browser.get(f"/article/{target}/write")
    desk.submit("/draft", text="written at the desk")
    form = {"reply_id": reply_id, "form": "reply", "draft_version": "0"}
    phone.post(f"/article/{target}/reuse", {**form, "text": "typed on the phone"}, status=409)
    assert phone.root.one("textarea", name="text").text == "typed on the phone"
    assert "changed elsewhere meanwhile" in phone.root.one(role="alert").text


def test_the_message_is_taken_away_while_somebody_changes_or_looks_at_their_reply(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by="amy@example.org")
    volunteer.get(f"/article/{article_id}/replies/{reply_id}/edit")
    page = volunteer.root
    with transaction(session_factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    for action, text in (("/preview", "Better."), ("/edit", "Better still.")):
        volunteer.root = page
        volunteer.submit(action, status=410, text=text)
        assert volunteer.root.one("textarea", name="text").text == text
        with transaction(session_factory) as session:
            assert session.scalars(select(Draft.text)).one() == text
            session.execute(delete(Draft))


def test_the_message_is_taken_away_while_somebody_writes(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    page = volunteer.root
    with transaction(session_factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    volunteer.submit("/draft", status=410, **GOOD, auto="1")
    assert volunteer.root.one("textarea", name="text").text == GOOD["text"]
    volunteer.get(f"/article/{article_id}/write", status=410)
    volunteer.root = page
    volunteer.submit("/replies", status=410, **{**GOOD, "text": "Longer."}, draft_version="1")
    with read_only(session_factory) as session:
        assert session.scalars(select(Draft.text)).all() == ["Longer."]
        assert session.scalar(select(func.count()).select_from(Reply)) == 0


def test_the_log_in_ends_while_a_draft_is_saved(volunteer: Browser, world: World, mailer: FakeMailer):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.forget()
    rows = {"ref_url": ["https://a.example/1", "", "https://b.example/2"], "ref_note": ["One", "", "Two"]}
    volunteer.submit("/draft", status=401, **GOOD, **rows)
    kept = volunteer.root
    volunteer.log_in("amy@example.org", mailer)  # in another window
    volunteer.root = kept
    volunteer.submit("/draft", status=400)  # its token is from before the log-in
    volunteer.submit("/draft")
    volunteer.follow()
    form = volunteer.root.one("form", id="reply-form")
    urls = [one.get("value") for one in form.all("input", name="ref_url")]
    notes = [one.get("value") for one in form.all("input", name="ref_note")]
    assert [pair for pair in zip(notes, urls, strict=True) if any(pair)] == [
        ("One", "https://a.example/1"),
        ("Two", "https://b.example/2"),
        ("", "https://example.org/facts"),
    ]


def test_nearly_the_same_reply_is_offered_once(volunteer: Browser, world: World, session_factory: SessionFactory):
    source, target = world.article("petrol gets dearer"), world.article("petrol gets dearer tomorrow")
    text = "The price rises by twenty cents, as the ministry has said on Monday."
    twin = world.reply(source, text)
    world.find_similar()
    volunteer.get(f"/article/{target}/write")
    same = {**GOOD, "text": text.replace("Monday", "monday") + "!"}
    volunteer.submit("/replies", status=409, **same)
    alert = volunteer.root.one(role="alert")
    assert "Nearly the same reply" in alert.text
    assert alert.one("button").get("value") == twin
    volunteer.submit("/replies")
    with read_only(session_factory) as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 2


def test_personal_data_is_asked_about_once_each(volunteer: Browser, world: World, session_factory: SessionFactory):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/replies", status=409, **{**GOOD, "text": "Ask Mr Wang, 0912-345-678."})
    assert "Phone number: 0912-345-678" in volunteer.root.one(role="alert").text
    volunteer.submit("/replies", status=409, text="Ask Mr Wang, 0912-345-678 or wang@example.com.")
    assert "0912" not in volunteer.root.one(role="alert").text
    assert "wang@example.com" in volunteer.root.one(role="alert").text
    volunteer.submit("/replies")
    with read_only(session_factory) as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 1
