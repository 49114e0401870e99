"""Names for people who have not chosen one, so that nobody publishes a real name by accident."""

import hashlib
import re
from functools import cache
from pathlib import Path

from factcheck.languages import BY_TAG, FALLBACK

_PSEUDONYM = re.compile(r"(\w+) (\w+) (\d{3})")


@cache
def words(kind: str, tag: str) -> tuple[str, ...]:
    """Lists the adjectives or animals of a language, which stand in the same order in each. Raises ValueError for a
    language without words."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    column = rows[0].index(tag)
    return tuple(row[column] for row in rows if row[0] == kind)


def pseudonym(seed: str) -> str:
    """Makes the same name, such as 'Patient Heron 417', for the same seed. It is not unique."""
    digest = hashlib.sha256(f"pseudonym:{seed}".encode()).digest()
    adjectives, animals = words("adjective", FALLBACK.tag), words("animal", FALLBACK.tag)
    number = int.from_bytes(digest[2:4], "big") % 900 + 100
    return f"{adjectives[digest[0] % len(adjectives)]} {animals[digest[1] % len(animals)]} {number}"


def stored_name(shown: str, tag: str) -> str:
    """Gives the name as it is stored that `name_in` says so in this language; else the same."""
    body, _, number = shown.rpartition(" ")
    if tag == FALLBACK.tag or not (number.isascii() and number.isdecimal()):
        return shown
    adjectives, animals = words("adjective", FALLBACK.tag), words("animal", FALLBACK.tag)
    made = (f"{adjective} {animal} {number}" for adjective in adjectives for animal in animals)
    return next((name for name in made if name_in(name, tag) == f"{body} {number}"), shown)


def name_in(name: str, tag: str) -> str:
    """Says a pseudonym in another language; a name that somebody chose stays as it is."""
    made = _PSEUDONYM.fullmatch(name)
    if made is None or tag == FALLBACK.tag:
        return name
    try:
        adjective = words("adjective", tag)[words("adjective", FALLBACK.tag).index(made[1])]
        animal = words("animal", tag)[words("animal", FALLBACK.tag).index(made[2])]
    except ValueError:
        return name
    language = BY_TAG[tag]
    both = (animal, adjective) if language.adjective_last else (adjective, animal)
    return f"{(' ' if language.has_spaces else '').join(both)} {made[3]}"
