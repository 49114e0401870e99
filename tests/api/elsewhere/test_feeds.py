"""What is read from a feed of ClaimReviews, and what one in trouble does to what was read before."""

import gzip
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.elsewhere.claim_reviews import FeedError, read_feed, verdict_of
from factcheck.elsewhere.reading import job_kinds, read_source
from factcheck.errors import OperatorError
from factcheck.fetching.calls import WebCaller
from factcheck.models import Article, OutsideCheck, OutsideSource, Reply, Status
from factcheck.services import elsewhere
from tests.api.elsewhere.feeds import LEMON, LICENCE, PUBLISHER, ReadNow, feed, review, serve
from tests.conftest import MovableClock
from tests.editor_ui.world import World
from tests.fakes.service import Service


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
