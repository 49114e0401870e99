"""Objects of the schema put in order, and what follows from several rows. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from factcheck.api.graphql.values import shown
from factcheck.models import Article, ArticleHyperlink, Hyperlink, ReplyHyperlink, Status

Node = dict[str, Any]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def hyperlink(link: ArticleHyperlink | ReplyHyperlink, page: Hyperlink | None) -> Node:
    node = {"url": link.url, "normalizedUrl": link.normalized_url or link.url, "title": link.title or None}
    if page is None:
        return node
    return {
        **node,
        "title": page.title or link.title or None,
        "summary": page.summary or None,
        "topImageUrl": page.top_image_url or None,
        "fetchedAt": shown(page.fetched_at),
        "status": str(page.status) if page.status else None,
        "error": page.error or None,
    }


def best_first(links: Iterable[Node]) -> list[Node]:
    """Puts the newest first and the others by their votes: clients show the first as the answer."""
    rest = sorted(links, key=by_age, reverse=True)
    newest, rest = rest[:1], rest[1:]
    rest.sort(key=lambda link: link["positiveFeedbackCount"] - link["negativeFeedbackCount"], reverse=True)
    return newest + rest


def by_age(link: Node) -> tuple[datetime, str]:
    return link["at"] or _LONG_AGO, link["replyId"]


def references_of(row: Article) -> list[Node]:
    """Tells where a message came from, as far as Cofacts' schema has a word for it."""
    at = shown(row.created_at) or ""
    return [{"createdAt": at, "type": kind} for kind in row.references if kind in ("LINE", "URL")]


def status_of(states: set[str]) -> str:
    if Status.NORMAL in states or not states:
        return Status.NORMAL
    return Status.BLOCKED if Status.BLOCKED in states else Status.DELETED


def grouped(nodes: Iterable[Node], key: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        found.setdefault(node[key], []).append(node)
    return found
