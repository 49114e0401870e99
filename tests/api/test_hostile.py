"""What careless and hostile programs send: each is answered, tells nothing that is hidden, and costs little."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from factcheck.api.graphql import transport
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.remembered import LIFE_SECONDS, Answers
from factcheck.api.graphql.similar import highlighted
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.db.session import SessionFactory, transaction
from factcheck.ids import app_user_id
from factcheck.models import Article, ArticleReplyFeedback, Status
from factcheck.services.apps import register_app
from tests.api.serving import Answer, Site, serving
from tests.conftest import MovableClock
from tests.editor_ui.world import World

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"
DEEP = 50_000


def post(site: Site, query: str, **variables: Any) -> Answer:
    return site.send("POST", "/graphql", {"query": query, "variables": variables})


def message(answer: Answer) -> str:
    return str(answer.json()["errors"][0]["message"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[" * DEEP + b"]" * DEEP, "must be JSON"),
        (b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}", ""),
        (json.dumps({"query": "{" + " GetArticle {" * 900 + " id " + "}" * 901}).encode(), "nested too deeply"),
        (b'{"query": "{ GetArticle(id: \\"\\u0000\\") { id } }"}', "without NUL"),
        (b'{"query": "{ GetArticle(id: \\"\\\\u0000\\") { id } }"}', "without NUL"),
        (b'{"query": "{ GetArticle(id: \\"\\\\u{0}\\") { id } }"}', "without NUL"),
        (b'{"query": "query($i: String) { GetArticle(id: $i) { id } }", "variables": {"i": "\\u0000"}}', "without NUL"),
        (b'{"query": "query($i: Int) { __typename }", "variables": {"i": "\\ud800"}}', "without NUL"),
        (b'{"query": "{ __typename }", "variables": {"\\ud800": 1}}', "without NUL"),
        (b'{"query": "{ __typename }", "operationName": {"a": 1}}', "operationName must be text"),
        (json.dumps({"query": "{ GetArticle { " + "id " * 101 + "} }"}).encode(), "101 fields called id"),
        (json.dumps({"query": "{ GetArticle { " + "id text " * 900 + "} }"}).encode(), "more than 1000 fields"),
    ],
)
def test_what_no_parser_or_database_takes_is_answered(site: Site, body: bytes, words: str) -> None:
    answer = site.send("POST", "/graphql", body, {"Content-Type": "application/json"})
    assert answer.status == (400 if words else 200)
    assert words in (message(answer) if words else "")


def test_fields_of_one_name_are_not_compared_in_pairs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they agree is asked of every two: of the many that fit into 4,000 tokens it would take minutes."""
    monkeypatch.setattr(transport, "validate", lambda *_a, **_k: pytest.fail("it was validated"))
    for query in ("{ GetArticle { " + "id " * 3_900 + "} }", "{ " + "GetArticle { id } " * 900 + "}"):
        assert post(site, query).status == 400


def test_a_query_with_a_message_in_it_is_not_remembered(site: Site) -> None:
    before = transport._remembered.cache_info().currsize
    for number in range(3):
        long = f"{number} " + "a" * transport.MOST_REMEMBERED
        assert post(site, f'{{ GetArticle(id: "{long}") {{ id }} }}').status == 200
    assert transport._remembered.cache_info().currsize == before


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "now+999999999y", "now-9y/"])
def test_a_time_that_lies_too_far_away_is_none(site: Site, at: str) -> None:
    query = "query($at: String) { ListArticles(filter: {createdAt: {GT: $at}}) { totalCount } }"
    answer = post(site, query, at=at)
    assert answer.status == 200
    assert "time" in message(answer)
    if at[0].isdigit():
        told = site.send("GET", f"/api/v1/articles?createdAfter={at.replace('+', '%2B')}")
        assert (told.status, told.json()["errors"][0]["field"]) == (422, "createdAfter")


@pytest.mark.parametrize(
    "place",
    [
        [{"at": "0001-01-01T00:00:00+14:00"}, "a"],
        [{"at": "2026-01-01T00:00:00"}, "a"],
        [{"on": "2026-01-01"}, "a"],
        [{"at": "2026-01-01T00:00:00Z"}, "\ud800"],
        [{"at": "2026-01-01T00:00:00Z"}, "a\0"],
        [float("nan"), "a"],
        [{"at": 5}, "a"],
        {"a": 1},
    ],
)
def test_a_cursor_that_was_made_up_is_none(site: Site, place: Any) -> None:
    cursor = base64.b64encode(json.dumps(place).encode()).decode()
    query = (
        "query($after: String) { ListArticles(orderBy: {createdAt: DESC}, after: $after) { edges { node { id } } } }"
    )
    assert message(post(site, query, after=cursor)) == "The cursor is none of this list."
    assert site.send("GET", f"/api/v1/articles?cursor={cursor.replace('+', '%2B')}").status == 422


def test_an_id_that_no_database_takes_is_not_found(site: Site) -> None:
    for target in ("/api/v1/articles/%00", "/api/v1/replies/a%00b"):
        assert site.send("GET", target).status == 404
    assert site.send("GET", "/api/v1/claims:search?pageToken=99999999999999999999").status == 200


def test_a_person_whose_name_no_database_takes_is_like_any_other(
    site: Site, factory: SessionFactory, clock: MovableClock
) -> None:
    with transaction(factory) as session:
        secret = register_app(session, "APP", name="", scopes=["write"], now=clock())
    like_an_id = app_user_id("APP", "a")[:6] + "%00" * 43
    answer = site.send(
        "POST", f"/graphql?userId={like_an_id}", {"query": "{ GetUser { id } }"}, {"x-app-secret": secret}
    )
    assert answer.json() == {"data": {"GetUser": None}}


