"""Requests as clients of Cofacts' API send them, over HTTP, with what they read of the answers."""

import base64
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from werkzeug.test import TestResponse

from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.api.quotas import Quotas
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    LINE_BOT,
    Analytics,
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Category,
    Hyperlink,
    Status,
    User,
)
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor https://lemon.example/a?b=1"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"
REPLY = "It does not. Blood pressure needs medicine."

Ask = Callable[..., Any]


def read(answer: TestResponse) -> Any:
    return json.loads(answer.text)


@pytest.fixture
def world(factory: SessionFactory, clock: MovableClock) -> World:
    return World(factory, FakeSearch(), FakeEmbedder(), clock)


@pytest.fixture
def client(world: World, clock: MovableClock) -> FlaskClient:
    app = Flask(__name__)
    quotas = Quotas(lambda: "")
    context = Context(world.factory, world.search, world.embedder, clock, quotas, SECRET, timedelta(0))
    app.register_blueprint(graphql_blueprint(context))
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    def ask(query: str, **variables: Any) -> Any:
        answer = client.post("/graphql?", json={"query": query, "variables": variables or None, "operationName": None})
        assert answer.status_code == 200, answer.text
        assert "errors" not in read(answer), answer.text
        return read(answer)["data"]

    return ask


@pytest.fixture
def lemon(world: World) -> str:
    article_id = world.article(LEMON, asked_by=2, reasons=("my mother sent it",))
    world.reply(article_id, REPLY)
    return article_id


def test_the_gem_finds_a_message_with_its_addresses_and_replies(ask: Ask, world: World, lemon: str) -> None:
    world.article(SPOON)
    query = """query($text: String) { ListArticles(filter:{moreLikeThis:{like:$text}}, orderBy:[{_score: DESC}],
    first: 4) { edges { node { id text hyperlinks{url} articleReplies{ reply{ id text type reference } } } } } }"""
    [edge] = ask(query, text=LEMON.replace("Drinking", "Please forward! Drinking"))["ListArticles"]["edges"]
    assert (edge["node"]["id"], edge["node"]["text"]) == (lemon, LEMON)
    [link] = edge["node"]["articleReplies"]
    assert (link["reply"]["type"], link["reply"]["text"]) == ("RUMOR", REPLY)


def test_who_just_reported_finds_it_before_the_index_has_it(ask: Ask, world: World) -> None:
    article_id = world.article(SPOON)
    world.search.documents.clear()
    query = """query($like: String) { ListArticles(filter: {moreLikeThis: {like: $like}}) {
      totalCount edges { node { id } } } }"""
    found = ask(query, like=SPOON)
    assert found["ListArticles"] == {"totalCount": 1, "edges": [{"node": {"id": article_id}}]}


def test_a_batch_has_an_answer_in_each_place(client: FlaskClient, lemon: str) -> None:
    good = {"query": "query($id: String) { GetArticle(id: $id) { id } }", "variables": {"id": lemon}}
    batch = [good, {"query": "{ GetArticle(title: 1) { id } }"}, {"query": "{"}, "nonsense", good]
    answer = client.post("/graphql", json=batch, headers={"x-app-secret": "s", "Connection": "close"})
    assert answer.status_code == 200
    assert [("data" in one, "errors" in one) for one in read(answer)] == [
        (True, False),
        (False, True),
        (False, True),
        (False, True),
        (True, False),
    ]
    assert client.post("/graphql", json=batch[1]).status_code == 400
    assert client.post("/graphql", data="{").status_code == 400


def test_lists_are_crawled_to_the_end_while_rows_come(ask: Ask, world: World, clock: MovableClock) -> None:
    texts = [f"A message that many people forwarded, with the number {number} in it" for number in range(7)]
    for text in texts:
        clock.advance(hours=1)
        world.article(text)
    query = """query($after: String) { ListArticles(orderBy: {createdAt: DESC}, first: 3, after: $after) {
      totalCount pageInfo { ...P } edges { cursor node { text } } } }
      fragment P on PageInfo { firstCursor lastCursor hasNextPage }"""
    seen: list[str] = []
    page = ask(query, after="")["ListArticles"]
    assert page["totalCount"] == 7
    assert page["pageInfo"]["firstCursor"] == page["edges"][0]["cursor"]
    while page["edges"]:
        seen += [edge["node"]["text"] for edge in page["edges"]]
        assert page["pageInfo"]["hasNextPage"] == (page["edges"][-1]["cursor"] != page["pageInfo"]["lastCursor"])
        clock.advance(hours=1)
        world.article(f"Something new that came while somebody read page {len(seen)}")
        page = ask(query, after=page["edges"][-1]["cursor"])["ListArticles"]
    assert seen == texts[::-1]


