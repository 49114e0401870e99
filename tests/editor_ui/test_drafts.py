"""Drafts: private, on the server, and never overwritten unseen."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Draft, Hyperlink, PageState, Reply, Status, User
from factcheck.ports import FetchedPage
from factcheck.services.hyperlinks import keep
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World

GOOD = {"type": "RUMOR", "text": "It is not true.", "ref_url": "https://example.org/facts", "ref_note": "A ministry"}
AUTO = {"auto": "1"}


def drafts(factory: SessionFactory) -> list[Draft]:
    with read_only(factory) as session:
        return list(session.scalars(select(Draft).order_by(Draft.id)))


def typed(browser: Browser) -> dict[str, list[str]]:
    """What is in the form of the page."""
    form = browser.root.one("form", id="reply-form")
    chosen = [one.get("value") for one in form.all("input", type="radio") if "checked" in one.attrs]
    fields = {name: [one.get("value") for one in form.all("input", name=name)] for name in ("ref_url", "ref_note")}
    return {"type": chosen, "text": [form.one("textarea", name="text").raw_text.removeprefix("\n")], **fields}


def test_a_draft_is_there_on_another_device_and_nobody_elses(app: Flask, world: World, volunteer: Browser):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", **GOOD)
    volunteer.follow()
    assert "The draft is saved" in volunteer.main.text
    phone = logged_in(app, world, "amy@example.org")
    phone.get(f"/article/{article_id}")
    assert "Go on with your draft" in phone.main.text
    phone.get(f"/article/{article_id}/write")
    assert typed(phone) == {
        "type": ["RUMOR"],
        "text": ["It is not true."],
        "ref_url": ["https://example.org/facts", ""],
        "ref_note": ["A ministry", ""],
    }
    phone.get("/me")
    assert "It is not true." in phone.root.one(id="drafts").text
    [own] = [a.get("href") for a in phone.main.all("a") if a.get("href").endswith(".txt")]
    bob = logged_in(app, world, "bob@example.org")
    bob.get(own, status=404)
    bob.get(own.replace(".txt", "/discard"), status=404)
    bob.get(f"/article/{article_id}/write")
    assert typed(bob)["text"] == [""]
    assert "1 other person has a fresh draft" in bob.main.text


def test_a_published_draft_is_gone(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", **GOOD)
    volunteer.follow()
    volunteer.submit("/replies")
    assert drafts(session_factory) == []
    with read_only(session_factory) as session:
        assert session.scalars(select(Reply)).one().reference == "A ministry\nhttps://example.org/facts"


def test_the_script_saves_and_is_told_the_version(volunteer: Browser, world: World, session_factory: SessionFactory):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/draft", status=200, **GOOD, **AUTO)
    assert volunteer.response.json["version"] == 1
    assert volunteer.response.json["said"].startswith("Draft saved Mar 1, 2026")
    volunteer.submit("/draft", status=200, **{**GOOD, "text": "More."}, draft_version="1", **AUTO)
    assert volunteer.response.json["version"] == 2
    assert [draft.text for draft in drafts(session_factory)] == ["More."]


def test_two_devices_with_one_draft_see_both_texts(app: Flask, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    desk, phone = (logged_in(app, world, "amy@example.org") for _ in range(2))
    for browser in (desk, phone):
        browser.get(f"/article/{article_id}/write")
    desk.submit("/draft", **{**GOOD, "text": "written at the desk"})
    phone.submit("/draft", status=409, **{**GOOD, "text": "typed on the phone"}, **AUTO)
    assert "another device" in phone.response.json["said"]
    phone.submit("/draft", status=409, **{**GOOD, "text": "typed on the phone"})
    assert typed(phone)["text"] == ["typed on the phone"]
    notice = phone.root.one(role="alert")
    assert "changed elsewhere" in notice.text
    assert "written at" in notice.all("del")[0].text
    assert "typed on" in notice.all("ins")[0].text
    assert [draft.text for draft in drafts(session_factory)] == ["written at the desk"]
    phone.submit("/draft")
    assert [draft.text for draft in drafts(session_factory)] == ["typed on the phone"]


def test_what_another_device_saved_survives_publishing(app: Flask, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    desk, phone = (logged_in(app, world, "amy@example.org") for _ in range(2))
    desk.get(f"/article/{article_id}/write")
    desk.submit("/draft", **GOOD)
    for browser in (desk, phone):
        browser.get(f"/article/{article_id}/write")
    phone.submit("/draft", text="A longer one, of the phone.")
    desk.submit("/replies")
    assert [draft.text for draft in drafts(session_factory)] == ["A longer one, of the phone."]
    # Opened again, it is no repetition of what was published.
    phone.get(f"/article/{article_id}/write")
    phone.submit("/replies")
    with read_only(session_factory) as session:
        texts = set(session.scalars(select(Reply.text)))
    assert texts == {"It is not true.", "A longer one, of the phone."}


def test_throwing_a_draft_away_is_asked_about(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", **GOOD)
    volunteer.follow()
    volunteer.get(next(a.get("href") for a in volunteer.main.all("a") if a.text == "Throw it away"))
    assert len(drafts(session_factory)) == 1
    volunteer.submit("/discard")
    assert drafts(session_factory) == []


def test_a_draft_goes_with_its_account(volunteer: Browser, world: World, session_factory: SessionFactory):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/draft", **GOOD)
    with transaction(session_factory) as session:
        session.execute(delete(User).where(User.email == "amy@example.org"))
    assert drafts(session_factory) == []


def test_a_draft_that_is_far_too_long_is_kept_in_the_form(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/draft", status=422, **{**GOOD, "text": "x" * 20_001})
    assert len(volunteer.root.one("textarea", name="text").text) == 20_001
    assert "20000 characters" in volunteer.main.text


def test_rows_texts_and_copies_are_put_in_without_saving(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    other = world.reply(world.article("another"), "Words of bob.", reference="Bob's: https://example.org/bob")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/preview", status=200, **GOOD, add_row="1", reference="One https://a.example/1\n\nb.example/2")
    assert typed(volunteer)["ref_url"] == ["https://example.org/facts", "https://a.example/1", "b.example/2", ""]
    volunteer.submit("/preview", status=200, snippet="s0")
    assert typed(volunteer)["text"][0].startswith("It is not true.\n\nThis is a greeting")
    volunteer.submit("/preview", status=200, copy=other, text="Mine.")
    assert typed(volunteer)["text"] == ["Mine.\n\nWords of bob."]
    assert typed(volunteer)["ref_note"][-1] == "Bob's:"
    volunteer.submit("/preview", status=200)
    preview = volunteer.root.one(id="preview")
    assert "Words of bob." in preview.with_class("chat")[0].text
    assert drafts(session_factory) == []
    with read_only(session_factory) as session:
        assert len(session.scalars(select(Reply)).all()) == 1


def test_the_worker_looks_at_each_reference_and_the_form_says_what_it_found(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/draft", status=200, **GOOD, **AUTO)
    volunteer.submit("/preview", status=200, **{**GOOD, "ref_url": "example.org/facts?utm_source=x"})
    assert "has not been looked at yet" in volunteer.root.one("form", id="reply-form").text
    with transaction(session_factory) as session:
        [page] = session.scalars(select(Hyperlink))
        assert page.url == "https://example.org/facts"
        keep(session, {page.url: FetchedPage(PageState.GONE, status=404)}, now=world.clock())
    volunteer.submit("/preview", status=200)
    assert "This page is gone." in volunteer.root.one("form", id="reply-form").text


def test_a_reason_has_a_draft_of_its_own(app: Flask, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    desk, phone = (logged_in(app, world, "amy@example.org") for _ in range(2))
    for browser in (desk, phone):
        browser.get(f"/article/{article_id}")
    desk.submit("/requests/draft", reason="My neighbour says")
    phone.submit("/requests/draft", status=409, reason="Typed on the phone")
    assert "Typed on the phone" in phone.main.text
    phone.get("/me")
    assert "My neighbour says" in phone.root.one(id="drafts").text
    phone.get(f"/article/{article_id}")
    assert phone.root.one("textarea", name="reason").text == "My neighbour says"
    assert "Go on with your draft" not in phone.main.text  # that is of a reply
    bob = logged_in(app, world, "bob@example.org")
    bob.get(f"/article/{article_id}")
    assert bob.root.one("textarea", name="reason").text == ""
    phone.submit("/requests", reason="My neighbour says so, and she is a nurse.")
    assert drafts(session_factory) == []
    phone.follow()
    assert "she is a nurse" in phone.root.one(id="reasons").text


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40])
def test_odd_versions_of_a_draft(version: str, volunteer: Browser, world: World, session_factory: SessionFactory):
    volunteer.get(f"/article/{world.article('a message')}")
    volunteer.submit("/requests/draft", reason="it sounds odd", draft_version=version)
    assert [draft.text for draft in drafts(session_factory)] == ["it sounds odd"]


def test_what_is_hidden_is_not_copied_into_a_form(volunteer: Browser, world: World, session_factory: SessionFactory):
    hidden, article_id = world.article("a message"), world.article("another message")
    reply_id = world.reply(hidden, "Words that are gone.")
    with transaction(session_factory) as session:
        session.get_one(Article, hidden).status = Status.BLOCKED
    volunteer.get(f"/article/{article_id}/write?copy={reply_id}", status=404)
    assert "Words that are gone." not in volunteer.main.text


def test_own_texts_are_kept_used_and_deleted(volunteer: Browser, app: Flask, world: World):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/preview", status=200, text="We found no such law.", keep_snippet="1")
    assert "can now be put into any reply" in volunteer.main.text
    name = volunteer.root.all("button", name="snippet")[0].get("value")
    volunteer.submit("/preview", status=200, text="No.", snippet=name)
    assert typed(volunteer)["text"] == ["No.\n\nWe found no such law."]
    bob = logged_in(app, world, "bob@example.org")
    bob.get(f"/article/{article_id}/write")
    bob.submit("/preview", status=404, text="No.", snippet=name)
    bob.get("/me")
    bob.submit("/me/snippets", snippet_text="Bob's own.")
    bob.post(f"/me/snippets/{name}/delete")
    volunteer.get("/me")
    assert "We found no such law." in volunteer.root.one(id="snippets").text
    volunteer.submit(f"/me/snippets/{name}/delete")
    volunteer.follow()
    assert "We found no such law." not in volunteer.root.one(id="snippets").text
