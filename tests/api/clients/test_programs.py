"""What programs written for Cofacts' API send, byte for byte over HTTP, and what they read of the answers.

Each test plays one client: its headers, its body, its query, and then its own way through the answer.
"""

import json
from typing import Any

import pytest
from sqlalchemy import update

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Article, ArticleReply
from tests.api.clients.asking import LEMON, REPLY, SPOON, data, sent
from tests.api.serving import Answer, Site
from tests.conftest import MovableClock
from tests.editor_ui.world import World

GEM = {
    "Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
    "Accept": "*/*",
    "User-Agent": "Ruby",
    "Connection": "close",
    "Content-Type": "application/json",
}
PYTHON = {"User-Agent": "python-httpx/0.28.1", "Accept": "*/*", "Content-Type": "application/json"}
NODE = {"User-Agent": "node", "accept-language": "*", "Accept": "*/*", "Content-Type": "application/json"}
BUILDER = {"content-type": "application/json", "x-app-id": "RUMORS_SITE", "Origin": "https://builder.example"}


def test_the_ruby_gem(site: Site, lemon: str) -> None:
    query = """query($text: String) { ListArticles(filter: { moreLikeThis: { like: $text } },
      orderBy: [{ _score: DESC }], first: 4) { edges { node { id text hyperlinks { url }
      articleReplies { reply { id text type reference } } } } } }"""
    told = data(sent(site, {"query": query, "variables": {"text": "請轉發 " + LEMON}}, GEM, "/graphql?"))
    kinds: dict[str, int] = {}
    for edge in told["ListArticles"]["edges"]:
        edge["node"]["text"].split(), [link["url"].split("/") for link in edge["node"]["hyperlinks"]]
        for link in edge["node"]["articleReplies"]:
            kinds[link["reply"]["type"]] = kinds.get(link["reply"]["type"], 0) + len(link["reply"]["text"]) * 0 + 1
    assert kinds == {"RUMOR": 1, "OPINIONATED": 1}


def test_the_older_gem(site: Site, lemon: str) -> None:
    query = """query($text: String) { ListArticles(filter: {moreLikeThis: {like: $text}}, orderBy: [{_score: DESC}],
      first: 4) { edges { node { id text } } } }"""
    [edge] = data(sent(site, {"query": query, "variables": {"text": LEMON}}, GEM))["ListArticles"]["edges"]
    query = "query($id: String){ GetArticle(id:$id) { id text articleReplies{ reply{ id text type reference } } } }"
    told = data(sent(site, {"query": query, "variables": {"id": edge["node"]["id"]}}, GEM))
    assert len(told["GetArticle"]["articleReplies"]) == 2


def test_a_chat_bot_that_writes_the_text_into_the_query(site: Site, world: World, lemon: str) -> None:
    """It takes the first, without a look at how near it is and without an order."""
    world.article(SPOON)
    query = (
        f'{{ ListArticles(filter:{{moreLikeThis:{{like:"{LEMON}"}}}}) {{ edges{{ node{{ id text articleType createdAt'
    )
    query += " articleReplies{ reply{ type text } } } } totalCount } }"
    told = data(sent(site, {"query": query}, {"Content-Type": "application/json", "User-Agent": "python-requests"}))
    first = told["ListArticles"]["edges"][0]["node"]
    assert (first["id"], first["articleReplies"][0]["reply"]["type"]) == (lemon, "OPINIONATED")


def test_the_browser_extension(site: Site, lemon: str) -> None:
    preflight = site.send(
        "OPTIONS",
        "/graphql",
        None,
        {
            "Origin": "https://page.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-app-id",
        },
    )
    assert preflight.headers["access-control-allow-origin"] == "https://page.example"
    query = """query ListReplies($filter: ListReplyFilter, $orderBy: [ListReplyOrderBy], $before: String,
      $after: String) { ListReplies(filter: $filter, orderBy: $orderBy, before: $before, after: $after, first: 10) {
      edges { node { ...ReplyItem __typename } cursor __typename } __typename } }
      fragment ReplyItem on Reply { id text type createdAt user { id name __typename }
      articleReplies(status: NORMAL) { articleId replyId __typename } __typename }"""
    variables = {
        "filter": {"moreLikeThis": {"like": "needs medicine", "minimumShouldMatch": "0"}},
        "orderBy": [{"_score": "DESC"}, {"createdAt": "DESC"}],
    }
    headers = {"content-type": "application/json", "x-app-id": "RUMORS_SITE", "Origin": "https://page.example"}
    body = {"operationName": "ListReplies", "variables": variables, "query": query}
    [edge, *_] = data(sent(site, body, headers))["ListReplies"]["edges"]
    node = edge["node"]
    assert (node["__typename"], node["text"], node["user"]["__typename"]) == ("Reply", REPLY, "User")
    assert node["articleReplies"][0]["articleId"] == lemon


