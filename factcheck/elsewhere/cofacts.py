"""Reads Cofacts' GraphQL API, or that of another instance of Factline."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from factcheck.elsewhere.claim_reviews import FeedError
from factcheck.elsewhere.found import CLAIM, REFERENCE, Found, Node, Read, clean, moment, said, web_address
from factcheck.limits import MAX_REPLY_LENGTH
from factcheck.models import ReplyType
from factcheck.ports import ServiceCaller

PAGE = 50
MOST_PAGES = 40
"""Pages of one look, which holds a thread of the worker; the next look goes on from there."""

_NODE = "id text status createdAt articleReplies(statuses: [NORMAL]) { replyId createdAt "
_NODE += "positiveFeedbackCount negativeFeedbackCount reply { id type text reference createdAt } }"
NEW = (
    "query($since: String, $after: String) { ListArticles(filter: {articleTypes: [TEXT], replyCount: {GTE: 1}, "
    f"repliedAt: {{GT: $since}}}}, orderBy: [{{lastRepliedAt: ASC}}], first: {PAGE}, after: $after) {{ "
    f"edges {{ cursor node {{ {_NODE} }} }} }} }}"
)
AGAIN = (
    "query($ids: [ID!]) { ListArticles(filter: {ids: $ids, statuses: [NORMAL, BLOCKED]}, "
    f"first: {PAGE}) {{ edges {{ node {{ {_NODE} }} }} }} }}"
)


def read_new(
    caller: ServiceCaller, url: str, since: datetime | None, *, publisher: str, licence: str, page: str
) -> Iterator[Read]:
    """Yields messages with their best replies, page by page, those with the oldest replies first. Raises FeedError."""
    after, begin = None, (since.isoformat() if since else "2000-01-01T00:00:00Z")
    for _ in range(MOST_PAGES):
        edges = _asked(caller, url, NEW, {"since": begin, "after": after})
        yield _read([edge["node"] for edge in edges], publisher, licence, page)
        if len(edges) < PAGE:
            return
        after = edges[-1].get("cursor")
        if not isinstance(after, str):
            raise FeedError("The answer has no cursor.")


def key_in(url: str, page: str) -> str:
    """Reads a message's id out of its address; '' for an address of another page."""
    begin, _, end = page.partition("{id}")
    is_of_page = url.startswith(begin) and url.endswith(end) and len(url) > len(begin) + len(end)
    return unquote(url[len(begin) : len(url) - len(end)]) if is_of_page else ""


def read_again(caller: ServiceCaller, url: str, ids: Sequence[str], *, publisher: str, licence: str, page: str) -> Read:
    """Looks at known messages again: one not there, or without a reply, is gone. Raises FeedError."""
    nodes = [edge["node"] for edge in _asked(caller, url, AGAIN, {"ids": list(ids)})]
    read = _read(nodes, publisher, licence, page)
    read.gone |= set(ids) - {found.key for found in read.found}
    return read


def _asked(caller: ServiceCaller, url: str, query: str, variables: Node) -> list[dict[str, Any]]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    answer = caller.post(url, body, {"Content-Type": "application/json", "Accept": "application/json"})
    if not answer.is_good:
        raise FeedError(f"The API did not answer: {answer.trouble}.")
    try:
        edges = json.loads(answer.body)["data"]["ListArticles"]["edges"]
        if not all(isinstance(edge["node"], dict) for edge in edges):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FeedError("The answer is not that of Cofacts' API.") from None
    return list(edges)


def _read(nodes: Sequence[Node], publisher: str, licence: str, page: str) -> Read:
    read = Read()
    for node in nodes:
        found = _found(node, publisher, licence, page)
        if found is None:
            read.skipped += 1
        else:
            read.found.append(found)
    return read


def _found(node: Node, publisher: str, licence: str, page: str) -> Found | None:
    """Takes the first reply, which is the answer by the order of the API."""
    links = node.get("articleReplies")
    link = links[0] if isinstance(links, list) and links and isinstance(links[0], dict) else {}
    reply = link.get("reply")
    key, claim = clean(node.get("id"), 100), clean(node.get("text"), CLAIM)
    if node.get("status") not in (None, "NORMAL") or not isinstance(reply, dict) or not key or not claim:
        return None
    kind, text = reply.get("type"), clean(reply.get("text"), MAX_REPLY_LENGTH)
    if kind not in list(ReplyType) or not text:
        return None
    return Found(
        key=key,
        claim=claim,
        type=ReplyType(kind),
        text=said(claim, publisher, text),
        reference=clean(reply.get("reference"), REFERENCE),
        url=web_address(page.replace("{id}", quote(key, safe=""))),
        publisher=publisher,
        licence=licence,
        published_at=moment(link.get("createdAt")),
    )
