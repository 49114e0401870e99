"""Signs of abuse that Cofacts' moderators know (docs/moderation.md). Pure: they raise a flag, and a person decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from factcheck.matching.text.contacts import find_contacts
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise, significant
from factcheck.matching.text.urls import remove_urls

SOON = timedelta(minutes=10)
FAST = timedelta(seconds=30)
MANY = 3
LEAST = 8
"""Letters of a text of which a mark is made."""

_NUMBERS = re.compile(r"\d+")


class Signal(StrEnum):
    """SOON: within minutes of signing up. FAST: half a minute after the one before. REPEATED: the same words stand at
    several places. CONTACT: it asks people to call or write to somebody. RING: it answers a message that an account of
    the same age reported, and nobody else. REMOVED: a picture that looks like one removed for good."""

    SOON = "SOON"
    FAST = "FAST"
    REPEATED = "REPEATED"
    CONTACT = "CONTACT"
    RING = "RING"
    REMOVED = "REMOVED"


@dataclass(frozen=True)
class Contribution:
    text: str
    account_age: timedelta | None
    """None: not known."""
    since_last: timedelta | None
    """Since the same person's one before; None: it is the first."""
    same: int
    """How many others say the same, of whomever."""
    asker_apart: timedelta | None = None
    """Between the making of this account and of the only one that reported the message."""


def signals_of(one: Contribution) -> list[Signal]:
    found = {
        Signal.SOON: one.account_age is not None and one.account_age <= SOON,
        Signal.FAST: one.since_last is not None and one.since_last <= FAST,
        Signal.REPEATED: one.same + 1 >= MANY,
        Signal.CONTACT: asks_for_contact(one.text),
        Signal.RING: one.asker_apart is not None and abs(one.asker_apart) <= SOON,
    }
    return [signal for signal, is_there in found.items() if is_there]


def asks_for_contact(text: str) -> bool:
    """Tells whether the text has a phone number or somebody's id at a messenger."""
    return bool(contacts_of(text))


def contacts_of(text: str) -> set[str]:
    """Finds numbers and ids in folded form. A host is none: replies name sites."""
    found = find_contacts(normalise(remove_urls(text)))
    return {one.key for one in found if "." not in one.key or "@" in one.key}


def mark_of(text: str) -> str:
    """The same for texts that differ in numbers, links and ids alone, as those made from one pattern do; '' for one
    that says hardly anything."""
    words = normalise(remove_urls(text))
    for one in reversed(find_contacts(words)):
        words = words[: one.start] + " " + words[one.end :]
    bare = significant(_NUMBERS.sub(" ", words))
    return fingerprint(bare) if len(bare) >= LEAST else ""


def hosts_of(texts: Iterable[str]) -> set[str]:
    return {url.split("/")[2].lower() for text in texts for url in extract_urls(text) if url.count("/") >= 2}
