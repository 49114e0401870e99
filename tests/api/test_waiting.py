"""Replies that apps send wait as those of the pages do, and whoever sent them finds them meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import ArticleReply, Draft, PendingReply, RemovedContent, Reply, Status, User
from factcheck.moderation import pending
from factcheck.services.apps import register_app
from factcheck.services.removed import digest_of
from tests.api.serving import Site, serving
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World

WINDOW = timedelta(minutes=2)
LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"
CREATE = """mutation($id: String!, $text: String!) { CreateReply(articleId: $id, text: $text, type: RUMOR,
  reference: "https://example.org/facts") { id } }"""
ATTACH = "mutation($a: String!, $r: String!) { CreateArticleReply(articleId: $a, replyId: $r) { replyId status } }"
CHANGE = """mutation($a: String!, $r: String!, $s: ArticleReplyStatusEnum!) {
  UpdateArticleReplyStatus(articleId: $a, replyId: $r, status: $s) { replyId status } }"""
READ = """query($a: String!, $r: String!) {
  GetArticle(id: $a) { replyCount articleReplies(status: NORMAL) { replyId canUpdateStatus feedbackCount
    user { id } reply { id text type reference status user { id } } } }
  GetReply(id: $r) { id text status hyperlinks { url } articleReplies { articleId } } }"""

Ask = Callable[..., Any]


@pytest.fixture
def site(context: Context) -> Iterator[Site]:
    app = Flask(__name__)
    app.register_blueprint(graphql_blueprint(replace(context, undo_window=WINDOW)))
    with serving(app) as running:
        yield running


@pytest.fixture
def ask(site: Site, secret: str) -> Ask:
    def ask(query: str, *, by: str = "writer", secret: str = secret, fails: bool = False, **variables: Any) -> Any:
        headers = {"Content-Type": "application/json", "x-app-secret": secret}
        answer = site.send("POST", f"/graphql?userId={by}", {"query": query, "variables": variables}, headers).json()
        if fails:
            return answer["errors"][0]["message"]
        assert "errors" not in answer, answer
        return answer["data"]

    return ask


@pytest.fixture
def lemon(world: World) -> str:
    return world.article(LEMON)


def publish_due(factory: SessionFactory, clock: MovableClock) -> None:
    clock.now += WINDOW * pending.LONGER
    [kind] = pending.job_kinds(clock)
    with read_only(factory) as session:
        waiting = session.scalars(select(PendingReply.id)).all()
    for pending_id in waiting:
        with transaction(factory) as session:
            kind.handler({"pending_id": pending_id})(session)


def test_a_reply_waits_and_its_sender_finds_it_in_the_next_request(
    ask: Ask, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    made = ask(CREATE, id=lemon, text="It does not.")["CreateReply"]["id"]
    assert ask(CREATE, id=lemon, text="It does not.")["CreateReply"]["id"] == made
    with read_only(factory) as session:
        assert session.scalars(select(Reply)).all() == []
        assert len(session.scalars(select(PendingReply)).all()) == 1
    found = ask(READ, a=lemon, r=made)
    [link] = found["GetArticle"]["articleReplies"]
    assert (link["replyId"], link["canUpdateStatus"], link["feedbackCount"]) == (made, True, 0)
    assert (link["reply"]["text"], link["reply"]["status"]) == ("It does not.", "NORMAL")
    assert link["user"] == link["reply"]["user"] != {"id": ""}
    told = {"id": made, "text": "It does not.", "status": "NORMAL", "hyperlinks": []}
    assert found["GetReply"] == {**told, "articleReplies": [{"articleId": lemon}]}
    publish_due(factory, clock)
    after = ask(READ, a=lemon, r=made)
    assert (after["GetArticle"]["replyCount"], after["GetReply"]["text"]) == (1, "It does not.")
    assert len(after["GetArticle"]["articleReplies"]) == 1


def test_nobody_else_sees_what_waits(
    ask: Ask, site: Site, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    made = ask(CREATE, id=lemon, text="It does not.")["CreateReply"]["id"]
    with transaction(factory) as session:
        other = register_app(session, "OTHER", name="", scopes=["write"], now=clock())
    strangers = site.send("POST", "/graphql", {"query": READ, "variables": {"a": lemon, "r": made}}).json()["data"]
    for found in (strangers, ask(READ, by="writer", secret=other, a=lemon, r=made)):
        assert found == {"GetArticle": {"replyCount": 0, "articleReplies": []}, "GetReply": None}
    same_app = ask(READ, by="another", a=lemon, r=made)
    assert same_app["GetArticle"]["articleReplies"] == []
    assert same_app["GetReply"]["text"] == "It does not."
    everything = "{ ListReplies { totalCount } ListArticles { edges { node { articleReplies { replyId } } } } }"
    listed = ask(everything, by="another")
    assert listed["ListReplies"]["totalCount"] == 0
    assert listed["ListArticles"]["edges"] == [{"node": {"articleReplies": []}}]
    vote = """mutation($a: String!, $r: String!) { CreateOrUpdateArticleReplyFeedback(articleId: $a, replyId: $r,
      vote: UPVOTE) { feedbackCount } }"""
    assert "no reply" in ask(vote, by="another", fails=True, a=lemon, r=made)


def test_what_waits_is_taken_back_and_sent_again(ask: Ask, factory: SessionFactory, lemon: str) -> None:
    made = ask(CREATE, id=lemon, text="Too quick.")["CreateReply"]["id"]
    assert ask(CHANGE, a=lemon, r=made, s="NORMAL")["UpdateArticleReplyStatus"] == [
        {"replyId": made, "status": "NORMAL"}
    ]
    assert "Cannot change status" in ask(CHANGE, by="another", fails=True, a=lemon, r=made, s="DELETED")
    assert "Cannot change status" in ask(CHANGE, fails=True, a=lemon, r=made, s="BLOCKED")
    assert ask(CHANGE, a=lemon, r=made, s="DELETED")["UpdateArticleReplyStatus"] == []
    with read_only(factory) as session:
        assert session.scalars(select(PendingReply)).all() == []
        assert session.scalars(select(Draft.text)).one() == "Too quick."
    assert ask(CREATE, id=lemon, text="Too quick.")["CreateReply"]["id"] == made


def test_a_new_account_waits_for_a_reviewer(
    ask: Ask, world: World, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    world.make_reviewer("rita@example.org")
    made = ask(CREATE, id=lemon, text="It does not.")["CreateReply"]["id"]
    publish_due(factory, clock)
    with transaction(factory) as session:
        assert session.get(Reply, made) is None
        assert session.get_one(PendingReply, made).due_at is None
        reviewer = session.scalars(select(User).where(User.email == "rita@example.org")).one()
        session.get_one(PendingReply, made).refused_at = clock()
        assert reviewer.role
    gone = ask(READ, a=lemon, r=made)
    assert (gone["GetArticle"]["articleReplies"], gone["GetReply"]) == ([], None)
    assert "hidden by moderation" in ask(CREATE, fails=True, id=lemon, text="It does not.")


def test_a_reply_is_used_again_only_while_it_is_shown_somewhere(
    ask: Ask, world: World, factory: SessionFactory, lemon: str
) -> None:
    spoon, reply_id = world.article(SPOON), world.reply(lemon, "It does not.")
    assert ask(ATTACH, a=spoon, r=reply_id)["CreateArticleReply"] == [{"replyId": reply_id, "status": "NORMAL"}]
    with transaction(factory) as session:
        [waiting] = session.scalars(select(PendingReply)).all()
        assert (waiting.kind, waiting.reply_id) == ("ADDED", reply_id)
        session.get_one(ArticleReply, (lemon, reply_id)).status = Status.DELETED
        session.delete(waiting)
    assert ask(ATTACH, fails=True, a=spoon, r=reply_id).startswith("Cannot add articleReply")
    assert ask(ATTACH, fails=True, a=spoon, r="nothing").startswith("Cannot add articleReply")


def test_what_was_removed_for_good_does_not_come_back_by_an_app(
    ask: Ask, factory: SessionFactory, clock: MovableClock
) -> None:
    with transaction(factory) as session:
        session.add(RemovedContent(digest=digest_of(SECRET, LEMON), removed_at=clock()))
    create = "mutation($text: String!) { CreateArticle(text: $text, reference: {type: LINE}) { id } }"
    assert "may not be shown" in ask(create, fails=True, text=LEMON)
