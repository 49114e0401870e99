"""Rating replies, and asking for a check."""

import pytest
from sqlalchemy import select, update

from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, ReplyRequest
from factcheck.services.vote_nights import decide_now
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World


def votes(factory: SessionFactory, article_id: str, reply_id: str) -> tuple[int, int]:
    with read_only(factory) as session:
        link = session.get_one(ArticleReply, (article_id, reply_id))
        return link.positive_feedback_count, link.negative_feedback_count


def test_rating_changing_and_withdrawing(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    volunteer.get(f"/article/{article_id}")
    assert "Withdraw" not in volunteer.main.text
    volunteer.submit("/vote", score="1", comment="clear")
    assert volunteer.response.headers["Location"] == f"/article/{article_id}#reply-{reply_id}"
    assert votes(session_factory, article_id, reply_id) == (1, 0)
    volunteer.follow()
    card = volunteer.root.one(id=f"reply-{reply_id}")
    assert "You rated it as helpful." in card.text
    assert "clear" in card.text
    volunteer.submit("/vote", score="-1", comment="")
    assert votes(session_factory, article_id, reply_id) == (1, 0), "without a reason"
    assert "choose at least one reason" in volunteer.follow().text
    volunteer.submit("/vote", score="-1", comment="", reasons=["INCORRECT", "BIASED"])
    assert votes(session_factory, article_id, reply_id) == (0, 1)
    card = volunteer.follow().one(id=f"reply-{reply_id}")
    assert "You rated it as not helpful." in card.text
    assert [box.get("value") for box in card.all("input") if "checked" in box.attrs] == ["INCORRECT", "BIASED"]
    volunteer.submit("/vote", score="somewhat", comment="", reasons=[])
    assert votes(session_factory, article_id, reply_id) == (0, 0)
    assert "You rated it as somewhat helpful." in volunteer.follow().text
    volunteer.submit("/vote", score="0")
    assert votes(session_factory, article_id, reply_id) == (0, 0)
    volunteer.follow()
    assert "You rated" not in volunteer.main.text


@pytest.mark.parametrize("reasons", [["SPAM"], ["NONSENSE"]])
def test_reasons_fit_the_rating(reasons: list[str], volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    volunteer.get(f"/article/{article_id}")
    volunteer.submit("/vote", status=422, score="1", reasons=reasons)
    assert "Choose reasons that fit your rating." in volunteer.main.text
    assert votes(session_factory, article_id, reply_id) == (0, 0)


def test_a_page_says_what_the_votes_make_of_a_reply(visitor: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    visitor.get(f"/article/{article_id}")
    assert "Not rated yet by enough people" in visitor.root.one(id=f"reply-{reply_id}").text
    with transaction(session_factory) as session:
        session.execute(update(ArticleReply).values(vote_status="DISPUTED", vote_reasons=["INCORRECT"]))
    visitor.get(f"/article/{article_id}")
    card = visitor.root.one(id=f"reply-{reply_id}").text
    assert "Disputed: people disagree about this reply" in card
    assert "Something in it is wrong" in card


def test_how_ratings_decide(visitor: Browser, session_factory: SessionFactory):
    assert "As of last night" not in visitor.get("/help/ratings").text
    with transaction(session_factory) as session:
        decide_now(session, now=utc_now())
    text = visitor.get("/help/ratings").text
    assert "As of last night" in text
    assert "0 of 0 ratings count" in text
    assert "no camps can be told apart" in text


def test_own_reply_cannot_be_rated(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by="amy@example.org")
    volunteer.get(f"/article/{article_id}")
    assert not [f for f in volunteer.root.all("form") if f.get("action").endswith("/vote")]
    volunteer.post(f"/article/{article_id}/replies/{reply_id}/vote", {"score": "1"}, status=403)
    assert "You cannot rate your own reply." in volunteer.main.text
    assert votes(session_factory, article_id, reply_id) == (0, 0)


@pytest.mark.parametrize("score", ["", "2", "x", "1e0"])
def test_odd_scores(score: str, volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    volunteer.get(f"/article/{article_id}")
    volunteer.submit("/vote", status=422, score=score, comment="kept")
    assert votes(session_factory, article_id, reply_id) == (0, 0)


def test_a_comment_that_is_too_long_is_kept(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    volunteer.get(f"/article/{article_id}")
    volunteer.submit("/vote", status=422, score="-1", comment="y" * 1001)
    assert volunteer.root.one("textarea", name="comment").text == "y" * 1001
    assert "at most 1000 characters" in volunteer.main.text
    volunteer.submit("/vote", comment="shorter")
    with read_only(session_factory) as session:
        feedback = session.scalars(select(ArticleReplyFeedback)).one()
        assert (feedback.score, feedback.comment) == (-1, "shorter")
    assert votes(session_factory, article_id, reply_id) == (0, 1)


def test_rating_needs_a_log_in(visitor: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    visitor.get("/login")
    visitor.post(f"/article/{article_id}/replies/{reply_id}/vote", {"score": "1"}, status=401)
    assert votes(session_factory, article_id, reply_id) == (0, 0)


def test_rating_what_is_gone(volunteer: Browser, world: World):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}")
    volunteer.post(f"/article/{article_id}/replies/gone/vote", {"score": "1"}, status=404)


def test_asking_too(volunteer: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message", asked_by=2)
    volunteer.get(f"/article/{article_id}")
    volunteer.submit("/requests", reason="my neighbour sent it")
    assert volunteer.response.headers["Location"] == f"/article/{article_id}#reasons"
    volunteer.follow()
    assert "my neighbour sent it" in volunteer.root.one(id="reasons").text
    assert "3 people asked" in volunteer.main.text
    assert volunteer.root.one("textarea", id="reason").text == "my neighbour sent it"
    volunteer.submit("/requests", reason="and my aunt")
    with read_only(session_factory) as session:
        assert session.get_one(Article, article_id).reply_request_count == 3
        assert "and my aunt" in session.scalars(select(ReplyRequest.reason)).all()


def test_a_reason_that_is_too_long_is_kept(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article('a message')}")
    volunteer.submit("/requests", status=422, reason="z" * 1001)
    area = volunteer.root.one("textarea", name="reason")
    assert area.text == "z" * 1001
    assert area.get("aria-describedby") == "problem-reason"
    volunteer.submit("/requests", reason="short")
