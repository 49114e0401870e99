"""Writing replies, using them again, taking them back."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, ArticleReply, Job, Reply, Status
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.schema_org import faults
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer
from tests.stored import count

GOOD = {"type": "RUMOR", "text": "It is not true.", "reference": "https://example.org/facts"}


def test_publishing(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/replies", **{**GOOD, "text": "It is\r\nnot true.\x00"})
    with read_only(session_factory) as session:
        reply = session.scalars(select(Reply)).one()
        assert (reply.type, reply.text, reply.reference) == ("RUMOR", "It is\nnot true.", GOOD["reference"])
        assert session.get_one(Article, article_id).normal_article_reply_count == 1
        assert "notify_askers" in session.scalars(select(Job.kind)).all()
    assert volunteer.response.headers["Location"] == f"/article/{article_id}#reply-{reply.id}"
    volunteer.follow()
    assert "Your reply is published" in volunteer.root.one(id=f"reply-{reply.id}").one(role="status").text


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"type": ""}, "type", "Choose what the message is."),
        ({"type": "NONSENSE"}, "type", "Choose what the message is."),
        ({"text": " \n "}, "text", "Write the reply."),
        ({"text": "x" * 5001}, "text", "Please use at most 5000 characters."),
        ({"reference": " "}, "reference", "at least one reference"),
        ({"reference": "x" * 5001}, "reference", "Please use at most 5000 characters."),
        ({"reference": "my mother said so"}, "reference", "at least one web address"),
    ],
)
def test_what_is_wrong_is_explained_and_everything_kept(
    changes: dict, field: str, message: str, volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    key = volunteer.form("/replies").one("input", name="form_key").get("value")
    sent = {**GOOD, **changes}
    volunteer.submit("/replies", status=422, **sent)
    assert volunteer.root.one("title").text.startswith("Error:")
    summary = volunteer.root.one(role="alert")
    link = next(a for a in summary.all("a") if message in a.text)
    target = volunteer.root.one(id=link.get("href")[1:])
    assert target.get("name") == {"reference": "ref_url"}.get(field, field)
    problem = volunteer.root.one(id=f"{field}-problem")
    assert message in problem.text
    described = target.parent.parent if field == "type" else target
    assert f"{field}-problem" in described.get("aria-describedby")
    form = volunteer.form("/replies")
    assert form.one("textarea", name="text").raw_text.removeprefix("\n") == sent["text"]
    rows = [one.get("value") for one in form.all("input") if one.get("name").startswith("ref_")]
    assert sent["reference"].strip() in rows
    assert form.one("input", name="form_key").get("value") == key
    assert count(session_factory, Reply) == 0
    volunteer.submit("/replies", **GOOD, ref_url="", ref_note="")
    assert count(session_factory, Reply) == 1


def test_all_problems_at_once(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/replies", status=422, type="", text="", reference="")
    assert "2 things to correct" in volunteer.root.one("h2", id="problems").text


def test_nothing_is_chosen_beforehand(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article('a message')}/write")
    radios = volunteer.form("/replies").all("input", type="radio")
    assert [radio.get("value") for radio in radios] == ["RUMOR", "NOT_RUMOR", "OPINIONATED", "NOT_ARTICLE"]
    assert not [radio for radio in radios if "checked" in radio.attrs]


def test_out_of_scope_needs_no_reference(volunteer: Browser, world: World, session_factory: SessionFactory):
    volunteer.get(f"/article/{world.article('good morning')}/write")
    volunteer.submit("/replies", type="NOT_ARTICLE", text="A greeting.", reference="")
    assert count(session_factory, Reply) == 1


def test_a_leading_line_break_is_not_lost(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/replies", status=422, type="", text="\nsecond line")
    assert volunteer.form("/replies").one("textarea", name="text").raw_text == "\n\nsecond line"


def test_sending_twice_makes_one_reply(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/replies", **GOOD)
    first = volunteer.response.headers["Location"]
    volunteer.submit("/replies", **GOOD)
    assert volunteer.response.headers["Location"] == first
    assert count(session_factory, Reply) == 1
    assert count(session_factory, ArticleReply) == 1


def test_sending_twice_at_once_makes_one_reply(app: Flask, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    browsers = [logged_in(app, world, "amy@example.org") for _ in range(2)]
    for browser in browsers:
        browser.get(f"/article/{article_id}/write")
    key = browsers[0].form("/replies").one("input", name="form_key").get("value")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda browser: browser.submit("/replies", form_key=key, **GOOD), browsers))
    assert count(session_factory, Reply) == 1
    assert count(session_factory, ArticleReply) == 1


def test_somebody_elses_form_key_is_refused(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    other = world.reply(article_id)
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/replies", status=403, form_key=other, **GOOD)
    assert "already used" in volunteer.main.text
    assert volunteer.root.one("textarea", name="text").text == GOOD["text"]
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/replies", status=422, form_key="short", **GOOD)
    assert "form is incomplete" in volunteer.main.text
    assert volunteer.root.one("textarea", name="text").text == GOOD["text"]


def test_replies_that_arrived_meanwhile_are_shown_once(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    world.reply(article_id, "an old reply")
    volunteer.get(f"/article/{article_id}/write")
    newcomer = world.reply(article_id, "a new reply", by="dan@example.org")
    volunteer.submit("/replies", status=409, **GOOD)
    notice = volunteer.root.one(role="alert")
    assert "somebody else replied" in notice.text
    assert notice.all("a", href=f"#reply-{newcomer}")
    assert "an old reply" not in notice.text
    form = volunteer.form("/replies")
    assert form.one("textarea", name="text").text == GOOD["text"]
    assert "checked" in form.one("input", value="RUMOR").attrs
    assert [button.text for button in form.all("button") if "anyway" in button.text] == ["Publish anyway"]
    assert count(session_factory, Reply) == 2
    volunteer.submit("/replies")
    assert count(session_factory, Reply) == 3


def test_text_survives_the_end_of_the_log_in(
    volunteer: Browser, app: Flask, mailer: FakeMailer, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    key = volunteer.form("/replies").one("input", name="form_key").get("value")
    volunteer.forget()
    volunteer.submit("/replies", status=401, **GOOD)
    assert count(session_factory, Reply) == 0
    assert volunteer.root.one("textarea", name="text").text == GOOD["text"]
    link = next(a for a in volunteer.main.all("a") if a.get("href").startswith("/login"))
    assert link.get("target") == "_blank"
    kept = volunteer.root
    volunteer.log_in("amy@example.org", mailer)  # in the other window
    volunteer.root = kept
    volunteer.submit("/replies", status=400)  # its token is from before the log-in
    volunteer.submit("/replies")
    with read_only(session_factory) as session:
        reply = session.scalars(select(Reply)).one()
        assert (reply.id, reply.text, reply.type) == (key, GOOD["text"], "RUMOR")


def test_text_survives_when_all_sessions_were_ended(volunteer: Browser, app: Flask, mailer: FakeMailer, world: World):
    elsewhere = Browser(app)
    elsewhere.log_in("amy@example.org", mailer)
    volunteer.get(f"/article/{world.article('a message')}/write")
    elsewhere.get("/me")
    elsewhere.submit("/me/sessions/end-others")
    volunteer.submit("/replies", status=401, **GOOD)
    assert volunteer.root.one("textarea", name="reference").text == GOOD["reference"]


def test_a_message_that_was_blocked_meanwhile(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    with transaction(session_factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    volunteer.submit("/replies", status=410, **GOOD)
    assert volunteer.root.one("textarea", name="text").text == GOOD["text"]
    assert count(session_factory, Reply) == 0
    volunteer.get("/me")
    link = next(a for a in volunteer.main.all("a") if a.get("href").endswith(".txt"))
    volunteer.get(link.get("href"))
    assert GOOD["text"] in volunteer.response.text
    assert GOOD["reference"] in volunteer.response.text


def test_using_a_reply_again(volunteer: Browser, world: World, session_factory: SessionFactory):
    source, target = world.article("petrol gets dearer"), world.article("petrol gets dearer tomorrow")
    reply_id = world.reply(source)
    world.find_similar()
    volunteer.get(f"/article/{target}")
    volunteer.submit(f"/article/{target}/reuse", reply_id=reply_id)
    volunteer.follow()
    assert "now shown with this message" in volunteer.root.one(id=f"reply-{reply_id}").text
    volunteer.post(f"/article/{target}/reuse", {"reply_id": reply_id})
    assert count(session_factory, ArticleReply) == 2


@pytest.mark.parametrize("reply_id", ["", "unknown", "x" * 300, "a\x00b"])
def test_using_a_reply_that_is_not_there(reply_id: str, volunteer: Browser, world: World):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}")
    volunteer.post(f"/article/{article_id}/reuse", {"reply_id": reply_id}, status=404)


def test_a_hidden_reply_cannot_be_used(volunteer: Browser, world: World, session_factory: SessionFactory):
    source, target = world.article("a message"), world.article("another message")
    reply_id = world.reply(source)
    with transaction(session_factory) as session:
        session.get_one(ArticleReply, (source, reply_id)).status = Status.BLOCKED
    volunteer.get(f"/article/{target}")
    volunteer.post(f"/article/{target}/reuse", {"reply_id": reply_id}, status=410)
    assert "taken back a moment ago" in volunteer.main.text
    assert count(session_factory, ArticleReply) == 1


def test_taking_back_and_putting_back(volunteer: Browser, visitor: Browser, world: World):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by="amy@example.org")
    volunteer.get(f"/article/{article_id}")
    link = next(a for a in volunteer.main.all("a") if a.get("href").endswith("/take-back"))
    volunteer.get(link.get("href"))
    volunteer.submit("/take-back")
    assert volunteer.response.headers["Location"] == f"/article/{article_id}#replies"
    volunteer.follow()
    assert "no longer shown" in volunteer.root.one(id="replies").one(role="status").text
    visitor.get(f"/article/{article_id}")
    assert "This is not true." not in visitor.main.text
    form = next(f for f in volunteer.root.one(id="replies").all("form") if f.get("action").endswith("/reuse"))
    assert form.one("input", name="reply_id").get("value") == reply_id
    volunteer.submit("/reuse", reply_id=reply_id)
    visitor.get(f"/article/{article_id}")
    assert "This is not true." in visitor.main.text


def test_only_ones_own_can_be_taken_back(volunteer: Browser, world: World):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by="bob@example.org")
    address = f"/article/{article_id}/replies/{reply_id}/take-back"
    volunteer.get(address, status=403)
    volunteer.get("/")
    volunteer.post(address, status=403)
    assert "Only the person who added this reply" in volunteer.main.text
    volunteer.get(f"/article/{article_id}")
    assert not [a for a in volunteer.main.all("a") if a.get("href").endswith("/take-back")]


def test_the_preview_says_what_search_engines_are_told(volunteer: Browser, world: World):
    article_id = world.article("Petrol gets dearer tomorrow.")
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/preview", status=200, **GOOD)
    preview = volunteer.root.one(id="preview")
    review = json.loads(preview.one("pre").text)
    assert faults(review) == []
    assert review["claimReviewed"] == "Petrol gets dearer tomorrow."
    assert review["reviewBody"] == GOOD["text"]
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Contains misinformation",
        "bestRating": 5,
        "ratingValue": 1,
        "worstRating": 1,
    }
    volunteer.submit("/preview", status=200, type="NOT_ARTICLE")
    assert "They are told nothing of it" in volunteer.root.one(id="preview").text
    assert not volunteer.root.one(id="preview").all("pre")
    volunteer.submit("/replies", **GOOD)
    volunteer.follow()
    link = next(a.get("href") for a in volunteer.main.all("a") if a.text == "The reply's own page")
    [published] = [one for one in volunteer.get(link).all("script") if one.get("type") == "application/ld+json"]
    published = json.loads(published.raw_text)
    assert published["url"] == review["url"], "what was previewed is what is said"
    assert {name for name in review if review[name] != published[name]} == set()


def test_the_preview_of_a_change_keeps_the_day_of_the_reply(
    volunteer: Browser, world: World, clock: MovableClock, session_factory: SessionFactory
):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by="amy@example.org")
    clock.advance(days=2)
    volunteer.get(f"/article/{article_id}/replies/{reply_id}/edit")
    volunteer.submit("/preview", status=200, text="Better words.")
    review = json.loads(volunteer.root.one(id="preview").one("pre").text)
    assert (review["datePublished"][:10], review["dateModified"][:10]) == ("2026-03-01", "2026-03-03")
    assert review["url"].endswith(f"/reply/{reply_id}")
    assert count(session_factory, Reply) == count(session_factory, ArticleReply) == 1, "a preview stores nothing"


def test_after_posting_one_goes_on_with_the_next(volunteer: Browser, world: World):
    ids = [world.article(f"message {number}", asked_by=3 - number) for number in range(3)]
    volunteer.get("/?show=all&order=asked")
    volunteer.get(volunteer.root.with_class("card")[0].all("a")[0].get("href"))
    volunteer.get(next(a.get("href") for a in volunteer.main.all("a") if a.text == "Write a reply"))
    volunteer.submit("/replies", **GOOD)
    volunteer.follow()
    card = volunteer.root.one(id=volunteer.address.partition("#")[2])
    assert card.one(role="status").text == "Thank you. Your reply is published."
    following = next(a.get("href") for a in card.all("a") if a.text == "Next in your list →")
    assert following.startswith(f"/article/{ids[1]}?")
    volunteer.get(f"/article/{ids[0]}")
    assert "Next in your list" not in volunteer.main.text, "only beside what was just done"
    volunteer.get(f"/article/{ids[2]}/write")
    volunteer.submit("/replies", **{**GOOD, "text": "Not true, either."})
    volunteer.follow()
    assert "Back to the list" in volunteer.root.one(id=volunteer.address.partition("#")[2]).text


def test_own_page_lists_the_work(volunteer: Browser, world: World):
    first, second = world.article("first message"), world.article("second message")
    mine = world.reply(first, "my own words", by="amy@example.org")
    theirs = world.reply(first, "words of somebody else")
    world.attach(second, theirs, "amy@example.org")
    world.vote(first, mine, 1, by="cat@example.org")
    volunteer.get("/me")
    cards = {card.all("a")[0].text: card.text for card in volunteer.root.one("main").with_class("card")[:2]}
    assert "written by you" in cards["my own words"]
    assert "1 person finds it helpful" in cards["my own words"]
    assert "written by somebody else" in cards["words of somebody else"]
