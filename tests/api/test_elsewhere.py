"""Fact-checks of others: read from a server on this machine, found by the bot's look-up, never mixed with ours."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from factcheck.dataset.export import export_dataset
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.elsewhere import cofacts
from factcheck.elsewhere.claim_reviews import FeedError, read_feed, verdict_of
from factcheck.elsewhere.reading import Outcome, job_kinds, read_source
from factcheck.errors import ForbiddenError, OperatorError
from factcheck.fetching.calls import WebCaller
from factcheck.models import ELSEWHERE, Article, ArticleReply, OutsideCheck, OutsideSource, Reply, Status, User
from factcheck.services import elsewhere
from factcheck.services.articles import get_article, request_check, submit_article
from factcheck.services.changes import number_changes
from factcheck.services.feedback import vote
from factcheck.services.lookup import look_up
from factcheck.services.queue import Wanted, count_articles
from factcheck.services.replies import attach_reply, replies_for
from factcheck.services.users import get_or_create_line_user
from tests.api.serving import Site
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.service import Sent, Service, service

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"
GARLIC = "สูตรกระเทียมดองรักษาเบาหวานให้หายขาดภายในเจ็ดวัน แพทย์ชื่อดังยืนยันแล้ว"
PUBLISHER, LICENCE = "Some Checkers", "CC BY 4.0"
PAGE = "https://other.example/article/{id}"

ReadNow = Callable[[], Outcome]


def review(number: int, claim: str = LEMON, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"https://checkers.example/{number}",
        "claimReviewed": claim,
        "author": {"@type": "Organization", "name": "The Checkers"},
        "datePublished": "2026-02-01",
        "reviewRating": {"ratingValue": 1, "bestRating": 5, "worstRating": 1, "alternateName": "False"},
        "headline": "Lemons cure nothing",
        **more,
    }


def feed(*reviews: dict[str, Any]) -> bytes:
    elements = [{"@type": "DataFeedItem", "item": [one]} for one in reviews]
    return json.dumps({"@type": "DataFeed", "dataFeedElement": elements}).encode()


@pytest.fixture
def server() -> Iterator[Service]:
    with service() as running:
        yield running


@pytest.fixture
def caller() -> WebCaller:
    return WebCaller("Factline", allow_loopback=True, seconds=5)


@pytest.fixture
def read(factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller) -> ReadNow:
    with transaction(factory) as session:
        elsewhere.add_source(
            session,
            "checkers",
            kind="CLAIM_REVIEW",
            url=server.url("/feed"),
            publisher=PUBLISHER,
            licence=LICENCE,
            now=clock(),
        )
    return lambda: read_source(factory, caller, "checkers", clock)


def serve(server: Service, body: bytes, status: int = 200, **headers: str) -> None:
    server.answer = lambda _sent: (status, headers, body)


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


def test_what_a_source_changes_or_withdraws_follows(
    world: World, factory: SessionFactory, server: Service, read: ReadNow, clock: MovableClock
) -> None:
    serve(server, feed(*(review(number, f"{LEMON} {number}") for number in range(4))))
    read()
    changed = review(0, f"{LEMON} 0", headline="They do help a little", reviewRating={"alternateName": "Partly true"})
    deleted = {"@type": "DataFeedItem", "dateDeleted": "2026-03-01", "item": review(1)}
    body = {"@type": "DataFeed", "dataFeedElement": [deleted, {"item": [changed]}, {"item": review(2, f"{LEMON} 2")}]}
    serve(server, json.dumps(body).encode())
    clock.advance(days=1)
    outcome = read()
    assert (outcome.new_or_changed, outcome.withdrawn, outcome.error) == (1, 2, "")
    with read_only(factory) as session:
        texts = set(session.scalars(select(Reply.text).where(Reply.text != "")))
        assert {text.rpartition("\n\n")[2] for text in texts} == {"They do help a little", "Lemons cure nothing"}
        gone = session.scalars(select(Article).where(Article.status == Status.DELETED)).all()
        assert [article.text for article in gone] == ["", ""]
        assert session.scalar(select(func.count()).select_from(OutsideCheck)) == 2
        assert session.scalars(select(Reply.type).where(Reply.text.contains("little"))).one() == "OPINIONATED"
    serve(server, feed(*(review(number, f"{LEMON} {number}") for number in range(4))))
    assert read().new_or_changed == 3, "what was withdrawn may come back"


BROKEN = {
    "no JSON": (b"<html>", "no JSON"),
    "half": (feed(review(1))[:-20], "no JSON"),
    "too deep": (b"[" * 100_000, "no JSON"),
    "another thing": (b'{"@type": "Recipe"}', "no ClaimReview"),
    "empty": (b"", "no JSON"),
    "nothing": (b'{"@type": "DataFeed", "dataFeedElement": []}', "no ClaimReview"),
    "not text": (b"\xff\xfe\x00\x01", "no JSON"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_feed_is_named_and_takes_nothing_away(
    factory: SessionFactory, server: Service, read: ReadNow, name: str
) -> None:
    serve(server, feed(review(1)))
    read()
    body, words = BROKEN[name]
    serve(server, body)
    assert words in read().error
    with read_only(factory) as session:
        assert words in session.get_one(OutsideSource, "checkers").error
        assert session.scalar(select(func.count()).select_from(OutsideCheck)) == 1


def test_a_feed_that_lost_most_of_itself_takes_nothing_away(server: Service, read: ReadNow) -> None:
    serve(server, feed(*(review(number, f"{LEMON} {number}") for number in range(10))))
    read()
    serve(server, feed(review(0, f"{LEMON} 0")))
    outcome = read()
    assert (outcome.withdrawn, "lacks 9 of 10" in outcome.error) == (0, True)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (503, {}, "HTTP 503"),
        (404, {}, "HTTP 404"),
        (302, {"Location": "/feed"}, "TOO_MANY_REDIRECTS"),
        (200, {"Content-Encoding": "br"}, "UNSUPPORTED"),
    ],
)
def test_a_server_in_trouble_is_named(
    server: Service, read: ReadNow, status: int, headers: dict[str, str], words: str
) -> None:
    serve(server, b"x", status, **headers)
    assert words in read().error


def test_a_bomb_and_an_internal_address_are_refused(
    factory: SessionFactory, server: Service, read: ReadNow, clock: MovableClock
) -> None:
    serve(server, gzip.compress(b"[" + b" " * 60_000_000), **{"Content-Encoding": "gzip"})
    assert read().error
    serve(server, feed(review(1)))
    outcome = read_source(factory, WebCaller("Factline", seconds=5), "checkers", clock)
    assert "NOT_PUBLIC" in outcome.error


def test_odd_items_are_left_out_and_texts_are_cleaned() -> None:
    items = [
        review(1, "A\x00 claim\ud800"),
        review(2, ""),
        review(3, url="javascript:alert(1)"),
        review(4, claimReviewed=None, itemReviewed={"name": "Named elsewhere"}),
        review(5, reviewRating="False", author=["x"], datePublished="99999-01-01", url="http://[bad"),
        {"@type": "ClaimReview"},
    ]
    found = read_feed(json.dumps(items).encode(), publisher=PUBLISHER, licence=LICENCE)
    assert [one.claim for one in found.found] == ["A claim", "Named elsewhere"]
    assert found.skipped == 4
    alone = read_feed(json.dumps({"@graph": [review(7, author=None)]}).encode(), publisher=PUBLISHER, licence=LICENCE)
    assert (alone.found[0].publisher, alone.found[0].licence) == (PUBLISHER, LICENCE)
    with pytest.raises(FeedError):
        read_feed(b"3", publisher=PUBLISHER, licence=LICENCE)


@pytest.mark.parametrize(
    ("rated", "words", "verdict"),
    [
        ({"ratingValue": "1", "bestRating": "5", "worstRating": "1"}, "", "RUMOR"),
        ({"ratingValue": 5, "bestRating": 5, "worstRating": 1}, "False", "NOT_RUMOR"),
        ({"ratingValue": 3, "bestRating": 5, "worstRating": 1}, "", "OPINIONATED"),
        ({"ratingValue": -1, "bestRating": -1, "worstRating": -1}, "Fake", "RUMOR"),
        ({"ratingValue": 1}, "真實", "NOT_RUMOR"),
        ({}, "部分錯誤", "RUMOR"),
        ({}, "Mostly true", "OPINIONATED"),
        ({}, "ข่าวปลอม", "RUMOR"),
        ({}, "デマ", "RUMOR"),
        ({}, "", "OPINIONATED"),
    ],
)
def test_verdicts_are_read_from_numbers_or_words(rated: dict[str, Any], words: str, verdict: str) -> None:
    assert verdict_of(rated, words) == verdict


class OtherInstance:
    """Answers as Cofacts' API does for what was asked."""

    def __init__(self) -> None:
        self.texts = {f"id{number}": f"{LEMON} {number}" for number in range(120)}
        self.asked: list[dict[str, Any]] = []

    def __call__(self, sent: Sent) -> tuple[int, dict[str, str], bytes]:
        asked = json.loads(sent.body)["variables"]
        self.asked.append(asked)
        if "ids" in asked:
            keys, start = [one for one in asked["ids"] if one in self.texts], 0
        else:
            keys, start = list(self.texts), int(asked["after"] or 0)
        edges = [{"cursor": str(at + 1), "node": self.node(key)} for at, key in enumerate(keys)][start : start + 50]
        return 200, {}, json.dumps({"data": {"ListArticles": {"edges": edges}}}).encode()

    def node(self, key: str) -> dict[str, Any]:
        reply = {"id": "r", "type": "NOT_RUMOR", "text": "It is so.", "reference": "https://example.org"}
        link = {"replyId": "r", "createdAt": "2026-02-01T00:00:00.000Z", "reply": reply}
        return {"id": key, "text": self.texts[key], "status": "NORMAL", "articleReplies": [link]}


