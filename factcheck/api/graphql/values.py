"""Times and ranges as Cofacts' clients write and read them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from graphql import GraphQLError
from sqlalchemy import ColumnElement, SQLColumnExpression, and_

from factcheck.db.base import time_key

_MATH = re.compile(r"now((?:[+-]\d{1,9}[yMwdhHms])*)(?:/([yMwdhHms]))?")
_STEP = re.compile(r"([+-]\d+)([yMwdhHms])")
_HOURS = {"w": 168.0, "d": 24.0, "h": 1.0, "H": 1.0, "m": 1 / 60, "s": 1 / 3600}
_MONTHS = {"y": 12, "M": 1}
_COMPARE = {
    "LT": lambda column, value: column < value,
    "LTE": lambda column, value: column <= value,
    "GT": lambda column, value: column > value,
    "GTE": lambda column, value: column >= value,
}

Range = Mapping[str, Any]


def shown(moment: datetime | None) -> str | None:
    """Writes a time as JavaScript does: 2020-01-31T08:00:00.000Z."""
    if moment is None:
        return None
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def moment(text: str, now: datetime) -> datetime:
    """Reads ISO 8601 (UTC where no zone is named), or Elasticsearch's date math such as `now-90d/d`."""
    if math := _MATH.fullmatch(text.strip()):
        at = now
        for amount, unit in _STEP.findall(math[1]):
            at = _moved(at, int(amount), unit)
        return _floor(at, math[2]) if math[2] else at
    try:
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise GraphQLError(f"{text[:50]!r} is no time. Write ISO 8601, or date math such as now-7d.") from None


def within(column: SQLColumnExpression[Any], limits: Range, now: datetime | None = None) -> ColumnElement[bool]:
    """The condition of a RangeInput, or with `now` of a TimeRangeInput. EQ overrides the others. A time is looked for
    as lists are ordered, so that one index serves both; what has none lies within no range."""
    given = {name: value for name, value in limits.items() if value is not None}
    if not given:
        raise GraphQLError("Invalid Expression!")
    read = {name: moment(value, now) if now else value for name, value in given.items()}
    if "EQ" in read:
        return column == read["EQ"]
    place, known = (time_key(column), [column.is_not(None)]) if now else (column, [])
    return and_(*known, *(_COMPARE[name](place, value) for name, value in read.items()))


def days_within(column: SQLColumnExpression[Any], limits: Range, now: datetime) -> ColumnElement[bool]:
    """The condition of a TimeRangeInput for a column of days, each of which stands for its midnight."""
    given = {name: moment(value, now) for name, value in limits.items() if value is not None}
    if not given:
        raise GraphQLError("Invalid Expression!")
    if "EQ" in given:
        return column == given["EQ"].date()
    # Behind its midnight, a day lies before the moment.
    others = {"GTE": "GT", "LT": "LTE"}
    kinds = {name: name if at.time() == time() else others.get(name, name) for name, at in given.items()}
    return and_(*(_COMPARE[kinds[name]](column, at.date()) for name, at in given.items()))


def _moved(at: datetime, amount: int, unit: str) -> datetime:
    try:
        if unit not in _MONTHS:
            return at + timedelta(hours=amount * _HOURS[unit])
        months = at.year * 12 + at.month - 1 + amount * _MONTHS[unit]
        return at.replace(year=months // 12, month=months % 12 + 1, day=min(at.day, 28))
    except (ValueError, OverflowError):
        raise GraphQLError("The time lies too far away.") from None


def _floor(at: datetime, unit: str) -> datetime:
    at = at.replace(microsecond=0)
    if unit == "w":
        at -= timedelta(days=at.weekday())
    for name, units, first in (
        ("second", "mhHdwMy", 0),
        ("minute", "hHdwMy", 0),
        ("hour", "dwMy", 0),
        ("day", "My", 1),
        ("month", "y", 1),
    ):
        if unit in units:
            at = at.replace(**{name: first})  # type: ignore[arg-type]
    return at
