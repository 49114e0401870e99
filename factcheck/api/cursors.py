"""Places in a list. A cursor is the place of an item in the order, so that a crawl neither repeats nor skips what stays
while rows come and go."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Numeric, String, and_, literal, or_

from factcheck.api.storable import is_storable
from factcheck.db.base import UtcDateTime
from factcheck.errors import FactlineError

MOST_OF_A_NUMBER = 2**31


class CursorError(FactlineError):
    """The cursor belongs to another list, or was made up."""


@dataclass(frozen=True)
class Key:
    """What a list is ordered by; never null."""

    expression: ColumnElement[Any]
    descending: bool = False

    @property
    def order(self) -> ColumnElement[Any]:
        return self.expression.desc() if self.descending else self.expression.asc()


def behind(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Makes the condition for what comes after a place. The last key tells any two items apart. What the first key
    alone says of the place stands before, as databases begin to read an index by that."""
    ways = []
    for at, key in enumerate(keys):
        value = literal(values[at], key.expression.type)
        same = [one.expression == literal(values[i], one.expression.type) for i, one in enumerate(keys[:at])]
        ways.append(and_(*same, key.expression < value if key.descending else key.expression > value))
    first, begin = keys[0], literal(values[0], keys[0].expression.type)
    return and_(first.expression <= begin if first.descending else first.expression >= begin, or_(*ways))


def written(values: Sequence[Any]) -> str:
    return base64.b64encode(json.dumps([_plain(value) for value in values]).encode()).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"on": value.isoformat()} if isinstance(value, date) else value


def read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    """Raises CursorError for what is no cursor of a list with these keys."""
    try:
        values = json.loads(base64.b64decode(cursor, validate=True))
        found = [_dated(value) if isinstance(value, dict) else value for value in values]
        fits = len(found) == len(keys) and all(_fits(*pair) for pair in zip(found, keys, strict=True))
    except (binascii.Error, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        fits = False
    if not fits:
        raise CursorError("The cursor is none of this list.")
    return found


def _dated(value: dict[str, str]) -> date:
    """Raises ValueError for a moment without a zone, and OverflowError for one before the first year."""
    if "on" in value:
        return date.fromisoformat(value["on"])
    moment = datetime.fromisoformat(value["at"])
    if moment.tzinfo is None:
        raise ValueError("without a zone")
    return moment.astimezone(UTC)


def _fits(value: Any, key: Key) -> bool:
    """Tells whether a database can compare it with the key."""
    if isinstance(key.expression.type, UtcDateTime):
        return isinstance(value, datetime)
    if isinstance(key.expression.type, Date):
        return isinstance(value, date) and not isinstance(value, datetime)
    if isinstance(value, str):
        return isinstance(key.expression.type, String) and is_storable(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isinstance(key.expression.type, Numeric | Integer) and abs(value) < MOST_OF_A_NUMBER
