"""How often messages and replies were seen, in Cofacts' shapes."""

from datetime import date, timedelta
from typing import Any

import pytest

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import LINE_BOT, Analytics, Article, ArticleReply, User
from tests.api.asking import Ask

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