def test_hidden_words_are_not_found_by_guessing(site: Site, world: World, factory: SessionFactory) -> None:
    article_id = world.article(LEMON)
    reply_id = world.reply(article_id, "It does not.")
    world.vote(article_id, reply_id, 1, by="cat@example.org", comment="my number is 0912345678")
    with transaction(factory) as session:
        session.execute(update(Article).values(status=Status.BLOCKED))
        session.execute(update(ArticleReplyFeedback).values(status=Status.BLOCKED))
    guesses = """query($like: String) {
      ListArticles(filter: {statuses: [BLOCKED, NORMAL], moreLikeThis: {like: $like, minimumShouldMatch: "0"}}) {
        totalCount edges { highlight { text } } }
      ListArticleReplyFeedbacks(filter: {statuses: [BLOCKED], moreLikeThis: {like: $like}}) { totalCount } }"""
    for like in (LEMON, "lemon water", "0912345678"):
        found = post(site, guesses, like=like).json()["data"]
        assert found["ListArticles"] == {"totalCount": 0, "edges": []}
        assert found["ListArticleReplyFeedbacks"]["totalCount"] == 0
    listed = post(site, "{ ListArticles(filter: {statuses: [BLOCKED]}) { edges { node { id text } } } }").json()
    assert listed["data"]["ListArticles"]["edges"] == [{"node": {"id": article_id, "text": ""}}]


def test_what_its_sender_erased_has_a_status_that_clients_know(
    site: Site, world: World, factory: SessionFactory
) -> None:
    article_id = world.article(LEMON)
    with transaction(factory) as session:
        session.execute(update(Article).values(status=Status.DELETED, text=""))
    query = "query($id: String) { GetArticle(id: $id) { status text hyperlinks { url } } }"
    assert post(site, query, id=article_id).json() == {
        "data": {"GetArticle": {"status": "BLOCKED", "text": "", "hyperlinks": []}}
    }


def test_large_pages_and_searches_count_for_more(site: Site, world: World) -> None:
    world.article(LEMON)
    left = lambda answer: int(answer.headers["ratelimit"].partition("r=")[2].partition(";")[0])  # noqa: E731
    first = left(post(site, "{ __typename }"))
    assert left(post(site, "{ ListArticles(first: 9000) { totalCount } }")) == first - 1
    assert left(post(site, "{ __typename }")) == first - 1 - 9 - 1
    search = "query($like: String) { ListArticles(filter: {moreLikeThis: {like: $like}}) { totalCount } }"
    post(site, search, like=LEMON)
    assert left(post(site, "{ __typename }")) == first - 1 - 9 - 1 - 4 - 1
    query = "{ ListArticles(first: 10000) { edges { node { id } } } }"
    statuses = [post(site, query).status for _ in range(25)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def test_a_long_message_is_marked() -> None:
    text = "".join(chr(0x4E00 + number * 7 % 9_000) for number in range(10_000))
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    assert highlighted(text, pairs) == f"<HIGHLIGHT>{text[:200]}</HIGHLIGHT>"


def test_terms_that_overlap_are_marked_as_one() -> None:
    assert highlighted("abcabc", ["ab", "bc"]) == "<HIGHLIGHT>abcabc</HIGHLIGHT>"
    assert highlighted("xxabcxx", ["ab", "bc"]) == "xx<HIGHLIGHT>abc</HIGHLIGHT>xx"
    assert highlighted("nothing", ["zz"]) is None


class Keeping:
    """A site that keeps answers to strangers, and how late it is there."""

    def __init__(self, context: Context) -> None:
        self.now = 0.0
        self.app = Flask(__name__)
        self.app.register_blueprint(graphql_blueprint(context, Answers(lambda: self.now)))


@pytest.fixture
def keeping(context: Context) -> Keeping:
    return Keeping(context)


@pytest.fixture
def kept(keeping: Keeping) -> Iterator[Site]:
    with serving(keeping.app) as running:
        yield running


def test_answers_to_strangers_are_kept_for_a_moment(kept: Site, keeping: Keeping, world: World, secret: str) -> None:
    count = {"query": "query($first: Int) { ListArticles(first: $first) { totalCount } }", "variables": {"other": 1}}

    def counted(headers: dict[str, str] | None = None) -> int:
        return int(kept.send("POST", "/graphql", count, headers).json()["data"]["ListArticles"]["totalCount"])

    world.article(LEMON)
    assert counted() == 1
    world.article("A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study")
    count["variables"] = {"other": 2}
    assert counted() == 1, "what a query does not declare makes it no other"
    count["variables"] = {"first": 2}
    assert counted() == 2
    assert counted({"x-app-secret": secret}) == 2, "an app finds what it has just sent"
    keeping.now += LIFE_SECONDS + 1
    count["variables"] = {"other": 1}
    assert counted() == 2


def test_no_change_and_no_error_is_kept(kept: Site, world: World, factory: SessionFactory) -> None:
    wrong = {"query": '{ ListArticles(filter: {createdAt: {GT: "soon"}}) { totalCount } }'}
    change = {"query": 'mutation { CreateArticle(text: "x", reference: {type: LINE}) { id } }'}
    for body in (wrong, change, wrong, change):
        assert "errors" in kept.send("POST", "/graphql", body).json()
    with transaction(factory) as session:
        assert session.scalars(select(Article)).all() == []
