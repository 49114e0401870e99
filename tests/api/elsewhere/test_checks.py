"""Fact-checks of others: read from a server on this machine, found by the bot's look-up, never mixed with ours."""

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.dataset.export import export_dataset
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.elsewhere.reading import Outcome
from factcheck.errors import ForbiddenError
from factcheck.models import Article, ArticleReply, Reply, Status, User
from factcheck.services.articles import get_article, request_check, submit_article
from factcheck.services.changes import number_changes
from factcheck.services.feedback import vote
from factcheck.services.lookup import look_up
from factcheck.services.queue import Wanted, count_articles
from factcheck.services.replies import attach_reply, replies_for
from factcheck.services.users import get_or_create_line_user
from tests.api.elsewhere.feeds import LEMON, LICENCE, ReadNow, feed, review, serve
from tests.api.serving import Site
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.service import Service

GARLIC = "สูตรกระเทียมดองรักษาเบาหวานให้หายขาดภายในเจ็ดวัน แพทย์ชื่อดังยืนยันแล้ว"


def index_all(world: World) -> None:
    with read_only(world.factory) as session:
        ids = session.scalars(select(Article.id)).all()
    for one in ids:
        world.index_with_replies(one)


def test_a_check_is_found_as_an_answer_that_says_who_checked_it(
    world: World, factory: SessionFactory, server: Service, read: ReadNow, site: Site
) -> None:
    serve(server, feed(review(1), review(2, GARLIC, license="CC0")))
    assert vars(read()) == vars(Outcome(new_or_changed=2))
    assert read().new_or_changed == 0, "reading again changes nothing"
    index_all(world)
    decision, _ = look_up(factory, world.search, world.embedder, LEMON)
    assert (decision.outcome, decision.candidates[0].answerable) == ("ANSWER", True)
    with read_only(factory) as session:
        article = get_article(session, decision.candidates[0].article_id)
        [link] = replies_for(article)
        assert (link.reply.type, link.reply.reference) == ("RUMOR", "https://checkers.example/1")
        assert link.reply.text == "Checked by The Checkers\n\nFalse\n\nLemons cure nothing"
        thai = session.scalars(select(Reply.text).where(Reply.text.startswith("ตรวจสอบโดย The Checkers"))).all()
        assert len(thai) == 1
    found = site.send("GET", "/api/v1/search?q=lemon").json()["items"][0]
    by = {"publisher": "The Checkers", "licence": LICENCE, "url": "https://checkers.example/1"}
    assert found["replies"][0]["reply"]["checkedBy"] == by
    [claim] = site.send("GET", "/api/v1/claims:search?query=lemon").json()["claims"] or [None]
    assert claim is None or claim["claimReview"][0]["publisher"]["name"] == "The Checkers"


def test_it_is_in_no_list_release_or_feed_of_ours_and_is_not_voted_on(
    world: World,
    factory: SessionFactory,
    server: Service,
    read: ReadNow,
    clock: MovableClock,
    site: Site,
    tmp_path: Path,
) -> None:
    serve(server, feed(review(1, LEMON + " https://lemon.example/a")))
    read()
    ours = world.article("A silver spoon in the fridge keeps all vegetables fresh for three months, says a study")
    index_all(world)
    with transaction(factory) as session:
        number_changes(session, now=clock())
        assert count_articles(session, Wanted(now=clock())) == 1
        link = session.scalars(select(ArticleReply)).one()
        key = (link.article_id, link.reply_id)
        assert session.get_one(Article, key[0]).normal_article_reply_count == 0
    export_dataset(factory, tmp_path, clock=clock, licence="CC0")
    for path in tmp_path.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            text = b"".join(archive.read(name) for name in archive.namelist())
            assert [one for one in (b"lemon", b"checkers", key[0].encode()) if one in text] == [], path.name
    for target in ("/articles", "/replies", "/article-replies", "/changes", "/claim-reviews"):
        answer = site.send("GET", f"/api/v1{target}").body
        assert [one for one in (b"lemon", b"checkers") if one in answer.lower()] == [], target
    [edge] = site.send("POST", "/graphql", {"query": "{ ListArticles { edges { node { id } } } }"}).json()["data"][
        "ListArticles"
    ]["edges"]
    assert edge["node"]["id"] == ours
    voter = world.user("voter@example.org")
    with transaction(factory) as session:
        user = session.get_one(User, voter)
        with pytest.raises(ForbiddenError, match="checked elsewhere"):
            vote(session, *key, user, 1, now=clock())
        with pytest.raises(ForbiddenError, match="checked elsewhere"):
            attach_reply(session, session.get_one(Article, ours), session.get_one(Reply, key[1]), user, now=clock())


def test_a_message_that_somebody_asks_about_here_becomes_ours(
    world: World, factory: SessionFactory, server: Service, read: ReadNow, clock: MovableClock
) -> None:
    serve(server, feed(review(1)))
    read()
    with transaction(factory) as session:
        user = get_or_create_line_user(session, "U1", secret_key=SECRET, locale="en", now=clock())
        session.flush()
        article_id = submit_article(session, LEMON, user, now=clock()).id
    with read_only(factory) as session:
        article = session.get_one(Article, article_id)
        assert (article.app_id, article.listed, article.need) == ("RUMORS_LINE_BOT", True, "REPLY")
        assert len(replies_for(article)) == 1
    serve(server, feed(review(2, GARLIC)))
    read()
    with read_only(factory) as session:
        article = session.get_one(Article, article_id)
        assert (article.status, article.text, replies_for(article)) == (Status.NORMAL, LEMON, [])


def test_a_message_of_ours_gets_the_check_beside_and_still_waits_for_ours(
    world: World, factory: SessionFactory, server: Service, read: ReadNow, clock: MovableClock
) -> None:
    article_id = world.article(LEMON)
    serve(server, feed(review(1)))
    read()
    with transaction(factory) as session:
        article = session.get_one(Article, article_id)
        assert (article.app_id, article.cluster_reply_count, article.need) == ("RUMORS_LINE_BOT", 0, "REPLY")
        assert len(replies_for(article)) == 1
        user = get_or_create_line_user(session, "U9", secret_key=SECRET, locale="en", now=clock())
        session.flush()
        request_check(session, article, user, now=clock())
        assert article.user_id != user.id
