"""Reads schema.org's ClaimReview, as fact-checkers publish it: a DataFeed, a list, a graph, or one alone. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from factcheck.elsewhere.found import CLAIM, NAME, Found, Node, Read, clean, moment, said, web_address
from factcheck.errors import FactlineError
from factcheck.limits import MAX_REPLY_LENGTH
from factcheck.models import ReplyType

MOST_ITEMS = 200_000
MOST_DEPTH = 8
FALSE_TO, TRUE_FROM = 0.4, 0.75
"""Of a rating from 0, the worst, to 1, the best."""
_FALSE_WORDS = (
    *("false", "fake", "misleading", "incorrect", "hoax", "scam", "fabricated", "altered", "untrue", "not true"),
    *("錯誤", "错误", "假", "謠言", "谣言", "不實", "不实", "詐騙", "誤導", "誤り", "誤情報", "デマ", "ミスリード"),
    *("เท็จ", "ปลอม", "ไม่จริง", "บิดเบือน", "หลอก"),
)
_TRUE_WORDS = ("true", "correct", "accurate", "正確", "屬實", "属实", "真實", "事實", "事実", "จริง")


class FeedError(FactlineError):
    """The source gave nothing that can be read; the message says what."""


def read_feed(body: bytes, *, publisher: str, licence: str) -> Read:
    """Reads a whole feed. `publisher`, `licence`: where an item names none. Raises FeedError."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise FeedError("The answer is no JSON.") from None
    read = Read(is_whole=True)
    items = 0
    for node in _reviews(data, 0):
        items += 1
        if items > MOST_ITEMS:
            raise FeedError(f"The feed has more than {MOST_ITEMS} items.")
        key = _key(node)
        if key and node.get("dateDeleted"):
            read.gone.add(key)
            continue
        found = _found(node, key, publisher, licence)
        if found is None:
            read.skipped += 1
        else:
            read.found.append(found)
    if not items:
        raise FeedError("The answer holds no ClaimReview.")
    return read


def _reviews(data: Any, depth: int) -> Iterator[Node]:
    """Finds the reviews, wherever a feed has them; an item's date of deletion is put into it."""
    if depth > MOST_DEPTH:
        return
    if isinstance(data, list):
        for one in data:
            yield from _reviews(one, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if kinds == "ClaimReview" or (isinstance(kinds, list) and "ClaimReview" in kinds):
            yield data
            return
        deleted = {"dateDeleted": data["dateDeleted"]} if data.get("dateDeleted") else {}
        for name in ("dataFeedElement", "@graph", "item", "itemListElement"):
            for node in _reviews(data.get(name), depth + 1):
                yield {**node, **deleted}


def _key(node: Node) -> str:
    return clean(node.get("@id"), 2_000) or web_address(node.get("url"))


def _found(node: Node, key: str, publisher: str, licence: str) -> Found | None:
    reviewed = node.get("itemReviewed")
    about: Node = reviewed if isinstance(reviewed, dict) else {}
    claim = clean(node.get("claimReviewed"), CLAIM) or clean(about.get("text") or about.get("name"), CLAIM)
    url = web_address(node.get("url"))
    if not key or not claim or not url:
        return None
    rating = node.get("reviewRating")
    rated: Node = rating if isinstance(rating, dict) else {}
    by = _name(node.get("author")) or _name(node.get("publisher")) or publisher
    verdict = clean(rated.get("alternateName") or rated.get("ratingExplanation"), NAME)
    body = clean(node.get("reviewBody") or node.get("description"), MAX_REPLY_LENGTH)
    return Found(
        key=key,
        claim=claim,
        type=verdict_of(rated, verdict),
        text=said(claim, by, verdict, clean(node.get("headline") or node.get("name"), NAME), body),
        reference=url,
        url=url,
        publisher=by,
        licence=clean(node.get("license") or node.get("sdLicense"), NAME) or licence,
        published_at=moment(node.get("datePublished") or node.get("dateCreated")),
    )


def _name(node: object) -> str:
    if isinstance(node, list):
        node = node[0] if node else ""
    return clean(node.get("name"), NAME) if isinstance(node, dict) else clean(node, NAME)


def verdict_of(rated: Node, words: str) -> ReplyType:
    """Reads the number where there is a scale, else the words; what is neither true nor false is an opinion."""
    share = _share(rated)
    if share is not None:
        if share <= FALSE_TO:
            return ReplyType.RUMOR
        return ReplyType.NOT_RUMOR if share >= TRUE_FROM else ReplyType.OPINIONATED
    lower = words.lower()
    if any(word in lower for word in _FALSE_WORDS):
        return ReplyType.RUMOR
    is_partly = any(word in lower for word in ("mostly", "partly", "half", "部分", "บางส่วน", "一部"))
    if not is_partly and any(word in lower for word in _TRUE_WORDS):
        return ReplyType.NOT_RUMOR
    return ReplyType.OPINIONATED


def _share(rated: Node) -> float | None:
    try:
        value, best, worst = (float(rated[name]) for name in ("ratingValue", "bestRating", "worstRating"))
    except (KeyError, TypeError, ValueError):
        return None
    within = worst < best and worst <= value <= best  # some publish -1 for "no rating"
    return (value - worst) / (best - worst) if within else None