def test_before_gives_the_page_before_in_the_order_asked_for(ask: Ask, world: World, clock: MovableClock) -> None:
    for number in range(5):
        clock.advance(hours=1)
        world.article(f"A message that many people forwarded, with the number {number} in it")
    query = """query($before: String, $after: String) { ListArticles(orderBy: [{createdAt: ASC}], first: 2,
      before: $before, after: $after) { edges { cursor node { text } } } }"""
    first = ask(query)["ListArticles"]["edges"]
    second = ask(query, after=first[-1]["cursor"])["ListArticles"]["edges"]
    third = ask(query, after=second[-1]["cursor"])["ListArticles"]["edges"]
    assert ask(query, before=third[0]["cursor"])["ListArticles"]["edges"] == second
    assert ask(query, before=second[0]["cursor"])["ListArticles"]["edges"] == first


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("{}", "LS"),
        ("{selfOnly: false, categoryIds: [], articleReply: null}", "LS"),
        ("{replyCount: {EQ: 0}}", "S"),
        ("{replyCount: {GTE: 1}, hasArticleReplyWithMorePositiveFeedback: false}", "L"),
        ("{hasArticleReplyWithMorePositiveFeedback: false}", "LS"),
        ("{hasArticleReplyWithMorePositiveFeedback: true}", ""),
        ("{replyRequestCount: {GT: 1}}", "L"),
        ('{createdAt: {GTE: "now-365d"}}', "LS"),
        ('{createdAt: {GT: "2026-03-01T12:30:00.123456"}}', "S"),
        ('{createdAt: {LTE: "now-1h"}}', "L"),
        ('{repliedAt: {GT: "2020-01-01", LT: "2030-01-01"}}', "L"),
        ("{replyTypes: [RUMOR]}", "L"),
        ("{articleReply: {replyTypes: [NOT_RUMOR]}}", ""),
        ('{categoryIds: ["medical"]}', "S"),
        ("{categoryCount: {EQ: 0}}", "L"),
        ("{articleTypes: [IMAGE]}", ""),
        ('{appId: "RUMORS_LINE_BOT"}', "LS"),
        ('{mediaUrl: "https://example.org/a.jpg", transcript: {shouldCreate: true}}', ""),
        ("{statuses: [BLOCKED]}", ""),
    ],
)
def test_filters(
    ask: Ask, world: World, clock: MovableClock, factory: SessionFactory, lemon: str, filter_: str, found: str
) -> None:
    clock.advance(hours=1)
    spoon = world.article(SPOON)
    with transaction(factory) as session:
        session.add(Category(id="medical", title="Health", created_at=clock()))
        session.flush()
        session.add(ArticleCategory(article_id=spoon, category_id="medical", app_id=LINE_BOT, created_at=clock()))
    clock.advance(minutes=1)
    list_ = ask(
        "{ ListArticles(filter: FILTER, orderBy: {createdAt: ASC}) { totalCount edges { node { id } } } }".replace(
            "FILTER", filter_
        )
    )
    names = {lemon: "L", spoon: "S"}
    assert "".join(names[edge["node"]["id"]] for edge in list_["ListArticles"]["edges"]) == found
    assert list_["ListArticles"]["totalCount"] == len(found)


