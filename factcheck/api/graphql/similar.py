"""Texts like a given one: what a client that forwards a message asks for."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from graphql import GraphQLError
from sqlalchemy import select

from factcheck.api.graphql.context import Context
from factcheck.db.session import read_only
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.tokens import bigrams
from factcheck.models import Article, ArticleReply, Reply, Status
from factcheck.services.articles import find_exact
from factcheck.services.withheld import REPLY_WITHHELD

DEFAULT_SHARE = "10<70%"
"""Up to ten terms all must be there, of more 70 %: what Elasticsearch is asked for by Cofacts."""
MOST_LOOKED_AT = 200
"""Articles whose replies are looked at."""
MOST_REPLIES = 100
FRAGMENT = 200
"""Characters of a highlight."""
START, END = "<HIGHLIGHT>", "</HIGHLIGHT>"

_SHARE = re.compile(r"(?:(\d+)<)?(-?\d+)(%?)")

Scores = dict[str, float]
"""Id -> score, best first."""


def found_articles(context: Context, like: str, share: str | None) -> Scores:
    """Finds articles with enough of the text's terms, or with its address. One just reported is not in the index yet,
    and comes first if it is the same."""
    hits = context.hits(like)
    terms = terms_of(like)
    needed = least_terms(len(terms), share or DEFAULT_SHARE)
    with read_only(context.factory) as session:
        same = find_exact(session, like)
        ids = [hit.article_id for hit in hits]
        texts = {
            row.id: row.text for row in session.execute(select(Article.id, Article.text).where(Article.id.in_(ids)))
        }
    near = [
        hit.article_id
        for hit in hits
        if hit.same_fingerprint or hit.shared_urls or shared(texts.get(hit.article_id, ""), terms) >= max(needed, 1)
    ]
    return _scored([*([same.id] if same else []), *near])


def found_replies(context: Context, like: str) -> Scores:
    """Finds replies at messages like the text, and those that have all its words; those with most of its terms first.
    No scan of all replies: anybody may ask."""
    terms = terms_of(like)
    near = [hit.article_id for hit in context.hits(like)]
    ids = list(dict.fromkeys([*near, *context.articles_with_replies_of(like)]))[:MOST_LOOKED_AT]
    with read_only(context.factory) as session:
        columns = select(Reply.id, Reply.text, Reply.reference).join(ArticleReply, ArticleReply.reply_id == Reply.id)
        rows = session.execute(
            columns.where(
                ArticleReply.article_id.in_(ids), ArticleReply.status == Status.NORMAL, ~REPLY_WITHHELD
            ).distinct()
        ).all()
    scored = {row.id: shared(f"{row.text} {row.reference}", terms) / max(1, len(terms)) for row in rows}
    best = sorted(scored, key=lambda one: (-scored[one], one))
    return {one: scored[one] for one in best[:MOST_REPLIES] if scored[one]}


def terms_of(like: str) -> list[str]:
    return list(dict.fromkeys(bigrams(normalise(like))))


def shared(text: str, terms: Sequence[str]) -> int:
    there = set(bigrams(normalise(text)))
    return sum(term in there for term in terms)


def least_terms(count: int, share: str) -> int:
    """Reads Elasticsearch's `minimum_should_match`: 2, -1, 30%, 10<70%."""
    match = _SHARE.fullmatch(share.replace(" ", ""))
    if match is None:
        raise GraphQLError(f"minimumShouldMatch cannot be {share!r}. Write 2, 30% or 10<70%.")
    above, number, percent = match[1], int(match[2]), match[3]
    if above is not None and count <= int(above):
        return count
    wanted = count * number // 100 if percent else number
    return max(0, min(count, wanted if number >= 0 else count + wanted))


def highlights(row: Any, terms: Collection[str]) -> dict[str, str | None] | None:
    """Marks terms in a message or a reply."""
    reference = highlighted(row.reference, terms) if hasattr(row, "reference") else None
    found = {"text": highlighted(row.text, terms), "reference": reference}
    return found if any(found.values()) else None


def highlighted(text: str, terms: Collection[str]) -> str | None:
    """Marks terms in the part of a text that has most of them."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    marked, wanted = bytearray(len(text)), frozenset(terms)
    for length in {len(term) for term in wanted}:  # a message has thousands of terms, of few lengths
        for at in range(len(text) - length + 1):
            if lower[at : at + length] in wanted:
                marked[at : at + length] = b"\x01" * length
    if not any(marked):
        return None
    start = max(range(0, max(1, len(text) - FRAGMENT + 1), 20), key=lambda at: sum(marked[at : at + FRAGMENT]))
    parts = []
    for run in re.finditer(b"\x01+|\x00+", bytes(marked[start : start + FRAGMENT])):
        part = text[start + run.start() : start + run.end()]
        parts.append(f"{START}{part}{END}" if run.group()[0] else part)
    return "".join(parts)


def _scored(ids: Sequence[str]) -> Scores:
    return {one: 1 / place for place, one in enumerate(dict.fromkeys(ids), 1)}
