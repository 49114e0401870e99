"""What lists can be ordered by. A missing time counts as the oldest."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import join, outerjoin

from factcheck.api.cursors import Key
from factcheck.api.graphql.filters import Conditions
from factcheck.db.aliases import shared_alias
from factcheck.db.base import time_key
from factcheck.models import Article, ArticleReply

LINKS = {
    name: (shared_alias(ArticleReply), shared_alias(ArticleReply))
    for name in ("lastRepliedAt", "lastMatchingArticleReplyCreatedAt")
}
"""For each order a link and a newer one; made once, for a new alias costs milliseconds."""


def with_last_link(source: Any, order: str, which: Callable[[Any], Conditions], *, all_have: bool) -> tuple[Any, Any]:
    """Joins articles to the time of their newest link of those that satisfy `which(link)`, and gives the key.
    `all_have`: the list's own filter leaves out articles without one. Then links are walked by their index of times
    until a page is full; else each article's are looked through."""
    if not all_have:
        times = select(ArticleReply.article_id, func.max(ArticleReply.created_at).label("at"))
        newest = times.where(*which(ArticleReply)).group_by(ArticleReply.article_id).subquery()
        return outerjoin(source, newest, newest.c.article_id == Article.id), time_key(newest.c.at)
    link, newer = LINKS[order]
    at, later = time_key(link.created_at), time_key(newer.created_at)
    behind = or_(later > at, and_(later == at, newer.reply_id > link.reply_id))
    is_not_newest = exists().where(newer.article_id == link.article_id, behind, *which(newer))
    return join(source, link, and_(link.article_id == Article.id, *which(link), ~is_not_newest)), at


def by_rank(id_column: Any, ranked: Sequence[str]) -> Any:
    """The place in a list of ids that were found."""
    if not ranked:
        return literal(0)
    return case({one: place for place, one in enumerate(ranked)}, value=id_column, else_=len(ranked))


def asked_keys(asked: Sequence[Mapping[str, str]] | None, known: Mapping[str, Any], last: Any) -> list[Key]:
    """The keys of an `orderBy`: the first of each object counts. `_score` is a rank, so the best comes first where the
    highest is asked for."""
    keys = []
    for one in asked or ():
        name, order = next(iter(one.items()), ("", ""))
        if name in known:
            keys.append(Key(known[name], (order == "DESC") != (name == "_score")))
    return [*keys, Key(last, keys[0].descending if keys else False)]