def test_an_article_page_has_everything(ask: Ask, world: World, factory: SessionFactory, lemon: str) -> None:
    voter = world.user("voter@example.org")
    with transaction(factory) as session:
        link = session.query(ArticleReply).one()
        session.add(
            ArticleReplyFeedback(
                article_id=lemon,
                reply_id=link.reply_id,
                user_id=voter,
                score=1,
                comment="thanks",
                created_at=world.clock(),
            )
        )
        link.positive_feedback_count = 1
    query = """query GetArticle($id: String!) { GetArticle(id: $id) {
      id text createdAt articleType status attachmentUrl(variant: PREVIEW) factCheckCount: replyCount
      communityDemandCount: replyRequestCount lastRequestedAt requestedForReply references { type }
      factCheckResponses: articleReplies(statuses: [NORMAL]) { replyType canUpdateStatus ownVote
        reply { id type text createdAt reference status user { name } hyperlinks { url title status error } }
        user { id name level points { total currentLevel nextLevel } majorBadgeName } createdAt
        helpfulCount: positiveFeedbackCount unhelpfulCount: negativeFeedbackCount
        feedbacks(statuses: [NORMAL]) { vote comment user { name } } }
      additionalContext: replyRequests(statuses: [NORMAL]) { user { name } reason createdAt }
      bundledMessages: cooccurrences { id } relatedArticles(first: 10) { totalCount edges { node { id } score } }
      stats(dateRange: {GTE: "now-90d/d"}) { date } hyperlinks { url } aiReplies { id } contributors { userId } } }"""
    found = ask(query, id=lemon)["GetArticle"]
    assert (found["text"], found["status"], found["articleType"]) == (LEMON, "NORMAL", "TEXT")
    assert (found["factCheckCount"], found["communityDemandCount"]) == (1, 2)
    assert found["createdAt"] == "2026-03-01T12:00:00.000Z"
    [answer] = found["factCheckResponses"]
    assert (answer["helpfulCount"], answer["feedbacks"][0]["comment"]) == (1, "thanks")
    assert answer["reply"]["status"] == "NORMAL"
    assert answer["user"]["points"]["total"] == 1
    assert [one["reason"] for one in found["additionalContext"]] == ["my mother sent it", None]
    assert ask('{ GetArticle(id: "nothing") { id } }') == {"GetArticle": None}


def test_what_is_hidden_comes_with_its_status_and_without_its_text(
    ask: Ask, factory: SessionFactory, lemon: str
) -> None:
    with transaction(factory) as session:
        session.execute(update(Article).values(status=Status.BLOCKED))
    hidden = {"id": lemon, "status": "BLOCKED", "text": ""}
    assert ask("query($id: String) { GetArticle(id: $id) { id status text } }", id=lemon)["GetArticle"] == hidden
    assert ask("{ ListArticles { totalCount } }")["ListArticles"]["totalCount"] == 0


def test_nobody_is_shown_but_by_published_id_and_pseudonym(
    ask: Ask, client: FlaskClient, factory: SessionFactory, lemon: str
) -> None:
    with read_only(factory) as session:
        people = [(one.id, one.published_id, one.app_user_id, one.email) for one in session.query(User)]
    [node] = [
        edge["node"]
        for edge in ask("{ ListArticles { edges { node { user { id name lastActiveAt } } } } }")["ListArticles"][
            "edges"
        ]
    ]
    published = node["user"]["id"]
    assert published in {one[1] for one in people}
    assert node["user"]["lastActiveAt"] is None, "when somebody wrote to the bot is private"
    query = """query($id: String) { ListArticles(filter: {userId: $id}) { totalCount }
      GetUser(id: $id) { id email appUserId } }"""
    mine = ask(query, id=published)
    assert mine == {"ListArticles": {"totalCount": 1}, "GetUser": {"id": published, "email": None, "appUserId": None}}
    answer = client.post(
        "/graphql",
        json={
            "query": "{ ListReplyRequests { edges { node { userId user { id } } } } "
            "ListReplies { edges { node { user { id } } } } }"
        },
    )
    for own, _, app_user_id, email in people:
        assert all(secret not in answer.text for secret in (own, app_user_id, email) if secret)


