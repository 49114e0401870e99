"""How values are written in a CSV cell; a missing one is ''."""

from collections.abc import Sequence
from datetime import UTC, datetime


def plain(value: str | None) -> str:
    """Writes text with LF as its only line break and without NUL, which CSV readers and PostgreSQL refuse."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def number(value: float | None) -> str:
    """Writes a whole number without a point, others in the shortest form that reads back the same."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def moment(value: datetime | None) -> str:
    """ISO 8601 in UTC with milliseconds: 2026-01-31T08:15:00.000Z."""
    if value is None:
        return ""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def day(value: datetime | None) -> str:
    """Writes the UTC midnight at which a moment's day began."""
    return moment(value and value.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


def joined(values: Sequence[str] | None) -> str:
    return plain(",".join(values or ()))
