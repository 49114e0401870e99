"""Help: a practice message, and terms that whoever contributes has accepted."""

from sqlalchemy import update

from factcheck.db.session import read_only, transaction
from factcheck.models import ArticleReply, User
from factcheck.services.terms import VERSION
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World


def test_the_practice_message_is_judged_and_stores_nothing(visitor: Browser):
    visitor.get("/help/first-steps")
    assert "Take a real message" not in visitor.main.text
    visitor.submit("/help/first-steps", status=200, answer="OPINIONATED")
    assert "Not quite: it does not say what somebody thinks" in visitor.main.text
    visitor.submit("/help/first-steps", status=200, answer="RUMOR")
    assert "Right. It claims something" in visitor.main.text
    assert "Take a real message" in visitor.main.text
    assert "Set-Cookie" not in visitor.response.headers


def test_help_is_linked_from_every_page(visitor: Browser):
    visitor.get("/")
    links = [a.get("href") for a in visitor.root.one("footer").all("a")]
    for page in ("first-steps", "words", "terms", "privacy", "accessibility"):
        assert f"/help/{page}" in links
        visitor.get(f"/help/{page}")


def test_new_terms_are_accepted_before_the_next_contribution(volunteer: Browser, world: World):
    article_id = world.article("A message")
    with transaction(world.factory) as session:
        assert session.query(User).filter_by(email="amy@example.org").one().terms_version == VERSION
        session.execute(update(User).values(terms_version="of before", terms_accepted_at=None))
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit(
        "/replies",
        status=409,
        type="RUMOR",
        text="Not true.",
        ref_url="https://example.org/facts",
        ref_note="A ministry",
    )
    assert "The terms of use have changed." in volunteer.main.text
    volunteer.submit("/replies")
    with read_only(world.factory) as session:
        assert session.query(ArticleReply).count() == 1
        amy = session.query(User).filter_by(email="amy@example.org").one()
        assert (amy.terms_version, amy.terms_accepted_at) == (VERSION, world.clock())
