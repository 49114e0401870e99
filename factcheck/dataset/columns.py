"""Columns of the dataset, and those that many files share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, outerjoin
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause

from factcheck.dataset.cell_formats import Kind, plain, whole
from factcheck.models import User

Source = ColumnElement[Any] | InstrumentedAttribute[Any]

ARTICLE_ID = "The message: `id` in articles.csv."
REPLY_ID = "The reply: `id` in replies.csv."
USER_COLUMNS = ("userIdsha256", "userIdsha")
"""Two spellings are in use."""
POINTS_TO = {
    "articleId": ("articles", "id"),
    "replyId": ("replies", "id"),
    "categoryId": ("categories", "id"),
    "night": ("vote_nights", "night"),
    **dict.fromkeys(USER_COLUMNS, ("anonymized_users", "userIdsha256")),
}
"""Column -> the file and the column there that has its values."""


class _MomentText(FunctionElement[str]):
    """Writes a time as `cell_formats.moment` does. Of some rows it takes Python longer than all else."""

    inherit_cache = True
    type = Text()


@compiles(_MomentText)
def _of_sqlite(element: _MomentText, compiler: Any, **options: Any) -> str:
    return f"replace(substr({compiler.process(element.clauses, **options)}, 1, 23), ' ', 'T') || 'Z'"


@compiles(_MomentText, "postgresql")
def _of_postgresql(element: _MomentText, compiler: Any, **options: Any) -> str:
    utc = f"({compiler.process(element.clauses, **options)}) AT TIME ZONE 'UTC'"
    return f"""to_char({utc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


@dataclass(frozen=True)
class Column:
    """One column of one file. `form` writes the value of `source` as a cell of this kind."""

    name: str
    description: str
    source: Source
    form: Callable[[Any], str] = plain
    kind: Kind = Kind.TEXT
    kept: Source | None = None
    """What the table has where `source` says nothing, as of a hidden row. Earlier releases keep it."""


def text_column(name: str, description: str, source: Source, hidden: ColumnElement[bool]) -> Column:
    """Makes a column of words, empty while they are hidden by moderation."""
    return Column(name, description, case((hidden, ""), else_=source), kept=source)


def user_column(who: str, name: str = "userIdsha256") -> Column:
    meaning = f"{who}: a hash that stands for the person, the same in all files. Empty if unknown."
    return Column(name, meaning, User.published_id)


def app_column(source: Source) -> Column:
    meaning = "The program through which it came: RUMORS_LINE_BOT is the LINE bot, WEBSITE the web site."
    return Column("appId", meaning, source)


def status_column(source: Source, deleted: str = "") -> Column:
    meaning = f"NORMAL: shown. {deleted}BLOCKED: hidden by moderation. Hidden rows are part of the dataset, "
    meaning += "those hidden by moderation without their words."
    return Column("status", meaning, source)


def count_column(name: str, meaning: str, source: Source) -> Column:
    return Column(name, meaning, source, whole, Kind.INTEGER)


def time_column(name: str, meaning: str, source: Source) -> Column:
    return Column(name, f"{meaning} UTC; empty if unknown.", _MomentText(source), kind=Kind.MOMENT)


def with_user(table: Any, user_id: Source) -> FromClause:
    """Joins `table` to each row's person, if there is one."""
    return outerjoin(table, User, user_id == User.id)
