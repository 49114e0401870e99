"""Lists in pages, as Cofacts' clients read them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from factcheck.api import cursors
from factcheck.api.cursors import CursorError, Key
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.rows import shown_columns
from factcheck.db.session import read_only

MOST = 10_000
"""Items of a page; Cofacts' limit, too."""

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """What rows are selected from, and as much of that as their number depends on."""

    rows: Any
    counted: Any


@dataclass(frozen=True)
class Listing:
    entity: type[Any]
    where: Sequence[ColumnElement[bool]]
    keys: Sequence[Key]
    source: Source | None = None
    """Where a key is of another table."""
    scores: Mapping[str, float] | None = None
    """Id -> score, if the list was searched for."""
    highlight: Callable[[Any], Node | None] | None = None
    similar: Mapping[str, float] = field(default_factory=dict)
    """Id -> how like its file is, 0 to 1, if a file was searched for."""


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
    """Loads a page. What counts or looks at the ends of the whole set runs only if it is asked for, and the page does
    not tell."""
    backwards = paging.before is not None
    keys = [Key(key.expression, key.descending != backwards) for key in listing.keys]
    columns = shown_columns(listing.entity)  # objects are for what is changed
    query = _select(columns, listing, keys)
    if cursor := paging.before or paging.after:
        query = query.where(cursors.behind(keys, _read(cursor, keys)))
    with read_only(context.factory) as session:
        rows = session.execute(query.limit(paging.first + 1)).all()
        more, rows = len(rows) > paging.first, rows[: paging.first]
        if backwards:
            rows = rows[::-1]
        nodes = build(session, rows)
        edges = [
            {"node": node, "cursor": cursors.written(row[len(columns) :]), **_found(listing, row)}
            for node, row in zip(nodes, rows, strict=True)
        ]
    is_start, is_end = not cursor, not backwards and not more
    last = [Key(key.expression, not key.descending) for key in listing.keys]
    return {
        "totalCount": len(rows) if is_start and is_end else lambda _info: _count(context, listing),
        "edges": edges,
        "pageInfo": {
            "firstCursor": edges[0]["cursor"] if edges and is_start else lambda _info: _end(context, listing),
            "lastCursor": edges[-1]["cursor"] if edges and is_end else lambda _info: _end(context, listing, last),
            "hasNextPage": True if backwards else more,
        },
    }


EMPTY: Node = {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False}}


def _found(listing: Listing, row: Any) -> Node:
    mark, score = listing.highlight, listing.scores.get(row.id) if listing.scores else None
    return {
        "score": score,
        "mediaSimilarity": listing.similar.get(row.id, 0.0),
        "highlight": (lambda _info: mark(row)) if mark else None,
    }


def _select(columns: Iterable[ColumnElement[Any]], listing: Listing, keys: Sequence[Key]) -> Select[Any]:
    query = select(*columns, *(key.expression for key in keys)).where(*listing.where)
    query = query.select_from(listing.source.rows if listing.source else listing.entity)
    return query.order_by(*(key.order for key in keys))


def _count(context: Context, listing: Listing) -> int:
    source = listing.source.counted if listing.source else listing.entity
    with read_only(context.factory) as session:
        return session.scalar(select(func.count()).select_from(source).where(*listing.where)) or 0


def _end(context: Context, listing: Listing, keys: Sequence[Key] = ()) -> str | None:
    with read_only(context.factory) as session:
        row = session.execute(_select((), listing, keys or listing.keys).limit(1)).first()
    return cursors.written(row) if row else None


def _read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        return cursors.read(cursor, keys)
    except CursorError as error:
        raise GraphQLError(str(error)) from None
