"""What one file of the dataset is: how its rows are written, and what they become when they are read.

File and column names are those of the Cofacts open dataset, so that analyses written for it run on ours. A header, a
row, the manifest, the read-me, the web page and the import are all made from the same descriptions (`files/`, listed
in `all_files.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, String, Table, select

from factcheck.dataset.columns import Column, Source
from factcheck.dataset.record import Draft, Record


@dataclass(frozen=True)
class Parent:
    """Rows of `table` with `columns` equal to the row's `fields` must exist, or the row is left out for `reason`."""

    reason: str
    table: Table
    columns: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """One CSV file of the dataset. It is written from `columns` (in header order), `rows_from` (the tables they come
    from), `order` and `only`; the other fields say what one of its rows becomes when the file is loaded."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows_from: Any
    order: tuple[Source, ...]
    only: Source | None = None
    """A condition on the rows that are written; None takes all."""

    table: Table
    """The table that a row is loaded into."""
    required: tuple[str, ...]
    """The columns without which it is another kind of file."""
    key: tuple[str, ...]
    """The columns of `table` that tell its rows apart. With `user_id` among them, a row without a user is left out."""
    read: Callable[[Record], Draft]
    """Reads a row. It is pure: what is costly or random is left to `complete`."""
    parents: tuple[Parent, ...] = ()
    complete: Callable[[dict[str, Any]], None] = lambda _values: None
    """Fills in what is costly or random, of new rows only."""

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def present(self, row: Sequence[Any]) -> list[str]:
        """The cells of a row of `query`."""
        return [column.form(value) for column, value in zip(self.columns, row, strict=True)]

    def query(self, dialect: str) -> Select[Any]:
        """Selects one result column a CSV column. Ids are ordered by their bytes on every database, so that the same
        rows give the same file whatever the database's collation."""
        order = [
            source.collate("C") if dialect == "postgresql" and isinstance(source.type, String) else source
            for source in self.order
        ]
        labels = [column.source.label(column.name) for column in self.columns]
        query: Select[Any] = select(*labels).select_from(self.rows_from).order_by(*order)
        return query if self.only is None else query.where(self.only)


def table_of(model: type) -> Table:
    return cast(Table, model.__table__)  # type: ignore[attr-defined]
