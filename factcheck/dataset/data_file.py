"""A file of the dataset: how its rows are written, and what they become when they are read.

File and column names are those of the Cofacts open dataset, so that analyses written for it run on ours. Files,
manifest, read-me, web page and import are all made from these descriptions (`files/`).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    SQLColumnExpression,
    String,
    Table,
    and_,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.dataset.columns import Column, Source
from factcheck.dataset.record import Draft, Record
from factcheck.models import Article

Key = tuple[Any, ...]
Columns = list[list[str]]
"""Cells, a list for each column."""

FEW_ALIKE = 20
"""A column of which so many keys share a value, on an average, tells them apart."""

REDACTED = "_redacted"
"""The last cell of `DataFile.query_of` for a file that has `redacted`."""


@dataclass(frozen=True)
class Parent:
    """A row of `table` whose `columns` equal the row's `fields`. Without it the row is left out for `reason`."""

    reason: str
    table: Table
    columns: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """One file, as CSV and as Parquet, written from `columns` (in header order), `rows_from` (tables), `order` and
    `only`; the rest is for loading."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows_from: Any
    order: tuple[Source, ...]
    only: Source | None = None
    """A condition on the rows; None takes all."""
    identity: tuple[str, ...]
    """The columns by which a row of an earlier release is found again."""
    withdrawn: tuple[str, ...] = ()
    """The columns that erasing empties. A row of an earlier release that says more than the present one gives way."""
    is_of_people: bool = True
    """False: erasing takes nothing out of it."""
    is_in_cofacts: bool = True
    """False: Cofacts' dataset has no such file."""
    rows_at_once: int = 500
    """In memory. Of more, many outlive the garbage collector's first looks, and it then looks at all there is. Of files
    with people's texts there are fewer."""
    redacted: Source | None = None
    """Tells that personal data was taken out of the row, whose `words` then give way in every release."""
    words: tuple[str, ...] = ()
    shown: Source | None = None
    """A condition on the rows of a new release. In earlier ones, rows that were shown then stay."""

    table: Table
    required: tuple[str, ...]
    """Columns without which it is another kind of file."""
    key: tuple[str, ...]
    """The unique columns of `table`. If `user_id` is one, rows without a user are left out."""
    read: Callable[[Record], Draft]
    """Pure; what is costly or random is left to `complete`."""
    parents: tuple[Parent, ...] = ()
    complete: Callable[[dict[str, Any]], None] = lambda _values: None
    """Fills in new rows only."""
    apply: Callable[[Session, list[Draft]], int] | None = None
    """Changes rows of another file in place of inserting; returns how many."""

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def present(self, rows: Sequence[Sequence[Any]]) -> Columns:
        """Writes rows, which may have more than the file's columns, as cells: a list for each column."""
        if not rows:
            return [[] for _ in self.columns]
        values = zip(*rows, strict=True)
        return [list(map(column.form, each)) for column, each in zip(self.columns, values, strict=False)]

    def query(self, dialect: str, *, after: Key | None = None) -> Select[Any]:
        """Selects the file's values and, behind them, those that it is ordered by; `after` those of a row, the rows
        behind it. Ids are ordered by bytes, so that the file is the same for every database and collation."""
        order = [
            source.collate("C") if dialect == "postgresql" and isinstance(source.type, String) else source
            for source in self.order
        ]
        rows = self._rows() if self.shown is None else self._rows().where(self.shown)
        query = rows.add_columns(*(source.label(f"order_{n}") for n, source in enumerate(self.order)))
        if after is not None:
            last = [literal(value, source.type) for value, source in zip(after, self.order, strict=True)]
            query = query.where(order[0] > last[0] if len(order) == 1 else tuple_(*order) > tuple_(*last))
        return query.order_by(*order)

    def place(self, row: Sequence[Any]) -> Key:
        """Says where a row of `query` stands."""
        return tuple(row[-len(self.order) :])

    def query_of(self, keys: Sequence[Key]) -> Select[Any]:
        """Selects the cells of the rows with these identities, in any order."""
        sources = {column.name: column.source for column in self.columns}
        rows = self._rows(as_kept=True).where(among([sources[name] for name in self.identity], keys))
        return rows.add_columns(self.redacted.label(REDACTED)) if self.redacted is not None else rows

    def _rows(self, *, as_kept: bool = False) -> Select[Any]:
        labels = [
            (column.kept if as_kept and column.kept is not None else column.source).label(column.name)
            for column in self.columns
        ]
        query: Select[Any] = select(*labels).select_from(self.rows_from)
        return query if self.only is None else query.where(self.only)


def apply_to_articles(
    session: Session,
    drafts: Sequence[Draft],
    column: InstrumentedAttribute[Any],
    may_be: Callable[[ColumnElement[Any]], ColumnElement[bool]],
) -> int:
    """Sets a column of the articles that `article_id` names, where `may_be` allows it for the value."""
    changed = 0
    for draft in drafts:
        value = literal(draft.values[column.key], column.type)
        query = update(Article).where(Article.id == draft.values["article_id"], may_be(value)).values({column: value})
        done = session.execute(query.execution_options(synchronize_session=False))
        changed += cast("CursorResult[Any]", done).rowcount
    return changed


def among(columns: Sequence[SQLColumnExpression[Any]], keys: Collection[Key]) -> ColumnElement[bool]:
    """Selects rows with one of `keys`. The first columns are tested once more, up to one that tells keys apart: SQLite
    uses no index for several at once, and PostgreSQL compared all visits of articles with each key of a batch."""
    if len(columns) == 1 or not keys:
        return columns[0].in_({key[0] for key in keys})
    found = [column.in_(values) for column, values in _telling(columns, keys)]
    return and_(*found, tuple_(*columns).in_(list(keys)))


def _telling(
    columns: Sequence[SQLColumnExpression[Any]], keys: Collection[Key]
) -> Iterator[tuple[SQLColumnExpression[Any], set[Any]]]:
    for column, each in zip(columns, zip(*keys, strict=True), strict=True):
        values = set(each)
        yield column, values
        if len(values) * FEW_ALIKE >= len(keys):
            return