def test_the_browser_extension_searches_replies(ask: Ask, lemon: str) -> None:
    query = """query ListReplies($filter: ListReplyFilter, $orderBy: [ListReplyOrderBy], $before: String,
      $after: String) {
      ListReplies(filter: $filter, orderBy: $orderBy, before: $before, after: $after, first: 10) {
        edges { node { ...ReplyItem __typename } cursor highlight { text } __typename } __typename } }
      fragment ReplyItem on Reply { id text type createdAt user { id name __typename }
        articleReplies(status: NORMAL) { articleId replyId __typename } __typename }"""
    asked = {"moreLikeThis": {"like": "needs medicine for his blood pressure", "minimumShouldMatch": "0"}}
    [edge] = ask(query, filter=asked, orderBy=[{"_score": "DESC"}, {"createdAt": "DESC"}])["ListReplies"]["edges"]
    assert edge["node"]["text"] == REPLY
    assert edge["node"]["articleReplies"][0]["articleId"] == lemon
    assert "<HIGHLIGHT>needs</HIGHLIGHT> <HIGHLIGHT>medicine</HIGHLIGHT>" in edge["highlight"]["text"]


def test_who_may_change_nothing_is_told_so_in_the_known_words(client: FlaskClient) -> None:
    query = 'mutation { CreateArticle(text: "x", reference: {type: LINE}) { id } }'
    answer = client.post("/graphql", json={"query": query})
    assert answer.status_code == 200
    [error] = read(answer)["errors"]
    assert (error["message"], error["authError"]) == ("userId is not set via query string.", True)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('{ ListArticles(before: "a", after: "b") { totalCount } }', "Use of before & after is prohibited."),
        ("{ ListArticles(filter: {selfOnly: true}) { totalCount } }", "selfOnly can be set only after log in"),
        ("{ ListArticles(filter: {createdAt: {}}) { totalCount } }", "Invalid Expression!"),
        ('{ ListArticles(filter: {fromUserOfArticleId: "x"}) { totalCount } }', "does not match any existing"),
        ("{ ListArticles(filter: {transcript: {}}) { totalCount } }", "`filter.mediaUrl` must be provided"),
        ('{ ListArticles(after: "nonsense") { edges { cursor } } }', "The cursor is none of this list."),
        ('{ ListArticles(filter: {createdAt: {GT: "soon"}}) { totalCount } }', "is no time"),
        ('{ GetUser(id: "a", slug: "b") { id } }', "cannot search by both id and slug"),
        (
            '{ ListArticles(filter: {moreLikeThis: {like: "a", minimumShouldMatch: "all"}}) { totalCount } }',
            "cannot be",
        ),
    ],
)
def test_what_is_wrong_is_said(client: FlaskClient, query: str, words: str) -> None:
    answer = client.post("/graphql", json={"query": query})
    assert answer.status_code == 200
    assert words in read(answer)["errors"][0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "{ ListReplies(first: 20) { edges { node { similarReplies { totalCount } } } } }",
        "{ "
        + " ".join(f'a{n}: ListArticles(filter: {{moreLikeThis: {{like: "x"}}}}) {{ totalCount }}' for n in range(61))
        + " }",
        "{ ListArticles(first: 5000) { edges { node { relatedArticles(first: 5000) { totalCount } } } } }",
        "{ " + "GetArticle { articleReplies { article { " * 6 + "id" + " } } }" * 6 + " }",
        "{ " + " ".join(f"a{n}: GetArticle {{ id }}" for n in range(600)) + " }",
        "{ " + "# \n" + " ".join("GetArticle { id text }" for _ in range(2000)) + " }",
    ],
)
def test_what_costs_too_much_is_refused_before_it_runs(client: FlaskClient, query: str) -> None:
    answer = client.post("/graphql", json={"query": query})
    assert answer.status_code == 400
    assert read(answer)["errors"]


def test_a_batch_has_one_budget_and_each_place_its_answer(client: FlaskClient) -> None:
    dear = {"query": "{ ListArticles(first: 50) { edges { node { relatedArticles { totalCount } } } } }"}
    one, other = read(client.post("/graphql", json=[dear, dear]))
    assert ("data" in one, "data" in other) == (True, False)
    assert "lists" in other["errors"][0]["message"]


