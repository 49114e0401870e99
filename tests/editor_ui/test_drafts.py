"""Drafts: private, on the server, and never overwritten unseen."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Draft, Hyperlink, PageState, Reply, Status, User
from factcheck.ports import FetchedPage
from factcheck.services.hyperlinks import keep
from factcheck.services.pseudonyms import name_in
from tests.conftest import MovableClock
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


def handed(browser: Browser, article_id: str, receiver: str, status: int = 303, text: str = GOOD["text"]) -> None:
    """Saves a draft and hands it on."""
    browser.get(f"/article/{article_id}/write")
    browser.submit("/draft", **{**GOOD, "text": text})
    browser.get("/me")
    browser.get(next(a.get("href") for a in browser.main.all("a") if a.text.startswith("Hand it on")))
    browser.submit("/hand-on", status=status, receiver=receiver)


def name_of(factory: SessionFactory, email: str) -> str:
    with read_only(factory) as session:
        return session.scalars(select(User.name).where(User.email == email)).one()


def test_a_draft_is_handed_on_and_given_back(
    volunteer: Browser, app: Flask, world: World, session_factory: SessionFactory
):
    article_id, bob = world.article("a message"), logged_in(app, world, "bob@example.org")
    handed(volunteer, article_id, name_of(session_factory, "bob@example.org"))
    volunteer.follow()
    assert "has the draft now." in volunteer.main.text
    assert not [a for a in volunteer.main.all("a") if a.text.startswith("Hand it on")]
    bob.get("/me")
    amys_name = name_of(session_factory, "amy@example.org")
    assert f"handed to you by {amys_name}" in bob.main.text
    assert bob.client.get("/me/data").get_json()["drafts"][0]["text"] == GOOD["text"]
    assert volunteer.client.get("/me/data").get_json()["drafts_handed_on"][0]["article_id"] == article_id
    bob.submit("/give-back")
    assert drafts(session_factory)[0].user_id == world.user("amy@example.org")
    handed(volunteer, article_id, name_of(session_factory, "bob@example.org"), text="Better words.")
    bob.get(f"/article/{article_id}/write")
    assert typed(bob)["text"] == ["Better words."]
    bob.submit("/replies")
    with read_only(session_factory) as session:
        assert session.scalars(select(Reply)).one().user_id == world.user("bob@example.org")
    assert drafts(session_factory) == []


def test_whom_one_hands_a_draft_to(volunteer: Browser, app: Flask, world: World, session_factory: SessionFactory):
    """By profile, or by the name as the page says it; why somebody cannot take one is not said."""
    article_id = world.article("a message")
    bob, cat, dan_id = (world.user(f"{name}@example.org") for name in ("bob", "cat", "dan"))
    with transaction(session_factory) as session:
        for user_id in (bob, cat):
            session.get_one(User, user_id).name = "Aunt Amy"
        session.get_one(User, cat).is_public = True
        profile = f"http://localhost/people/{session.get_one(User, cat).published_id}?page=2"
        hidden = f"/people/{session.get_one(User, bob).published_id}"
        session.get_one(User, dan_id).blocked_at = world.clock()
    dan = name_of(session_factory, "dan@example.org")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", **GOOD)
    address = f"/me/drafts/{drafts(session_factory)[0].id}/hand-on"
    for receiver, said in (
        ("", "Say who shall have it."),
        ("Nobody Here", "Nobody of this name can take this draft now."),
        (dan, "Nobody of this name can take this draft now."),
        (hidden, "Nobody of this name can take this draft now."),
        ("Aunt Amy", "Several people have this name."),
        (name_of(session_factory, "amy@example.org"), "That is you."),
    ):
        volunteer.get(address)
        volunteer.submit("/hand-on", status=422, receiver=receiver)
        assert said in volunteer.root.one(role="alert").text
        assert volunteer.root.one("input", name="receiver").get("value") == receiver
    stranger = logged_in(app, world, "eve@example.org")
    stranger.get(address, status=404)
    volunteer.submit("/hand-on", receiver=profile)
    assert drafts(session_factory)[0].user_id == cat


def test_a_pseudonym_is_understood_in_the_language_of_the_page(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id, bob = world.article("a message"), world.user("bob@example.org")
    volunteer.get("/?lang=zh-Hant")
    volunteer.get(f"/article/{article_id}/write?lang=zh-Hant")
    volunteer.submit("/draft", **GOOD)
    volunteer.get(f"/me/drafts/{drafts(session_factory)[0].id}/hand-on?lang=zh-Hant")
    volunteer.submit("/hand-on", receiver=name_in(name_of(session_factory, "bob@example.org"), "zh-Hant"))
    assert drafts(session_factory)[0].user_id == bob


def test_a_draft_of_ones_own_is_not_overwritten_by_a_handed_one(
    volunteer: Browser, app: Flask, world: World, session_factory: SessionFactory
):
    article_id, bob = world.article("a message"), logged_in(app, world, "bob@example.org")
    bob.get(f"/article/{article_id}/write")
    bob.submit("/draft", **{**GOOD, "text": "Bob's own."})
    handed(volunteer, article_id, name_of(session_factory, "bob@example.org"), status=422)
    assert "Nobody of this name can take this draft now." in volunteer.main.text, "that he writes is his to say"
    assert sorted(draft.text for draft in drafts(session_factory)) == ["Bob's own.", GOOD["text"]]


def test_who_is_blocked_hands_nothing_on(volunteer: Browser, world: World, session_factory: SessionFactory):
    world.user("bob@example.org")
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", **GOOD)
    volunteer.get(f"/me/drafts/{drafts(session_factory)[0].id}/hand-on")
    with transaction(session_factory) as session:
        session.execute(update(User).where(User.email == "amy@example.org").values(blocked_at=world.clock()))
    volunteer.submit("/hand-on", status=403, receiver=name_of(session_factory, "bob@example.org"))
    assert "Your account is blocked." in volunteer.main.text
    assert drafts(session_factory)[0].given_by_id is None


def test_nobody_fills_anothers_page(volunteer: Browser, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("factcheck.services.handing.MOST_GIVEN", 1)
    logged_in(app, world, "bob@example.org")
    bob = name_of(world.factory, "bob@example.org")
    handed(volunteer, world.article("a message"), bob)
    handed(volunteer, world.article("another message"), bob, status=422)
    assert "Others have 1 drafts of yours." in volunteer.main.text


def test_what_was_handed_on_goes_with_the_account_unless_it_was_changed(
    volunteer: Browser, app: Flask, world: World, session_factory: SessionFactory, clock: MovableClock
):
    bob, first, second = logged_in(app, world, "bob@example.org"), world.article("a"), world.article("b")
    for article_id, text in ((first, "Words of Amy."), (second, "Beginning of Amy.")):
        handed(volunteer, article_id, name_of(session_factory, "bob@example.org"), text=text)
    clock.advance(minutes=1)
    bob.get(f"/article/{second}/write")
    bob.submit("/draft", text="Made his own by Bob.")
    volunteer.get("/me/close")
    volunteer.submit("/me/close")
    assert [(draft.text, draft.given_by_id) for draft in drafts(session_factory)] == [("Made his own by Bob.", None)]
    bob.get("/me")
    assert "handed to you" not in bob.main.text


@pytest.mark.parametrize("form", ["edit:abc", "reason"])
def test_only_drafts_of_new_replies_are_handed_on(
    form: str, volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    world.user("bob@example.org")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", **GOOD)
    draft_id = drafts(session_factory)[0].id
    with transaction(session_factory) as session:
        session.get_one(Draft, draft_id).form = form
    volunteer.get(f"/me/drafts/{draft_id}/hand-on")
    volunteer.submit("/hand-on", status=422, receiver=name_of(session_factory, "bob@example.org"))
    assert "This draft cannot be handed on." in volunteer.main.text
    volunteer.get("/me")
    volunteer.post(f"/me/drafts/{draft_id}/give-back", status=422)
