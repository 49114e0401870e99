"""Typed access to the cells of one row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from factcheck.ids import MAX_PUBLIC_ID_BYTES, is_public_id
from factcheck.limits import MAX_IMPORTED_TEXT
from factcheck.models import Status

MAX_KEY = 255
"""Characters of the database's short keys."""

UNKNOWN_APP = "UNKNOWN"
"""The app where a file names none."""


class MalformedError(Exception):
    """A row with an invalid cell."""


class LeftOutError(Exception):
    """A valid row that is not taken."""


@dataclass
class Draft:
    """A row on its way into a table. `values` is by table column; `user_hash` becomes a user id."""

    values: dict[str, Any]
    app: str | None = None
    user_hash: str = ""
    note: str = ""
    """Counted by the report."""


@dataclass(frozen=True)
class Record:
    """The cells of a row; a column that the file lacks is empty."""

    cells: Mapping[str, str] = field(repr=False)

    def text(self, name: str) -> str:
        value = self.cells.get(name, "").replace("\x00", "")
        if len(value) > MAX_IMPORTED_TEXT:
            raise LeftOutError(f"{name} longer than {MAX_IMPORTED_TEXT:,} characters")
        return value

    def optional_key(self, name: str) -> str | None:
        value = self.text(name).strip()
        if len(value) > MAX_KEY:
            raise MalformedError(f"{name} is longer than {MAX_KEY} characters")
        return value or None

    def key(self, name: str) -> str:
        value = self.optional_key(name)
        if value is None:
            raise MalformedError(f"{name} is empty")
        return value

    def public_id(self, name: str) -> str:
        """Reads an id of an article or reply (`factcheck.ids.is_public_id`)."""
        value = self.cells.get(name, "").strip()
        if not is_public_id(value):
            raise MalformedError(
                f"{name} is not 1 to {MAX_PUBLIC_ID_BYTES} bytes (UTF-8) of letters, digits, hyphens and underscores, "
                "with single spaces between"
            )
        return value

    def app(self) -> str:
        return self.optional_key("appId") or UNKNOWN_APP

    def judged(self) -> dict[str, Any]:
        """Reads app, status, votes and times."""
        return {
            "app_id": self.app(),
            "positive_feedback_count": self.count("positiveFeedbackCount"),
            "negative_feedback_count": self.count("negativeFeedbackCount"),
            "status": self.choice("status", Status, Status.NORMAL),
            "created_at": self.moment("createdAt"),
            "updated_at": self.moment("updatedAt"),
        }

    def user_hash(self) -> str:
        """Two spellings of the column are in use."""
        return self.optional_key("userIdsha256") or self.optional_key("userIdsha") or ""

    def count(self, name: str) -> int:
        value = self.text(name).strip() or "0"
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            raise MalformedError(f"{name} is not a count")
        return int(value)

    def score(self, name: str) -> int:
        scores = {"1": 1, "0": 0, "-1": -1}
        value = self.text(name).strip()
        if value not in scores:
            raise MalformedError(f"{name} is not 1, 0 or -1")
        return scores[value]

    def share(self, name: str) -> float | None:
        value = self.text(name).strip()
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0.0 <= number <= 1.0:
            raise MalformedError(f"{name} is not between 0 and 1")
        return number

    def choice(self, name: str, allowed: type[StrEnum], default: StrEnum | None = None) -> str:
        value = self.text(name).strip()
        if not value and default is not None:
            return default.value
        if value not in list(allowed):
            raise MalformedError(f"{name} is not one of {', '.join(allowed)}")
        return value

    def choices(self, name: str, known: type[StrEnum]) -> list[str]:
        """Reads a list with commas, without what is not known."""
        return [value for part in self.text(name).split(",") if (value := part.strip()) in list(known)]

    def moment(self, name: str) -> datetime | None:
        value = self.text(name).strip()
        if not value:
            return None
        try:
            time = datetime.fromisoformat(value)
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, OverflowError):
            raise MalformedError(f"{name} is not an ISO 8601 time") from None
