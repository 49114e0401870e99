"""What lists can be ordered by. A missing time counts as the oldest."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import join, outerjoin

from factcheck.api.cursors import Key
from factcheck.db.base import time_key
from factcheck.models import Article, ArticleReply


def with_last_link(source: Any, which: Sequence[ColumnElement[bool]], *, all_have: bool) -> tuple[Any, Any]:
    """Joins articles to the time of their newest link of those `which`, and gives the key. `all_have`: the list's own
    filter leaves out articles without one."""
    newest = (
        select(ArticleReply.article_id, func.max(ArticleReply.created_at).label("at"))
        .where(*which)
        .group_by(ArticleReply.article_id)
        .subquery()
    )
    is_its = newest.c.article_id == Article.id
    if all_have:
        return join(source, newest, is_its), newest.c.at
    return outerjoin(source, newest, is_its), time_key(newest.c.at)


def by_rank(id_column: Any, ranked: Sequence[str]) -> Any:
    """The place in a list of ids that were found."""
    if not ranked:
        return literal(0)
    return case({one: place for place, one in enumerate(ranked)}, value=id_column, else_=len(ranked))


def asked_keys(asked: Sequence[Mapping[str, str]] | None, known: Mapping[str, Any], last: Any) -> list[Key]:
    """The keys of an `orderBy`: the first of each object counts. `_score` is a rank, so the best comes first where
    the highest is asked for. `last` tells any two items apart."""
    keys = []
    for one in asked or ():
        name, order = next(iter(one.items()), ("", ""))
        if name in known:
            keys.append(Key(known[name], (order == "DESC") != (name == "_score")))
    return [*keys, Key(last, keys[0].descending if keys else False)]