COMMON = """fragment CommonArticleFields on Article { id text createdAt articleType attachmentUrl(variant: PREVIEW)
  factCheckCount: replyCount communityDemandCount: replyRequestCount
  factCheckResponses: articleReplies(statuses: [NORMAL]) { reply { id type text createdAt reference user { name }
    hyperlinks { url normalizedUrl title summary topImageUrl status error } } user { name } createdAt
    helpfulCount: positiveFeedbackCount unhelpfulCount: negativeFeedbackCount
    feedbacks(statuses: [NORMAL]) { vote comment createdAt user { name } } }
  additionalContext: replyRequests(statuses: [NORMAL]) { user { name } reason createdAt
    helpfulCount: positiveFeedbackCount unhelpfulCount: negativeFeedbackCount }
  bundledMessages: cooccurrences { id articleIds createdAt articles { id text articleType
    attachmentUrl(variant: PREVIEW) } }
  relatedArticles(first: 10) { totalCount edges { node { id text } score } }
  stats(dateRange: {GTE: "now-90d/d"}) { date lineUser lineVisit webUser webVisit downstreamBotUsers: liffUser
    downstreamBotVisits: liffVisit } hyperlinks { url title summary status error } }
"""


@pytest.mark.parametrize(
    "asked",
    [
        {"moreLikeThis": {"like": LEMON, "minimumShouldMatch": "0"}},
        {"createdAt": {"GTE": "2026-02-01T10:25:19.123456", "LTE": "2026-04-01T10:25:19.123456"}},
        {"replyCount": {"LT": 3}},
    ],
)
def test_the_agents_search(site: Site, lemon: str, asked: dict[str, Any]) -> None:
    """No app header, an explicit null cursor, local times without a zone, the fragment before the operation."""
    query = (
        COMMON
        + """query ListArticles($filter: ListArticleFilter!, $orderBy: [ListArticleOrderBy!]!, $first: Int!,
      $after: String) { ListArticles(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount pageInfo { firstCursor lastCursor } edges { node { ...CommonArticleFields } score cursor } } }"""
    )
    order = [{"_score": "DESC"}] if "moreLikeThis" in asked else [{"replyRequestCount": "DESC"}, {"createdAt": "DESC"}]
    variables = {"filter": asked, "orderBy": order, "first": 10, "after": None}
    found = data(sent(site, {"query": query, "variables": variables}, PYTHON))["ListArticles"]
    assert (found["totalCount"], found["edges"][0]["cursor"]) == (1, found["pageInfo"]["lastCursor"])
    node = found["edges"][0]["node"]
    assert node["factCheckResponses"][1]["feedbacks"][0]["user"]["name"]
    assert node["additionalContext"][0]["reason"] == "my mother sent it"


def test_the_agents_detail_and_ids(site: Site, lemon: str) -> None:
    query = COMMON + "query GetArticle($id: String!) { GetArticle(id: $id) { ...CommonArticleFields } }"
    headers = {**PYTHON, "x-app-id": "RUMORS_SITE"}
    found = data(sent(site, {"query": query, "variables": {"id": lemon}}, headers))["GetArticle"]
    assert (found["factCheckCount"], found["communityDemandCount"]) == (2, 3)
    query = "query($ids: [ID!]) { ListArticles(filter: {ids: $ids}) { edges { node { id } } } }"
    told = data(sent(site, {"query": query, "variables": {"ids": [lemon]}}, headers))
    assert told["ListArticles"]["edges"] == [{"node": {"id": lemon}}]
    me = "{ GetUser { id name avatarUrl avatarType avatarData } }"
    assert data(sent(site, {"query": me}, headers))["GetUser"] is None