def test_another_instance_is_crawled_and_followed(
    factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller
) -> None:
    other = server.answer = OtherInstance()
    with transaction(factory) as session:
        elsewhere.add_source(
            session,
            "other",
            kind="COFACTS",
            url=server.url("/graphql"),
            publisher="Others",
            licence="CC BY-SA 4.0",
            page=PAGE,
            now=clock(),
        )
    assert read_source(factory, caller, "other", clock).new_or_changed == 120
    assert [asked["after"] for asked in other.asked if "after" in asked] == [None, "50", "100"]
    del other.texts["id7"]
    clock.advance(days=1)
    outcome = read_source(factory, caller, "other", clock)
    assert (outcome.new_or_changed, outcome.withdrawn, outcome.error) == (0, 1, "")
    assert next(asked["since"] for asked in other.asked[::-1] if "since" in asked).startswith("2026-03-01T11:00")
    server.answer = lambda _sent: (200, {}, b'{"errors": [{"message": "no"}], "data": null}')
    assert "not that of Cofacts" in read_source(factory, caller, "other", clock).error
    with transaction(factory) as session:
        check = session.scalars(select(OutsideCheck)).first()
        assert check is not None
        assert check.url.startswith("https://other.example/article/id")
        assert elsewhere.remove_source(session, "other", now=clock()) == 119
    with read_only(factory) as session:
        left = select(func.count()).select_from(Article).where(Article.status == Status.NORMAL)
        assert session.scalar(left.where(Article.app_id == ELSEWHERE)) == 0


