"""How the values of the database are written in a CSV cell. A missing value is the empty string everywhere."""

from collections.abc import Sequence
from datetime import UTC, datetime


def plain(value: str | None) -> str:
    """Text with LF as its only line break and without NUL, which CSV readers and PostgreSQL refuse."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def number(value: float | None) -> str:
    """A whole number without a point: 1, not 1.0. Others in the shortest form that reads back the same."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def moment(value: datetime | None) -> str:
    """ISO 8601 in UTC with milliseconds: 2026-01-31T08:15:00.000Z."""
    if value is None:
        return ""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def day(value: datetime | None) -> str:
    """The midnight, in UTC, at which the day of a moment began; written as a moment."""
    return moment(value and value.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


def joined(values: Sequence[str] | None) -> str:
    """Items separated by commas."""
    return plain(",".join(values or ()))
