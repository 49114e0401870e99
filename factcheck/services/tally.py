"""Counting what became of messages, by time and topic. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

LATELY, YEAR, ALWAYS = "30", "365", "all"
PERIODS: Mapping[str, tuple[int | None, int]] = {LATELY: (30, 10), YEAR: (365, 7), ALWAYS: (None, 4)}
"""The days of each period, and how much of 2026-01-31 names a part of it: days, months, years."""


@dataclass(frozen=True)
class Reported:
    """A message, with its copies."""

    id: str
    at: datetime | None
    """When it was first reported."""
    answered: bool
    replied_at: datetime | None = None
    """When it had its first reply that is shown."""

    @property
    def waited(self) -> float | None:
        """Gives the seconds until the first reply."""
        if self.at is None or self.replied_at is None or not self.answered:
            return None
        return max(0.0, (self.replied_at - self.at).total_seconds())


@dataclass
class Tally:
    """`asked`: messages looked up in the chat; `found`: the known ones; `new`: messages reported for the first time, of
    which `answered` have a reply now; `told`: people told of a first reply."""

    asked: int = 0
    found: int = 0
    new: int = 0
    answered: int = 0
    told: int = 0
    waits: list[float] = field(default_factory=list)

    def add(self, message: Reported) -> None:
        self.new += 1
        self.answered += message.answered
        if (waited := message.waited) is not None:
            self.waits.append(waited)

    def figures(self) -> dict[str, float | None]:
        counts = {name: getattr(self, name) for name in ("asked", "found", "new", "answered", "told")}
        return {**counts, "median": percentile(self.waits, 50), "ninetieth": percentile(self.waits, 90)}


@dataclass(frozen=True)
class Counted:
    """What happened, each by day as 2026-01-31, and the messages with their topics."""

    asked: Mapping[str, int]
    found: Mapping[str, int]
    told: Mapping[str, int]
    messages: Sequence[Reported]
    topics: Mapping[str, Sequence[str]]
    """Maps a message's id to its topics."""


def percentile(values: Iterable[float], percent: int) -> float | None:
    """Gives the smallest value that so many are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def of_period(counted: Counted, period: str, today: date) -> dict[str, Any]:
    days, length = PERIODS[period]
    first = first_day(counted) or today if days is None else today - timedelta(days=days - 1)
    parts = {key: Tally() for key in _keys(first, today, length)}
    whole, topics = Tally(), dict[str, Tally]()
    for name in ("asked", "found", "told"):
        for key, number in _summed(getattr(counted, name), length, first).items():
            if key in parts:
                setattr(parts[key], name, number)
                setattr(whole, name, getattr(whole, name) + number)
    for message in counted.messages:
        if message.at is None or not first <= message.at.date() <= today:
            continue
        for tally in (whole, parts[message.at.date().isoformat()[:length]]):
            tally.add(message)
        for topic in counted.topics.get(message.id, ()):
            topics.setdefault(topic, Tally()).add(message)
    return {
        "whole": whole.figures(),
        "parts": [{"name": key, **tally.figures()} for key, tally in parts.items()],
        "topics": [
            {"name": topic, **tally.figures()}
            for topic, tally in sorted(topics.items(), key=lambda item: (-item[1].new, item[0]))
        ],
    }


def first_day(counted: Counted) -> date | None:
    days = [message.at.date() for message in counted.messages if message.at]
    days += [date.fromisoformat(day) for by_day in (counted.asked, counted.told) for day in by_day]
    return min(days, default=None)


def _keys(first: date, last: date, length: int) -> Iterator[str]:
    for number in range((last - first).days + 1):
        yield (first + timedelta(days=number)).isoformat()[:length]


def _summed(by_day: Mapping[str, int], length: int, first: date) -> Counter[str]:
    summed: Counter[str] = Counter()
    for day, number in by_day.items():
        if day >= first.isoformat():
            summed[day[:length]] += number
    return summed
