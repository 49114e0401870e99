"""Requests as clients of Cofacts' API send them, over HTTP, with what they read of the answers."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, Hyperlink, Status, User
from tests.api.asking import LEMON, REPLY, SPOON, Ask, read
from tests.conftest import MovableClock
from tests.editor_ui.world import World


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