def test_the_spam_scanner(site: Site, world: World, clock: MovableClock, lemon: str) -> None:
    """It asks where the end is, pages until there, and reads each author's id unguarded."""
    for number in range(30):
        world.reply(lemon, f"Another view, the {number}th of all.", by=f"writer{number}@example.org")
    span = {"GT": "2026-03-01T00:00:00.000Z", "LT": "2026-03-02T00:00:00.000Z"}
    for name, fields in (
        ("ListReplies", "id text status createdAt user { id name }"),
        ("ListReplyRequests", "id articleId userId createdAt status reason user { id name }"),
    ):
        kind = {"ListReplies": "ListReplyFilter", "ListReplyRequests": "ListReplyRequestFilter"}[name]
        statistics = f"query($filter: {kind}) {{ {name}(filter: $filter, orderBy: {{createdAt: DESC}}) "
        statistics += "{ pageInfo { lastCursor } } }"
        last = data(sent(site, {"query": statistics, "variables": {"filter": {"createdAt": span}}}, NODE))
        last_cursor, cursor, seen, after = last[name]["pageInfo"]["lastCursor"], "", [], None
        query = f"query($filter: {kind}, $after: String) {{ {name}(filter: $filter, orderBy: {{createdAt: DESC}}, "
        query += f"first: 25, after: $after) {{ edges {{ cursor node {{ {fields} }} }} }} }}"
        while cursor != last_cursor:
            variables = {"filter": {"createdAt": span}, "after": after}
            edges = data(sent(site, {"query": query, "variables": variables}, NODE))[name]["edges"]
            seen += [(edge["node"]["id"], edge["node"]["user"]["id"]) for edge in edges]
            cursor = after = edges[-1]["cursor"]
        assert len(seen) == len(set(seen)) == {"ListReplies": 32, "ListReplyRequests": 3}[name]
    newest = (
        "query($u: String) { ListReplies(filter: {userId: $u}, orderBy: {createdAt: DESC}) { edges { node { id } } } }"
    )
    [edge] = data(sent(site, {"query": newest, "variables": {"u": edges[0]["node"]["user"]["id"]}}, NODE))[
        "ListReplies"
    ]["edges"] or [None]
    assert edge is None, "who asks has written nothing"


def test_the_community_builder(site: Site, lemon: str) -> None:
    counts = """query LoadAPIStats($a: TimeRangeInput, $skip: Boolean = true) {
      allArticles: ListArticles(filter: {createdAt: $a}) { totalCount }
      allRepliedArticles: ListArticles(filter: {createdAt: $a, replyCount: {GTE: 1}}) { totalCount }
      articlesHasUsefulReplies: ListArticles(filter: {hasArticleReplyWithMorePositiveFeedback: true}) @skip(if: $skip) {
        totalCount }
      feedbacks: ListArticleReplyFeedbacks(filter: {appId: "WEBSITE", createdAt: $a}) { totalCount }
      requests: ListReplyRequests(filter: {appId: "WEBSITE", createdAt: $a}) { totalCount } }"""
    tables = """query($f: ListArticleReplyFeedbackFilter, $r: ListReplyRequestFilter, $l: ListReplyFilter) {
      ListArticleReplyFeedbacks(filter: $f, first: 50, orderBy: {createdAt: DESC}) { edges { node { id vote comment
        userId articleReplyUserId createdAt status user { id name blockedReason } } } }
      ListReplyRequests(filter: $r, first: 50) { edges { node { id reason user { id name blockedReason } } } }
      ListReplies(filter: $l, first: 50) { edges { node { id text user { id name blockedReason } } } }
      ListCategories(first: 50) { edges { node { id title } } } }"""
    articles = """query { ListArticles(filter: {}, first: 50) { edges { node { id stats(dateRange: {GTE: "now-2M",
      LTE: "now"}) { date lineUser lineVisit webUser webVisit liff { source user visit } } } } } }"""
    body = [
        {"query": counts, "variables": {"a": {"GTE": "now-365d"}}},
        {"query": tables, "variables": {"f": {"statuses": ["NORMAL", "BLOCKED"]}, "r": {}, "l": {}}},
        {"query": articles, "variables": None},
    ]
    counted, tabled, listed = (data(one) for one in sent(site, body, BUILDER))
    assert (counted["allArticles"]["totalCount"], counted["feedbacks"]["totalCount"]) == (1, 1)
    assert "articlesHasUsefulReplies" not in counted
    assert tabled["ListArticleReplyFeedbacks"]["edges"][0]["node"]["articleReplyUserId"]
    assert tabled["ListCategories"]["edges"][0]["node"]["title"] == "Health"
    assert len(listed["ListArticles"]["edges"]) == 1


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("first: 20, orderBy:{createdAt: DESC}, filter:{replyCount:{EQ:0}}", "S"),
        ("first: 20, orderBy:{replyRequestCount: DESC}, filter:{replyCount:{EQ:0}}", "S"),
        ("first: 20, filter:{replyCount:{GTE:1}, hasArticleReplyWithMorePositiveFeedback:false}", ""),
    ],
)
def test_the_list_of_what_needs_checking(site: Site, world: World, lemon: str, arguments: str, found: str) -> None:
    names = {lemon: "L", world.article(SPOON): "S"}
    query = (
        f"{{ ListArticles({arguments}) {{ edges {{ node {{ id text hyperlinks {{ url title }} replyCount }} }} }} }}"
    )
    body = {"operationName": None, "variables": None, "query": query}
    edges = data(sent(site, body, {"Content-Type": "application/json"}))["ListArticles"]["edges"]
    assert "".join(names[edge["node"]["id"]] for edge in edges) == found