def test_a_long_crawl_goes_on_where_it_ended(
    factory: SessionFactory,
    clock: MovableClock,
    server: Service,
    caller: WebCaller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cofacts, "MOST_PAGES", 1)
    other = server.answer = OtherInstance()
    values = {"kind": "COFACTS", "url": server.url(), "publisher": "O", "licence": "CC0", "page": PAGE, "now": clock()}
    with transaction(factory) as session:
        elsewhere.add_source(session, "other", **values)
    assert read_source(factory, caller, "other", clock).new_or_changed == 50
    with read_only(factory) as session:
        assert session.get_one(OutsideSource, "other").tried_at is None, "it is due again at once"
    read_source(factory, caller, "other", clock)
    assert [asked["since"] for asked in other.asked if "since" in asked][1] == "2026-02-01T00:00:00+00:00"


def test_the_worker_reads_what_is_due(
    factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller, read: ReadNow
) -> None:
    serve(server, feed(review(1)))
    [kind] = job_kinds(factory, caller, clock)
    for hours, asked in ((0, 1), (1, 1), (23, 2)):
        clock.advance(hours=hours)
        kind.handler({})
        assert len(server.sent) == asked
    [off] = job_kinds(factory, None, clock)
    clock.advance(days=2)
    off.handler({})
    assert len(server.sent) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "RSS"},
        {"url": "file:///etc/passwd"},
        {"publisher": " "},
        {"kind": "COFACTS", "page": "https://x.example/"},
        {"hours": 0},
    ],
)
def test_what_is_no_source_is_refused(factory: SessionFactory, clock: MovableClock, values: dict[str, Any]) -> None:
    good = {"kind": "CLAIM_REVIEW", "url": "https://x.example/", "publisher": "X", "licence": "CC0", "now": clock()}
    with transaction(factory) as session, pytest.raises(OperatorError):
        elsewhere.add_source(session, "x", **{**good, **values})


