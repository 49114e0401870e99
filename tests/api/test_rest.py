"""`/api/v1/`, over HTTP."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import event, update

from factcheck.api.rest.openapi import document
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import ROUTES, rest_blueprint
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import LINE_BOT, Article, ArticleCategory, ArticleReply, Category, Status, TargetKind
from factcheck.moderation.removal import delete_content
from factcheck.moderation.targets import Target
from factcheck.services.changes import number_changes
from tests.api.serving import Answer, Site
from tests.conftest import MovableClock
from tests.editor_ui.schema_org import faults
from tests.editor_ui.world import World

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"


def get(site: Site, target: str, **headers: str) -> Answer:
    return site.send("GET", f"/api/v1{target}", None, headers)


def told(site: Site, target: str) -> Any:
    answer = get(site, target)
    assert answer.status == 200, answer.body
    return answer.json()


def said(answer: Answer, status: int) -> Any:
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    found = answer.json()
    assert (found["status"], bool(found["title"]), bool(found["detail"])) == (status, True, True)
    return found


@pytest.fixture
def lemon(world: World) -> str:
    article_id = world.article(LEMON, asked_by=2)
    world.reply(article_id, "It does not. Blood pressure needs medicine.")
    return article_id


def test_a_message_comes_with_its_replies(site: Site, lemon: str) -> None:
    found = told(site, f"/articles/{lemon}")
    assert (found["text"], found["status"], found["requestCount"], found["language"]) == (LEMON, "NORMAL", 2, "en")
    assert found["url"] == f"https://fact.example/article/{lemon}"
    [link] = found["replies"]
    assert (link["reply"]["type"], link["reply"]["text"]) == ("RUMOR", "It does not. Blood pressure needs medicine.")
    assert link["reply"]["checkedBy"] is None
    assert told(site, f"/replies/{link['replyId']}") == link["reply"]
    assert told(site, f"/article-replies?articleId={lemon}")["items"] == [link]
    assert told(site, "/replies?type=RUMOR")["items"] == [link["reply"]]
    assert told(site, "/replies?type=NOT_RUMOR") == {"items": [], "next": None}


def test_lists_are_crawled_by_links_while_rows_come(site: Site, world: World, clock: MovableClock) -> None:
    texts = [f"A message that many people forwarded, with the number {number} in it" for number in range(7)]
    for text in texts:
        clock.advance(hours=1)
        world.article(text)
    seen, target = [], "/articles?limit=3&order=newest"
    while target:
        answer = get(site, target)
        seen += [one["text"] for one in answer.json()["items"]]
        clock.advance(hours=1)
        world.article(f"Something new that came while somebody read page {len(seen)}")
        link = re.fullmatch(r'</api/v1(.*)>; rel="next"', answer.headers.get("link", ""))
        target = link[1] if link else ""
    assert seen == texts[::-1]


FILTERS = {
    "": "LS",
    "replied=true": "L",
    "replied=false": "S",
    "language=en": "LS",
    "language=th": "",
    "topic=medical": "S",
    "createdAfter=2026-03-01T12:30:00": "S",
    "createdBefore=2026-03-01T12:30:00Z": "L",
}
"""Query -> which of the two messages it finds, oldest first."""


def test_filters(site: Site, world: World, clock: MovableClock, factory: SessionFactory, lemon: str) -> None:
    clock.advance(hours=1)
    spoon = world.article(SPOON)
    with transaction(factory) as session:
        session.add(Category(id="medical", title="Health", created_at=clock()))
        session.flush()
        session.add(ArticleCategory(article_id=spoon, category_id="medical", app_id=LINE_BOT, created_at=clock()))
    names = {lemon: "L", spoon: "S"}
    lists = {query: told(site, f"/articles?order=oldest&{query}")["items"] for query in FILTERS}
    assert {query: "".join(names[one["id"]] for one in items) for query, items in lists.items()} == FILTERS
    assert told(site, "/topics")["items"] == [{"id": "medical", "title": "Health", "description": ""}]


def test_what_is_hidden_is_gone_and_follows_as_a_tombstone(
    site: Site, world: World, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    spoon = world.article(SPOON)
    with transaction(factory) as session:
        number_changes(session, now=clock())
    first = told(site, "/changes?limit=1")
    assert first["more"]
    rest = told(site, f"/changes?after={first['last']}")
    assert {one["id"] for one in (*first["items"], *rest["items"])} == {lemon, spoon}
    assert all(one["article"]["text"] for one in rest["items"])
    with transaction(factory) as session:
        session.execute(update(Article).where(Article.id == lemon).values(status=Status.BLOCKED, change_number=None))
        session.execute(update(ArticleReply).values(status=Status.BLOCKED))
    assert told(site, f"/changes?after={rest['last']}") == {"items": [], "last": rest["last"], "more": False}
    with transaction(factory) as session:
        number_changes(session, now=clock())
    [gone] = told(site, f"/changes?after={rest['last']}")["items"]
    assert gone == {"number": rest["last"] + 1, "id": lemon, "deleted": True, "article": None}
    said(get(site, f"/articles/{lemon}"), 410)
    assert LEMON not in get(site, "/articles").body.decode()
    assert told(site, "/replies")["items"] == told(site, "/article-replies")["items"] == []


def test_words_and_likeness_are_searched_for(site: Site, world: World, lemon: str) -> None:
    world.article(SPOON)
    world.index_with_replies(lemon)
    assert told(site, "/search?q=lemon%20water")["items"][0]["id"] == lemon
    assert told(site, "/search?q=medicine&within=replies")["items"][0]["id"] == lemon
    world.search.available = False
    assert told(site, "/search?q=lemon") == {"total": 0, "items": [], "fallback": True}


def match(site: Site, text: str, **headers: str) -> Answer:
    return site.send("POST", "/api/v1/match", {"text": text}, {"Content-Type": "application/json", **headers})


def test_a_message_is_compared_and_what_differs_is_said(site: Site, world: World, lemon: str) -> None:
    same = match(site, LEMON)
    assert (same.status, same.headers["cache-control"]) == (200, "no-store")
    assert same.json()["outcome"] == "ANSWER"
    assert same.json()["candidates"][0]["article"]["replies"][0]["reply"]["type"] == "RUMOR"
    other = match(site, LEMON.replace("cures", "does not cure")).json()
    assert other["outcome"] in ("DIFFERS", "CHOOSE")
    unknown = match(site, "The museum in the harbour opens again on Tuesday after two years of repairs")
    assert unknown.json()["outcome"] in ("UNKNOWN", "CHOOSE"), "the fake index always has something to offer"
    assert "field" in said(match(site, "hi"), 422)["errors"][0]
    world.search.available = False
    said(match(site, LEMON + " again"), 503)


def test_comparing_is_limited_in_the_usual_headers(site: Site, lemon: str) -> None:
    answers = [match(site, LEMON) for _ in range(21)]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=20;w=60'
    assert answers[0].headers["ratelimit"].startswith('"default";r=19;t=')
    assert said(answers[-1], 429)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


def test_claims_are_searched_as_in_googles_form(site: Site, world: World, clock: MovableClock, lemon: str) -> None:
    world.article(SPOON)
    [claim] = told(site, "/claims:search?query=lemon&languageCode=en-US&pageSize=5&maxAgeDays=3")["claims"]
    assert claim["text"] == LEMON
    [review] = claim["claimReview"]
    assert review["publisher"] == {"name": "Factline", "site": "fact.example"}
    assert (review["textualRating"], review["languageCode"]) == ("Contains misinformation", "en")
    assert told(site, "/claims:search")["claims"] == [claim]
    assert told(site, "/claims:search?reviewPublisherSiteFilter=fact.example")["claims"] == [claim]
    assert told(site, "/claims:search?reviewPublisherSiteFilter=other.example")["claims"] == []
    assert told(site, "/claims:search?languageCode=th")["claims"] == []
    clock.advance(days=4)
    assert told(site, "/claims:search?maxAgeDays=3")["claims"] == []
    said(get(site, "/claims:search?pageToken=x"), 422)


def test_claims_come_in_pages(site: Site, world: World) -> None:
    for number in range(3):
        world.reply(world.article(f"A message with lemon and the number {number} that went round"), f"No {number}.")
    first = told(site, "/claims:search?query=lemon&pageSize=2")
    second = told(site, f"/claims:search?query=lemon&pageSize=2&pageToken={first['nextPageToken']}")
    texts = [claim["text"] for claim in (*first["claims"], *second["claims"])]
    assert (len(texts), len(set(texts)), second["nextPageToken"]) == (3, 3, "")


def test_reviews_are_a_feed_that_keeps_to_schema_org(site: Site, lemon: str) -> None:
    feed = told(site, "/claim-reviews")
    assert (feed["@type"], len(feed["dataFeedElement"])) == ("DataFeed", 1)
    item = feed["dataFeedElement"][0]["item"]
    assert item["claimReviewed"] == LEMON
    assert faults({name: value for name, value in item.items() if name != "@context"}) == []


def test_an_answer_is_known_by_its_etag_and_open_to_every_page(site: Site, lemon: str) -> None:
    first = get(site, f"/articles/{lemon}", Origin="https://any.example")
    assert first.headers["access-control-allow-origin"] == "*"
    assert "ratelimit-policy" in first.headers
    assert "ratelimit" not in first.headers, "it may be kept for others"
    again = get(site, f"/articles/{lemon}", **{"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    asked = {"Origin": "https://any.example", "Access-Control-Request-Method": "POST"}
    preflight = site.send("OPTIONS", "/api/v1/match", None, asked)
    assert preflight.status == 200
    assert "content-type" in preflight.headers["access-control-allow-headers"]


def test_an_app_has_its_own_quota(site: Site, secret: str, lemon: str) -> None:
    answer = get(site, "/topics", **{"x-app-secret": secret})
    assert answer.headers["ratelimit-policy"] == '"default";q=600;w=60'
    assert answer.headers["cache-control"] == "private, no-cache"
    said(get(site, "/topics", **{"x-app-secret": "guessed"}), 401)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/articles", 404),
        ("GET", "/api/v1/articles/none", 404),
        ("GET", "/api/v1/replies/none", 404),
        ("POST", "/api/v1/articles", 405),
        ("GET", "/api/v1/match", 405),
        ("DELETE", "/api/v1/topics", 405),
        ("GET", "/api/v1/articles?limit=0", 422),
        ("GET", "/api/v1/articles?limit=many", 422),
        ("GET", "/api/v1/articles?size=3", 422),
        ("GET", "/api/v1/articles?cursor=nonsense", 422),
        ("GET", "/api/v1/articles?cursor=W3siYXQiOiAiMjAyNi0wMy0wMSJ9LCAieCJd", 422),
        ("GET", "/api/v1/articles?cursor=WzEsIDJd", 422),
        ("GET", "/api/v1/articles?createdAfter=soon", 422),
        ("GET", "/api/v1/search", 422),
        ("GET", "/api/v1/search?q=a%00b", 422),
        ("GET", "/api/v1/changes?after=-1", 422),
        ("POST", "/api/v1/match", 415),
    ],
)
def test_what_is_wrong_is_a_problem(site: Site, method: str, target: str, status: int) -> None:
    answer = site.send(method, target, b"" if method == "POST" else None)
    said(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"text": 3}', b'{"text": "x", "more": 1}', b'{"text": "\\ud800 ab cd"}']
)
def test_a_wrong_body_is_named_and_not_quoted(site: Site, body: bytes) -> None:
    problem = said(site.send("POST", "/api/v1/match", body, {"Content-Type": "application/json"}), 422)
    assert problem["errors"]
    assert "ab cd" not in json.dumps(problem)


def test_a_body_that_is_too_large_is_not_read(site: Site) -> None:
    body = json.dumps({"text": "x" * 300_000}).encode()
    said(site.send("POST", "/api/v1/match", body, {"Content-Type": "application/json"}), 413)


def test_every_address_is_in_the_document(site: Site, api: Api) -> None:
    from flask import Flask

    app = Flask(__name__)
    app.register_blueprint(rest_blueprint(api))
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("rest.") and rule.endpoint not in ("rest.unknown", "rest.openapi")
    }
    described = told(site, "/openapi.json")
    assert described == json.loads(json.dumps(document(ROUTES, "https://fact.example")))
    assert {(path, method.upper()) for path, one in described["paths"].items() for method in one} == served
    assert described["openapi"] == "3.1.0"
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert names <= described["components"]["schemas"].keys()


def test_a_long_list_needs_no_more_statements_than_a_short_one(
    site: Site, world: World, factory: SessionFactory
) -> None:
    def statements() -> int:
        counted: list[int] = []
        note = lambda *_: counted.append(1)  # noqa: E731
        event.listen(factory.kw["bind"], "before_cursor_execute", note)
        told(site, "/articles?limit=50")
        event.remove(factory.kw["bind"], "before_cursor_execute", note)
        return len(counted)

    for number in range(2):
        world.reply(world.article(f"A message number {number} that went round all over the place"), f"No {number}.")
    few = statements()
    for number in range(9):
        world.reply(world.article(f"Another one with the number {number} that went round"), f"Not at all {number}.")
    assert statements() == few <= 8


def test_what_was_removed_for_good_leaves_a_tombstone(
    site: Site, world: World, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    spoon = world.article(SPOON)
    with transaction(factory) as session:
        number_changes(session, now=clock())
    with transaction(factory) as session:
        delete_content(session, Target(TargetKind.ARTICLE, lemon), clock())
    seen = told(site, "/changes")
    assert [one["id"] for one in seen["items"]] == [spoon], "it has no number yet"
    with transaction(factory) as session:
        assert number_changes(session, now=clock()) == 1
        assert number_changes(session, now=clock()) == 0
    [gone] = told(site, f"/changes?after={seen['last']}")["items"]
    assert (gone["id"], gone["deleted"], gone["article"]) == (lemon, True, None)
    assert [one["id"] for one in told(site, "/changes?limit=1")["items"]] == [spoon]
    assert told(site, "/changes?limit=1")["more"]