def test_the_classifier(site: Site, secret: str, lemon: str) -> None:
    """`after: ""` is no cursor; pages have 2,000 items; a topic is set in the name of its model."""
    query = 'query { ListArticles(first: 2000, after: "") { edges { cursor node { id text } } } }'
    headers = {"Content-Type": "application/json", "x-app-secret": secret}
    told = data(sent(site, {"query": query}, headers, "/graphql?userId=bert"))
    assert [edge["node"]["id"] for edge in told["ListArticles"]["edges"]] == [lemon]
    link = """mutation($a: String!, $c: String!) { CreateArticleCategory(articleId: $a, categoryId: $c, aiModel: "bert",
      aiConfidence: 0.87) { categoryId } }"""
    variables = {"a": lemon, "c": "mz2n7nEBrIRcahlYnQpz"}
    told = data(sent(site, {"query": link, "variables": variables}, headers, "/graphql?userId=bert"))
    assert told["CreateArticleCategory"] == [{"categoryId": "mz2n7nEBrIRcahlYnQpz"}]


@pytest.mark.parametrize(
    "query",
    [
        """query { ListArticles(filter: {categoryIds: ["mz2n7nEBrIRcahlYnQpz"], replyTypes: [RUMOR],
          articleTypes: [TEXT]}, orderBy: [{createdAt: DESC}], first: 100, after: null) { edges { cursor node {
          id text articleReplies { replyType } } } } }""",
        """query { ListArticles(filter: {replyTypes: [RUMOR], hasArticleReplyWithMorePositiveFeedback: true,
          replyRequestCount: {GTE: 2}}, first: 50) { edges { node { id text articleReplies { replyType } } } } }""",
        """query { ListArticles(filter: {moreLikeThis: {like: "lemon water cures", minimumShouldMatch: "30%"}},
          first: 15) { edges { node { id text articleReplies { replyType } } } } }""",
        """query { ListArticles(filter: {moreLikeThis: {like: "Drinking warm lemon water every morning"}}, first: 1) {
          edges { node { id text articleReplies { replyType } } } } }""",
    ],
)
def test_hobby_and_research_clients(site: Site, lemon: str, query: str) -> None:
    [edge] = data(sent(site, {"query": query}, {"Content-Type": "application/json"}))["ListArticles"]["edges"]
    assert {link["replyType"] for link in edge["node"]["articleReplies"]} == {"RUMOR", "OPINIONATED"}


@pytest.mark.parametrize(
    "query",
    [
        '{ ListArticles(filter: {q: "x"}) { totalCount } }',
        '{ ListArticles(filter: {search: "x"}) { totalCount } }',
        '{ ListArticles(filter: {moreLikeThis: "x"}) { totalCount } }',
        '{ GetArticle(title: "x") { id } }',
        "{ ListArticles { edges { node { replyConnections { id } } } } }",
        "{ ListReplies(filter: {statuses: [NORMAL]}) { totalCount } }",
    ],
)
def test_frequent_mistakes_are_named(site: Site, query: str) -> None:
    answer: Answer = site.send("POST", "/graphql", {"query": query}, GEM)
    assert answer.status == 400
    assert answer.json()["errors"][0]["message"]


def test_no_null_where_a_client_reads_on(site: Site, world: World, factory: SessionFactory, lemon: str) -> None:
    """Rows of imported data lack people, times and links; the spam scanner and the gem read on all the same."""
    with transaction(factory) as session:
        session.execute(update(Article).values(created_at=None, updated_at=None, user_id=None))
        session.execute(update(ArticleReply).values(created_at=None, user_id=None))
    query = """{ ListArticles(orderBy: [{createdAt: ASC}]) { pageInfo { lastCursor } edges { cursor node { text
      hyperlinks { url } references { createdAt }
      articleReplies { userId appId reply { text type user { id } } } } } } }"""
    told = data(sent(site, {"query": query}, GEM))["ListArticles"]
    assert told["edges"][-1]["cursor"] == told["pageInfo"]["lastCursor"]
    assert json.dumps(told["edges"][0]["node"]["articleReplies"][0]["userId"]) == '""'
    more = "query($c: String) { ListArticles(orderBy: [{createdAt: ASC}], after: $c) { edges { cursor } } }"
    body = {"query": more, "variables": {"c": told["edges"][-1]["cursor"]}}
    assert data(sent(site, body, GEM))["ListArticles"]["edges"] == []
