"""Lists as clients of Cofacts' API crawl, filter and order them."""

import base64
import json
from typing import Any

import pytest
from sqlalchemy import event, update

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import LINE_BOT, Article, ArticleCategory, Category
from tests.api.asking import SPOON, Ask
from tests.conftest import MovableClock
from tests.editor_ui.world import World


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


FILTERS = {
    "{}": "LS",
    "{selfOnly: false, categoryIds: [], articleReply: null}": "LS",
    "{replyCount: {EQ: 0}}": "S",
    "{replyCount: {GTE: 1}, hasArticleReplyWithMorePositiveFeedback: false}": "L",
    "{hasArticleReplyWithMorePositiveFeedback: false}": "LS",
    "{hasArticleReplyWithMorePositiveFeedback: true}": "",
    "{replyRequestCount: {GT: 1}}": "L",
    '{createdAt: {GTE: "now-365d"}}': "LS",
    '{createdAt: {GT: "2026-03-01T12:30:00.123456"}}': "S",
    '{createdAt: {LTE: "now-1h"}}': "L",
    '{repliedAt: {GT: "2020-01-01", LT: "2030-01-01"}}': "L",
    "{replyTypes: [RUMOR]}": "L",
    "{articleReply: {replyTypes: [NOT_RUMOR]}}": "",
    '{categoryIds: ["medical"]}': "S",
    "{categoryCount: {EQ: 0}}": "L",
    "{articleTypes: [IMAGE]}": "",
    '{appId: "RUMORS_LINE_BOT"}': "LS",
    '{mediaUrl: "https://example.org/a.jpg", transcript: {shouldCreate: true}}': "",
    "{statuses: [BLOCKED]}": "",
}
"""Filter -> which of the two messages it finds, oldest first."""


def test_filters(ask: Ask, world: World, clock: MovableClock, factory: SessionFactory, lemon: str) -> None:
    clock.advance(hours=1)
    spoon = world.article(SPOON)
    with transaction(factory) as session:
        session.add(Category(id="medical", title="Health", created_at=clock()))
        session.flush()
        session.add(ArticleCategory(article_id=spoon, category_id="medical", app_id=LINE_BOT, created_at=clock()))
    clock.advance(minutes=1)
    names = {lemon: "L", spoon: "S"}
    found = {}
    for one in FILTERS:
        query = (
            f"{{ ListArticles(filter: {one}, orderBy: {{createdAt: ASC}}) {{ totalCount edges {{ node {{ id }} }} }} }}"
        )
        list_ = ask(query)["ListArticles"]
        found[one] = "".join(names[edge["node"]["id"]] for edge in list_["edges"])
        assert list_["totalCount"] == len(found[one]), one
    assert found == FILTERS


def test_a_cursor_tells_nothing_private(ask: Ask, lemon: str) -> None:
    [edge] = ask("{ ListArticles(orderBy: {createdAt: DESC}) { edges { cursor } } }")["ListArticles"]["edges"]
    assert json.loads(base64.b64decode(edge["cursor"])) == [{"at": "2026-03-01T12:00:00+00:00"}, lemon]


@pytest.mark.parametrize(
    ("filter_", "wanted"),
    [
        ("", [0, 1, 2, 3]),
        ('filter: {repliedAt: {GT: "2026-03-01T12:30:00Z"}}, ', [0, 1, 2]),
        ('filter: {repliedAt: {GT: "2026-03-01T12:30:00Z", LT: "2026-03-01T14:30:00Z"}}, ', [0, 2]),
        ('filter: {repliedAt: {EQ: "2026-03-01T15:00:00Z", GT: "2026-03-01T12:30:00Z"}}, ', [1]),
        ("filter: {articleReply: {replyTypes: [RUMOR]}}, ", [0, 2]),
    ],
)
@pytest.mark.parametrize("order", ["lastRepliedAt", "lastMatchingArticleReplyCreatedAt"])
def test_messages_are_ordered_by_their_newest_reply(
    ask: Ask, world: World, clock: MovableClock, order: str, filter_: str, wanted: list[int]
) -> None:
    ids = [world.article(f"A message that many people forwarded, with the number {n} in it") for n in range(4)]
    for number in (2, 0, 1, 0):
        clock.advance(hours=1)
        world.reply(ids[number], f"No, says hour {clock()}.", kind="OPINIONATED" if number == 1 else "RUMOR")
    query = f"query($after: String) {{ ListArticles({filter_}orderBy: [{{{order}: DESC}}], first: 1, after: $after) "
    query += "{ totalCount pageInfo { firstCursor lastCursor } edges { cursor node { id } } } }"
    seen: list[str] = []
    page = ask(query)["ListArticles"]
    assert page["pageInfo"]["firstCursor"] == page["edges"][0]["cursor"]
    while page["edges"]:
        seen.append(page["edges"][0]["node"]["id"])
        last = page["edges"][0]["cursor"]
        page = ask(query, after=last)["ListArticles"]
    assert seen == [ids[number] for number in wanted]
    assert page["totalCount"] == len(wanted)
    assert page["pageInfo"]["lastCursor"] == last
    matching = f"{{ ListArticles(filter: {{articleReply: {{replyTypes: [OPINIONATED]}}}}, orderBy: {{{order}: ASC}}) "
    [edge] = ask(matching + "{ edges { node { id } } } }")["ListArticles"]["edges"]
    assert edge["node"]["id"] == ids[1]


@pytest.mark.parametrize("asked", ["replyId", "replyId createdAt"])
def test_the_newest_reply_comes_first_whether_or_not_its_time_is_asked_for(
    ask: Ask, world: World, clock: MovableClock, asked: str
) -> None:
    message = world.article(SPOON)
    made = []
    for _ in range(6):
        clock.advance(hours=1)
        made.append(world.reply(message, f"No, says hour {clock()}."))
    found = ask(f"query($id: String) {{ GetArticle(id: $id) {{ articleReplies {{ {asked} }} }} }}", id=message)
    assert [link["replyId"] for link in found["GetArticle"]["articleReplies"]] == made[::-1]


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
