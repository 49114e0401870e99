"""Lists in pages. A cursor is the place of an item in the order, so that a crawl neither repeats nor skips what stays
while rows come and go."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import GraphQLError
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from factcheck.api.graphql.context import Context
from factcheck.db.session import read_only

MOST = 10_000
"""Items of a page; Cofacts' limit, too."""

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """What a list is ordered by; never null."""

    expression: ColumnElement[Any]
    descending: bool = False


@dataclass(frozen=True)
class Listing:
    entity: type[Any]
    where: Sequence[ColumnElement[bool]]
    keys: Sequence[Key]
    """The last one tells any two items apart."""
    scores: Mapping[str, float] | None = None
    """Id -> score, if the list was searched for."""
    highlight: Callable[[Any], Node | None] | None = None


@dataclass(frozen=True)
class Paging:
    first: int
    after: str | None = None
    before: str | None = None

    @classmethod
    def asked(cls, first: int | None = 10, after: str | None = None, before: str | None = None) -> "Paging":
        if after and before:
            raise GraphQLError("Use of before & after is prohibited.")
        size = 10 if first is None else first
        if not 0 <= size <= MOST:
            raise GraphQLError(f"first must be from 0 to {MOST}.")
        return cls(size, after or None, before or None)


Build = Callable[[Session, Sequence[Any]], Sequence[Node]]


def connection(context: Context, listing: Listing, paging: Paging, build: Build) -> Node:
    """Loads a page. What counts or looks at the ends of the whole set runs only if it is asked for."""
    backwards = paging.before is not None
    keys = [Key(key.expression, key.descending != backwards) for key in listing.keys]
    query = _select(listing, keys)
    if cursor := paging.before or paging.after:
        query = query.where(_behind(keys, _read(cursor, len(keys))))
    with read_only(context.factory) as session:
        rows = session.execute(query.limit(paging.first + 1)).all()
        more, rows = len(rows) > paging.first, rows[: paging.first]
        if backwards:
            rows = rows[::-1]
        nodes = build(session, [row[0] for row in rows])
        edges = [
            {"node": node, "cursor": _cursor(row[1:]), **_found(listing, row[0])}
            for node, row in zip(nodes, rows, strict=True)
        ]
    return {
        "totalCount": lambda _info: _count(context, listing),
        "edges": edges,
        "pageInfo": {
            "firstCursor": lambda _info: _end(context, listing, listing.keys),
            "lastCursor": lambda _info: _end(
                context, listing, [Key(key.expression, not key.descending) for key in listing.keys]
            ),
            "hasNextPage": True if backwards else more,
        },
    }


EMPTY: Node = {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False}}


def _found(listing: Listing, row: Any) -> Node:
    mark = listing.highlight
    return {
        "score": listing.scores.get(row.id) if listing.scores else None,
        "mediaSimilarity": 0.0,
        "highlight": (lambda _info: mark(row)) if mark else None,
    }


def _select(listing: Listing, keys: Sequence[Key]) -> Select[Any]:
    order = [key.expression.desc() if key.descending else key.expression.asc() for key in keys]
    return select(listing.entity, *(key.expression for key in keys)).where(*listing.where).order_by(*order)


def _count(context: Context, listing: Listing) -> int:
    with read_only(context.factory) as session:
        return session.scalar(select(func.count()).select_from(listing.entity).where(*listing.where)) or 0


def _end(context: Context, listing: Listing, keys: Sequence[Key]) -> str | None:
    with read_only(context.factory) as session:
        row = session.execute(_select(listing, keys).limit(1)).first()
    return _cursor(row[1:]) if row else None


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    ways = []
    for at, key in enumerate(keys):
        value = literal(values[at], key.expression.type)
        same = [one.expression == literal(values[i], one.expression.type) for i, one in enumerate(keys[:at])]
        ways.append(and_(*same, key.expression < value if key.descending else key.expression > value))
    return or_(*ways)


def _cursor(values: Sequence[Any]) -> str:
    written = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.b64encode(json.dumps(written).encode()).decode()


def _read(cursor: str, count: int) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor, validate=True))
        read = [datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value for value in values]
    except (binascii.Error, ValueError, TypeError, KeyError):
        read = []
    if len(read) != count:
        raise GraphQLError("The cursor is none of this list.")
    return read