@pytest.fixture
def other(factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller) -> OtherInstance:
    """An instance that was read, with ids of Cofacts' first years."""
    found = OtherInstance()
    found.texts = {f"sample{number} copy/line-rumor": text for number, text in enumerate(found.texts.values())}
    server.answer = found
    values = {"kind": "COFACTS", "url": server.url(), "publisher": "O", "licence": "CC0", "page": PAGE, "now": clock()}
    with transaction(factory) as session:
        elsewhere.add_source(session, "other", **values)
    assert read_source(factory, caller, "other", clock).new_or_changed == len(found.texts)
    clock.advance(days=1)
    return found


def test_ids_with_blanks_are_asked_about_as_they_are(
    factory: SessionFactory, clock: MovableClock, caller: WebCaller, other: OtherInstance
) -> None:
    outcome = read_source(factory, caller, "other", clock)
    assert (outcome.withdrawn, outcome.error) == (0, "")
    asked = {one for call in other.asked for one in call.get("ids", ())}
    assert asked == set(other.texts)
    with read_only(factory) as session:
        urls = session.scalars(select(OutsideCheck.url)).all()
    assert "https://other.example/article/sample7%20copy%2Fline-rumor" in urls


def test_an_instance_that_has_lost_most_of_its_data_takes_nothing_away(
    factory: SessionFactory, clock: MovableClock, caller: WebCaller, other: OtherInstance
) -> None:
    everything = other.texts
    other.texts = {}
    outcome = read_source(factory, caller, "other", clock)
    assert outcome.withdrawn == 0
    assert "until it is whole again" in outcome.error
    other.texts = everything
    clock.advance(days=1)
    assert read_source(factory, caller, "other", clock).error == ""


def test_another_address_of_pages_takes_nothing_away(
    factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller, other: OtherInstance
) -> None:
    page = "https://moved.example/{id}/"
    values = {"kind": "COFACTS", "url": server.url(), "publisher": "O", "licence": "CC0", "page": page, "now": clock()}
    with transaction(factory) as session:
        elsewhere.add_source(session, "other", **values)
    assert read_source(factory, caller, "other", clock).withdrawn == 0
