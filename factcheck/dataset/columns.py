"""What a column and a file of the dataset are, and the columns that many files share.

File and column names are those of the Cofacts open dataset, so that analyses written for it run on ours. A header, a
row, the manifest, the read-me and the web page are all made from the same descriptions (`data_files.DATA_FILES`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, select
from sqlalchemy.orm import InstrumentedAttribute, outerjoin
from sqlalchemy.sql.selectable import FromClause

from factcheck.dataset.forms import moment, number, plain
from factcheck.models import User

Source = ColumnElement[Any] | InstrumentedAttribute[Any]

ARTICLE_ID = "The message: `id` in articles.csv."
REPLY_ID = "The reply: `id` in replies.csv."
NORMALIZED_URL = "The page's canonical address; empty if it could not be fetched."
PAGE_TITLE = "The page's title; empty if it could not be fetched."


@dataclass(frozen=True)
class Column:
    """One column of one file. `form` turns the value of `source` into the text of a cell."""

    name: str
    description: str
    source: Source
    form: Callable[[Any], str] = plain


@dataclass(frozen=True)
class DataFile:
    """One CSV file: its columns in header order, the tables it is read from, and the order of its rows."""

    name: str
    description: str
    columns: tuple[Column, ...]
    tables: Any
    order: tuple[Source, ...]
    only: Source | None = None
    """Condition on the rows; None takes all."""

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def present(self, row: Sequence[Any]) -> list[str]:
        """The cells of a row of `query`."""
        return [column.form(value) for column, value in zip(self.columns, row, strict=True)]

    def query(self, dialect: str) -> Select[Any]:
        """One result column a CSV column. Ids are ordered by their bytes on every database, so that the same rows
        give the same file whatever the database's collation."""
        order = [
            source.collate("C") if dialect == "postgresql" and isinstance(source.type, String) else source
            for source in self.order
        ]
        labels = [column.source.label(column.name) for column in self.columns]
        query: Select[Any] = select(*labels).select_from(self.tables).order_by(*order)
        return query if self.only is None else query.where(self.only)


def user_column(who: str, name: str = "userIdsha256") -> Column:
    meaning = f"{who}: a hash that stands for the person, the same in all files. Empty if unknown."
    return Column(name, meaning, User.published_id)


def app_column(source: Source) -> Column:
    meaning = "The program through which it came: RUMORS_LINE_BOT is the LINE bot, WEBSITE the web site."
    return Column("appId", meaning, source)


def status_column(source: Source, deleted: str = "") -> Column:
    meaning = f"NORMAL: shown. {deleted}BLOCKED: hidden by moderation. Hidden rows are part of the dataset."
    return Column("status", meaning, source)


def count_column(name: str, meaning: str, source: Source) -> Column:
    return Column(name, meaning, source, number)


def time_column(name: str, meaning: str, source: Source) -> Column:
    return Column(name, f"{meaning} UTC; empty if unknown.", source, moment)


def with_user(table: Any, user_id: Source) -> FromClause:
    """`table` with the person beside each row, where there is one."""
    return outerjoin(table, User, user_id == User.id)