def test_a_link_has_what_was_found_of_its_page(
    ask: Ask, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    url = "https://lemon.example/a?b=1"
    with transaction(factory) as session:
        page = session.get_one(Hyperlink, url)
        page.title, page.summary, page.status, page.fetched_at = "Lemons", "All about them", 200, clock()
    [link] = ask(
        "query($id: String) { GetArticle(id: $id) { hyperlinks { url title summary status error fetchedAt } } }",
        id=lemon,
    )["GetArticle"]["hyperlinks"]
    told = {"title": "Lemons", "summary": "All about them", "status": "200", "error": None}
    assert link == {"url": url, "fetchedAt": "2026-03-01T12:00:00.000Z", **told}


def test_a_hidden_reply_has_no_words(ask: Ask, factory: SessionFactory, lemon: str) -> None:
    with transaction(factory) as session:
        session.execute(update(ArticleReply).values(status=Status.BLOCKED))
    [edge] = ask("{ ListReplies { edges { node { status text reference hyperlinks { url } } } } }")["ListReplies"][
        "edges"
    ]
    assert edge["node"] == {"status": "BLOCKED", "text": "", "reference": "", "hyperlinks": []}


def test_a_long_list_needs_no_more_statements_than_a_short_one(ask: Ask, world: World, factory: SessionFactory) -> None:
    query = """{ ListArticles(first: 25) { totalCount pageInfo { firstCursor lastCursor } edges { cursor node {
      id user { id } replyRequests { reason user { id } } articleCategories { category { title } } hyperlinks { url }
      articleReplies { user { id level } reply { text user { id } hyperlinks { url } }
        feedbacks { vote user { id } } } } } } }"""

    def statements() -> int:
        counted = []
        note = lambda *_: counted.append(1)  # noqa: E731
        engine = factory.kw["bind"]
        event.listen(engine, "before_cursor_execute", note)
        ask(query)
        event.remove(engine, "before_cursor_execute", note)
        return len(counted)

    for number in range(2):
        world.reply(world.article(f"A message number {number} that went round all over the place"), f"No {number}.")
    few = statements()
    for number in range(12):
        world.reply(world.article(f"Another one with the number {number} that went round"), f"Not at all {number}.")
    assert statements() == few <= 30


def test_any_page_may_ask(client: FlaskClient) -> None:
    headers = {"Origin": "https://site.example", "Access-Control-Request-Headers": "content-type,x-app-id"}
    answer = client.options("/graphql", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://site.example"
    assert "x-app-id" in answer.headers["Access-Control-Allow-Headers"]
    assert "Set-Cookie" not in client.post("/graphql", json={"query": "{ __typename }"}).headers


def test_a_cursor_tells_nothing_private(ask: Ask, lemon: str) -> None:
    [edge] = ask("{ ListArticles(orderBy: {createdAt: DESC}) { edges { cursor } } }")["ListArticles"]["edges"]
    assert json.loads(base64.b64decode(edge["cursor"])) == [{"at": "2026-03-01T12:00:00+00:00"}, lemon]


VISITS = """query($id: String, $range: TimeRangeInput) { GetArticle(id: $id) { stats(dateRange: $range) {
  id date type docId lineUser webVisit liffUser liffVisit liff { source user visit } docUserId docAppId } } }"""


@pytest.fixture
def visited(factory: SessionFactory, lemon: str) -> str:
    """A message with visits on each of 100 days, and its reply with one on the last of them."""
    with transaction(factory) as session:
        reply_id = session.query(ArticleReply).one().reply_id
        for number in range(100):
            day = date(2026, 3, 1) - timedelta(days=number)
            seen = Analytics(doc_type="article", doc_id=lemon, day=day, line_user=number, line_visit=number)
            seen.web_user = seen.web_visit = seen.liff_user = seen.liff_visit = 1
            session.add(seen)
        session.add(Analytics(doc_type="reply", doc_id=reply_id, day=date(2026, 3, 1), line_user=7, line_visit=9))
    return lemon


@pytest.mark.parametrize(
    ("range_", "days", "first"),
    [
        (None, 32, "2026-01-29"),
        ({"GTE": "now-90d/d"}, 90, "2025-12-02"),
        ({"GTE": "now-90d/d", "LT": "2026-02-28T12:00:00Z"}, 90, "2025-12-01"),
        ({"GTE": "2026-02-26T12:00:00Z"}, 3, "2026-02-27"),
        ({"GT": "2026-02-27", "LT": "2026-03-01"}, 1, "2026-02-28"),
        ({"LTE": "2026-02-27", "GT": "2026-02-25T23:00:00Z"}, 2, "2026-02-26"),
        ({"EQ": "2026-02-27"}, 1, "2026-02-27"),
    ],
)
def test_visits_of_an_article(ask: Ask, visited: str, range_: Any, days: int, first: str) -> None:
    rows = ask(VISITS, id=visited, range=range_)["GetArticle"]["stats"]
    assert (len(rows), rows[0]["date"]) == (days, f"{first}T00:00:00.000Z")
    assert rows == sorted(rows, key=lambda row: row["date"])
    assert rows[-1]["id"] == f"article_{visited}_{rows[-1]['date'][:10]}"
    assert rows[-1]["liff"] == [{"source": "", "user": 1, "visit": 1}]
    assert rows[-1]["docAppId"] == LINE_BOT


def test_visits_are_listed(ask: Ask, factory: SessionFactory, visited: str) -> None:
    query = """query($filter: ListAnalyticsFilter, $after: String) { ListAnalytics(filter: $filter,
      orderBy: {date: DESC}, first: 3, after: $after) { totalCount pageInfo { lastCursor hasNextPage }
      edges { cursor node { docId type date lineVisit docUserId } } } }"""
    seen, after = [], None
    while True:
        page = ask(query, filter={"docId": visited, "date": {"GTE": "2026-02-20"}}, after=after)["ListAnalytics"]
        seen += [edge["node"]["date"][:10] for edge in page["edges"]]
        after = page["edges"][-1]["cursor"]
        if after == page["pageInfo"]["lastCursor"]:
            break
    assert (page["totalCount"], seen) == (10, [f"2026-{day}" for day in SINCE_FEBRUARY_20])
    [edge] = ask(query, filter={"type": "REPLY"})["ListAnalytics"]["edges"]
    assert (edge["node"]["type"], edge["node"]["lineVisit"]) == ("REPLY", 9)
    with read_only(factory) as session:
        people = dict(session.query(User.email, User.published_id).all())
        asker = session.get_one(User, session.get_one(Article, visited).user_id).published_id
    assert edge["node"]["docUserId"] == people["bob@example.org"]
    for filter_, count in (
        ({"docUserId": people["bob@example.org"]}, 1),
        ({"docUserId": asker}, 100),
        ({"docUserId": "nobody"}, 0),
        ({"docAppId": LINE_BOT}, 100),
        ({"docAppId": "WEBSITE"}, 1),
        ({"type": "ARTICLE", "docAppId": "WEBSITE"}, 0),
    ):
        assert ask(query, filter=filter_)["ListAnalytics"]["totalCount"] == count


SINCE_FEBRUARY_20 = ("03-01", "02-28", "02-27", "02-26", "02-25", "02-24", "02-23", "02-22", "02-21", "02-20")


@pytest.mark.parametrize("filter_", ["", 'filter: {repliedAt: {GT: "2026-03-01T12:30:00Z"}}, '])
@pytest.mark.parametrize("order", ["lastRepliedAt", "lastMatchingArticleReplyCreatedAt"])
def test_messages_are_ordered_by_their_newest_reply(
    ask: Ask, world: World, clock: MovableClock, order: str, filter_: str
) -> None:
    ids = [world.article(f"A message that many people forwarded, with the number {n} in it") for n in range(4)]
    for number in (2, 0, 1, 0):
        clock.advance(hours=1)
        world.reply(ids[number], f"No, says hour {clock()}.", kind="OPINIONATED" if number == 1 else "RUMOR")
    wanted = [ids[0], ids[1], ids[2]]
    query = f"query($after: String) {{ ListArticles({filter_}orderBy: [{{{order}: DESC}}], first: 1, after: $after) "
    query += "{ totalCount pageInfo { firstCursor lastCursor } edges { cursor node { id } } } }"
    seen: list[str] = []
    page = ask(query)["ListArticles"]
    assert page["pageInfo"]["firstCursor"] == page["edges"][0]["cursor"]
    while page["edges"]:
        seen.append(page["edges"][0]["node"]["id"])
        last = page["edges"][0]["cursor"]
        page = ask(query, after=last)["ListArticles"]
    assert seen == (wanted if filter_ else [*wanted, ids[3]])
    assert page["pageInfo"]["lastCursor"] == last
    matching = f"{{ ListArticles(filter: {{articleReply: {{replyTypes: [OPINIONATED]}}}}, orderBy: {{{order}: ASC}}) "
    [edge] = ask(matching + "{ edges { node { id } } } }")["ListArticles"]["edges"]
    assert edge["node"]["id"] == ids[1]


def test_the_order_of_times_is_compiled_once(ask: Ask, factory: SessionFactory) -> None:
    """What SQLAlchemy cannot tell from another statement it compiles anew each time, for milliseconds."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if "ORDER BY" in statement:
            sent.append(context.cache_hit.name)

    query = '{ ListArticles(filter: {repliedAt: {GT: "2026-01-0%s"}}, orderBy: {lastRepliedAt: DESC}) '
    query += "{ edges { cursor } } }"
    ask(query % 1)
    event.listen(factory.kw["bind"], "before_cursor_execute", note)
    try:
        ask(query % 2)
    finally:
        event.remove(factory.kw["bind"], "before_cursor_execute", note)
    assert sent == ["CACHE_HIT"]


def test_what_has_no_date_is_the_oldest_and_within_no_range(
    ask: Ask, world: World, clock: MovableClock, factory: SessionFactory
) -> None:
    ids = [world.article(f"A message that many people forwarded, with the number {n} in it") for n in range(3)]
    with transaction(factory) as session:
        session.execute(update(Article).where(Article.id.in_(ids[1:])).values(created_at=None))
    query = """query($after: String, $order: SortOrderEnum) { ListArticles(orderBy: {createdAt: $order}, first: 1,
      after: $after) { edges { cursor node { id } } } }"""
    undated = sorted(ids[1:])
    for order, wanted in (("DESC", [ids[0], *undated[::-1]]), ("ASC", [*undated, ids[0]])):
        seen, edges = [], ask(query, order=order)["ListArticles"]["edges"]
        while edges:
            seen.append(edges[0]["node"]["id"])
            edges = ask(query, order=order, after=edges[0]["cursor"])["ListArticles"]["edges"]
        assert seen == wanted
    within = ask('{ ListArticles(filter: {createdAt: {LT: "2030-01-01"}}) { edges { node { id } } } }')
    assert within["ListArticles"]["edges"] == [{"node": {"id": ids[0]}}]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("ListArticles(orderBy: {createdAt: DESC}, after: $a)", "ix_articles_dated"),
        ("ListArticles(orderBy: {lastRequestedAt: DESC})", "ix_articles_requested"),
        ('ListReplies(filter: {createdAt: {GT: "2026-01-01"}}, orderBy: {createdAt: ASC})', "ix_replies_dated"),
        ("ListReplyRequests(orderBy: {createdAt: DESC})", "ix_reply_requests_dated"),
        ("ListArticleReplyFeedbacks(orderBy: {createdAt: DESC})", "ix_article_reply_feedbacks_dated"),
        ("ListAnalytics(orderBy: {date: DESC})", "ix_analytics_day"),
        (
            'ListArticles(filter: {repliedAt: {GT: "2026-01-01"}}, orderBy: {lastRepliedAt: DESC})',
            "ix_article_replies_dated",
        ),
    ],
)
def test_lists_by_date_read_an_index(ask: Ask, factory: SessionFactory, query: str, index: str) -> None:
    """Without one, each page of a crawl reads and sorts everything."""
    sent: list[tuple[str, Any]] = []
    engine = factory.kw["bind"]

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "ORDER BY" in statement:
            sent.append((statement, parameters))

    cursor = base64.b64encode(b'[{"at": "2026-01-01T00:00:00Z"}, "a"]').decode()
    event.listen(engine, "before_cursor_execute", note)
    try:
        declared = "query($a: String) " if "$a" in query else ""
        ask(f"{declared}{{ {query} {{ edges {{ cursor }} pageInfo {{ lastCursor }} }} }}", a=cursor)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == 2
    with engine.connect() as connection:
        is_postgresql = engine.dialect.name == "postgresql"
        if is_postgresql:
            for other in ("seqscan", "sort"):  # in an empty table nothing else would pay
                connection.exec_driver_sql(f"SET enable_{other} = off")
        for statement, parameters in sent:
            explain = "EXPLAIN" if is_postgresql else "EXPLAIN QUERY PLAN"
            plan = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
            assert index in str(plan), plan
