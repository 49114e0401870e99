"""A list as its address says it: which messages, filtered by what, in which order. The same parameters stand in a saved
list, and in what an article's page knows of the list one came from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from factcheck.languages import TAGS
from factcheck.models import ArticleType, ReplyType
from factcheck.services.daily import HOME
from factcheck.services.filters import Claimed, Filters, Mine, Replies, Tab, Votes
from factcheck.services.queue import Order, Wanted

Choice = TypeVar("Choice", bound=StrEnum)
Readers = Mapping[str, Callable[[str], Any]]
MAX_VALUE = 255


@dataclass(frozen=True)
class Address:
    """What the address of every list says. `values` are the filters that were understood, as they stand in it."""

    tab: StrEnum
    order: StrEnum
    values: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, **changed: str) -> dict[str, str]:
        """Gives the parameters of its address; '' takes one out."""
        all_of = {"show": str(self.tab), "order": str(self.order), **self.values, **changed}
        return {name: value for name, value in all_of.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.arguments())


@dataclass(frozen=True)
class ListAddress(Address):
    tab: Tab = Tab.WAITING
    order: Order = Order.WANTED

    def wanted(self, viewer_id: str | None, now: datetime) -> Wanted:
        read = {NAMES.get(name, name): READERS[name](value) for name, value in self.values.items()}
        return Wanted(now, self.tab, self.order, Filters(**read), viewer_id)


def choice(options: type[Choice], value: str, default: Choice) -> Choice:
    """Gives the default for an unknown value, so that old links keep working."""
    return options(value) if value in list(options) else default


def from_arguments(arguments: Mapping[str, str]) -> ListAddress:
    """Leaves out what is not understood."""
    return ListAddress(
        choice(Tab, arguments.get("show", ""), Tab.WAITING),
        choice(Order, arguments.get("order", ""), Order.WANTED),
        dict(understood(arguments, READERS)),
    )


def from_query(query: str) -> ListAddress:
    return from_arguments(dict(parse_qsl(query)))


def understood(arguments: Mapping[str, str], readers: Readers) -> Iterator[tuple[str, str]]:
    """Gives the filters that their readers understand, by their names."""
    for name, read in readers.items():
        value = arguments.get(name, "").strip()
        if value and len(value) <= MAX_VALUE and value.isprintable() and read(value) is not None:
            yield name, value


def among(options: type[Choice]) -> Callable[[str], Choice | None]:
    return lambda value: options(value) if value in list(options) else None


def day_of(value: str) -> datetime | None:
    """Gives the beginning of a day where the service is at home: an address names the same list to everybody."""
    try:
        return datetime.combine(date.fromisoformat(value), time(), HOME)
    except ValueError:
        return None


def day_after(value: str) -> datetime | None:
    """Gives the moment at which that day is over."""
    day = day_of(value)
    try:
        return day + timedelta(days=1) if day else None
    except OverflowError:
        return None


READERS: Readers = {
    "topic": str,
    "language": lambda value: value if value in TAGS else None,
    "from": day_of,
    "until": day_after,
    "kind": among(ArticleType),
    "verdict": among(ReplyType),
    "replies": among(Replies),
    "votes": among(Votes),
    "author": str,
    "organisation": str,
    "mine": among(Mine),
    "claimed": among(Claimed),
}
"""Filters by their names in an address. Each gives None for what it does not understand."""

NAMES = {"from": "since"}
"""Where a filter is called otherwise."""
