"""Places in a list. A cursor is the place of an item in the order, so that a crawl neither repeats nor skips what stays
while rows come and go."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, String, and_, func, literal, or_

from factcheck.db.base import UtcDateTime
from factcheck.errors import FactlineError

MOST_OF_A_NUMBER = 2**31
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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


def time_key(column: Any) -> Any:
    """Puts what has no time with the oldest."""
    return func.coalesce(column, literal(LONG_AGO, UtcDateTime()), type_=UtcDateTime())


def behind(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Makes the condition for what comes after a place. The last key tells any two items apart."""
    ways = []
    for at, key in enumerate(keys):
        value = literal(values[at], key.expression.type)
        same = [one.expression == literal(values[i], one.expression.type) for i, one in enumerate(keys[:at])]
        ways.append(and_(*same, key.expression < value if key.descending else key.expression > value))
    return or_(*ways)


def written(values: Sequence[Any]) -> str:
    plain = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.b64encode(json.dumps(plain).encode()).decode()


def read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    """Raises CursorError for what is no cursor of a list with these keys."""
    try:
        values = json.loads(base64.b64decode(cursor, validate=True))
        found = [datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value for value in values]
        fits = len(found) == len(keys) and all(_fits(*pair) for pair in zip(found, keys, strict=True))
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        fits = False
    if not fits:
        raise CursorError("The cursor is none of this list.")
    return found


def _fits(value: Any, key: Key) -> bool:
    """Tells whether a database can compare it with the key."""
    if isinstance(key.expression.type, UtcDateTime):
        return isinstance(value, datetime) and value.tzinfo is not None
    if isinstance(value, str):
        return isinstance(key.expression.type, String) and "\0" not in value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isinstance(key.expression.type, Numeric | Integer) and abs(value) < MOST_OF_A_NUMBER
