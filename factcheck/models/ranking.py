"""How high a message stands in lists. Its place does not change while time passes, so that it can be stored."""

from datetime import UTC, datetime
from math import log2

_BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)
DAYS_A_DOUBLING_OF_PEOPLE = 7.0
DAYS_A_DOUBLING_OF_COPIES = 5.0


def place_of(asked_at: datetime | None, people: int, copies: int) -> float:
    """Places by when somebody asked last, in days; twice the people or copies are worth some days more. The lowest
    comes first."""
    fresh = (asked_at - _BEGINNING).total_seconds() / 86_400 if asked_at else 0.0
    waiting = DAYS_A_DOUBLING_OF_PEOPLE * log2(1 + max(0, people))
    return -round(fresh + waiting + DAYS_A_DOUBLING_OF_COPIES * log2(max(1, copies)), 3)
