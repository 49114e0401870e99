"""What a text in a private chat is, before anything is looked up. Pure; knows no person and no database."""

from dataclasses import dataclass
from enum import StrEnum

from factcheck.matching.normalise import extract_urls, normalise, significant

SHORTEST_TEXT = 4
"""Significant characters; with fewer there is nothing to look up."""


class Kind(StrEnum):
    LOOK_UP = "LOOK_UP"
    """A message to be compared with what is known."""
    TOO_SHORT = "TOO_SHORT"


@dataclass(frozen=True)
class Understood:
    kind: Kind


def understand(text: str) -> Understood:
    if len(significant(normalise(text))) >= SHORTEST_TEXT or extract_urls(text):
        return Understood(Kind.LOOK_UP)
    return Understood(Kind.TOO_SHORT)
