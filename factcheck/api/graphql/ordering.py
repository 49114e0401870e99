"""What lists can be ordered by. A missing time counts as the oldest."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select

from factcheck.api.cursors import Key, time_key
from factcheck.models import Article, ArticleReply, Status


def last_link(*conditions: ColumnElement[bool]) -> Any:
    newest = select(func.max(ArticleReply.created_at)).where(*conditions).correlate(Article).scalar_subquery()
    return time_key(newest)


def last_replied() -> Any:
    return last_link(ArticleReply.article_id == Article.id, ArticleReply.status == Status.NORMAL)


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
