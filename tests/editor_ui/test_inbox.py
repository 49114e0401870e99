"""What a volunteer is told of their work with others: drafts handed on, and replies of others where they work."""

from flask import Flask
from sqlalchemy import update

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Article, Status
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World


def told(browser: Browser) -> list[str]:
    """The entries of the inbox, the newest first."""
    return [card.text for card in browser.get("/me/inbox").with_class("card")]


def test_a_draft_that_is_handed_on_is_in_the_inbox_as_long_as_one_has_it(
    volunteer: Browser, app: Flask, world: World, clock: MovableClock
) -> None:
    article_id, bob = world.article("a message"), logged_in(app, world, "bob@example.org")
    clock.advance(minutes=1)
    world.handed_draft(article_id)
    [entry] = told(volunteer)
    assert f"{bob.get('/me').one(id='name').get('value')} handed you a draft of a reply." in entry
    assert volunteer.main.one("h1").one("span").text == "1"
    volunteer.get(volunteer.main.with_class("card-title")[0].one("a").get("href"))
    assert volunteer.root.one("textarea", name="text").text == "Half an answer."
    volunteer.get("/me/inbox")
    volunteer.submit("/me/inbox/seen")
    assert volunteer.follow().one("h1").one("span").text == "0"
    clock.advance(minutes=1)
    volunteer.get("/me")
    volunteer.submit("/give-back")
    assert told(volunteer) == []
    [entry] = told(bob)
    assert "New" in entry
    assert "handed you a draft" in entry
    bob.get(f"/article/{article_id}/write")
    bob.submit("/replies", type="NOT_ARTICLE")
    assert told(bob) == [], "it is published"


def test_a_draft_without_words_and_one_at_a_message_that_is_gone(
    volunteer: Browser, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("a message")
    world.handed_draft(article_id)
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", text="")
    [entry] = told(volunteer)
    assert "To the message" in entry
    with transaction(session_factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    assert told(volunteer) == []


def test_who_works_on_a_message_hears_that_somebody_replied(
    volunteer: Browser, app: Flask, world: World, clock: MovableClock, session_factory: SessionFactory
) -> None:
    """To it or to a copy, after they began, and until they are done."""
    claimed, copy, drafted, other = (world.article(f"{word} message") for word in ("first", "same", "second", "third"))
    with transaction(session_factory) as session:
        session.execute(update(Article).where(Article.id == copy).values(cluster_id=claimed))
    world.reply(claimed, "From before.")
    clock.advance(minutes=1)
    volunteer.get(f"/article/{claimed}")
    volunteer.submit("/claim")
    for article_id in (claimed, drafted):
        volunteer.get(f"/article/{article_id}/write")
        volunteer.submit("/draft", text="Half an answer.")
    clock.advance(minutes=1)
    for article_id in (copy, drafted, other):
        world.reply(article_id, f"A reply at {article_id}.")
    world.reply(drafted, "By herself.", by="amy@example.org")
    hidden = world.reply(drafted, "Buy this.", by="cat@example.org")
    world.hide(hidden)
    entries = told(volunteer)
    assert len(entries) == 2
    for article_id in (copy, drafted):
        [entry] = [one for one in entries if f"A reply at {article_id}." in one]
        assert "Somebody replied to a message that you work on." in entry
    volunteer.get("/me/inbox")
    place = next(a.get("href") for a in volunteer.main.all("a") if f"A reply at {drafted}." in a.text)
    volunteer.get(place.partition("#")[0])
    volunteer.get(f"/article/{drafted}/write")
    volunteer.submit("/replies", type="NOT_ARTICLE", text="Mine.")
    if volunteer.response.status_code == 409:  # read what came meanwhile
        volunteer.submit("/replies")
    assert len(told(volunteer)) == 1
    stranger = logged_in(app, world, "dan@example.org")
    assert told(stranger) == []
