"""How values are written in a CSV cell; a missing one is ''. Parquet files are made from these cells."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What the cells of a column hold. The names are those of Frictionless Data."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    MOMENT = "datetime"
    DAY = "date"


def plain(value: str | None) -> str:
    """Writes text with LF as its only line break and without NUL, which CSV readers and PostgreSQL refuse."""
    if not value:
        return ""
    if "\r" in value or "\x00" in value:
        return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return value


def number(value: float | None) -> str:
    """Writes a whole number without a point, others in the shortest form that reads back the same."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


@lru_cache(1_000)
def whole(value: int | None) -> str:
    return "" if value is None else str(value)


def moment(value: datetime | None) -> str:
    """ISO 8601 in UTC with milliseconds: 2026-01-31T08:15:00.000Z."""
    if value is None:
        return ""
    return f"{value.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def midnight(value: datetime | None) -> str:
    """Writes the UTC midnight at which a moment's day began."""
    return moment(value and value.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


@lru_cache(1_000)
def day(value: date | None) -> str:
    """Writes a date: 2026-01-31."""
    return "" if value is None else value.isoformat()


def joined(values: Sequence[str] | None) -> str:
    return plain(",".join(values or ()))
