"""Every number of a text with what belongs to it: value or range, unit, bound, calendar, part of the day.

Two quantities mean the same if their keys are equal, and may mean the same if these are `compatible`.
"""

import re
from dataclasses import dataclass

from factcheck.matching.compare.quantity_keys import SERIAL, Key, compatible
from factcheck.matching.compare.quantity_kinds import clock_key, date_key, number_key
from factcheck.matching.text.beside import Beside, before
from factcheck.matching.text.dates import MONTH_NUMBERS
from factcheck.matching.text.days import LATIN_WEEKDAYS, WEEKDAY_STARTS
from factcheck.matching.text.numerals import NUMERALS
from factcheck.matching.text.serials import serial_at
from factcheck.matching.text.values import LATIN_STARTS, STARTS, THAI_NUMBER, THAI_STARTS, is_word

__all__ = ["Quantity", "compatible", "quantities"]

_START = re.compile(f"[a-z{STARTS}{WEEKDAY_STARTS}{THAI_STARTS}][a-z]*")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]*|[a-z0-9_.@-]*@[a-z0-9_.@-]+"
    r"|[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.[a-z]{2,}(?:/[!-~]*)?"
)
_NAME = re.compile(r"[a-z_@#]-?$")
_GLUED = re.compile(r"[0-9.]*[a-z_-]*[0-9.]*")
_ORDINAL = re.compile("[0-9]+(?:st|nd|rd|th)(?![a-z0-9])")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_WORDS = LATIN_STARTS | LATIN_WEEKDAYS | MONTH_NUMBERS.keys() | {"half"}
_IN_ADDRESS = frozenset(".@:/-_0123456789")
_NUMERALS = frozenset(NUMERALS + "几数")
_MOST_BEFORE = 4


@dataclass(frozen=True)
class Quantity:
    start: int
    """Offsets in the folded text."""
    end: int
    key: str
    """Canonical text; one is compared by `compatible` when it is not equal."""


def quantities(text: str) -> list[Quantity]:
    """Finds them in order. `text` is folded, in any language."""
    found: list[Quantity] = []
    at = 0
    while start := _START.search(text, at):
        floor, begin = found[-1].end if found else 0, start.start() - (start.group() == "曜")
        at = _skipped(text, start, floor)
        if at > start.start():
            continue
        if quantity := _quantity(text, max(begin, floor), floor):
            found.append(quantity)
            at = quantity.end
        else:
            at = start.end() if "a" <= start.group()[0] <= "z" else start.start() + 1
    return found


def _skipped(text: str, start: re.Match[str], floor: int) -> int:
    """Gives the end of what is no number there: an address, a name such as covid-19, a word; else 0."""
    at, first = start.start(), start.group()[0]
    if "a" <= first <= "z":
        if text[start.end() : start.end() + 1] in _IN_ADDRESS and (address := _ADDRESS.match(text, at)):
            return address.end()
        return 0 if start.group() in _WORDS and not text[at - 1 : at].isalnum() else start.end()
    if first.isdigit():
        is_glued = _NAME.search(text, max(floor, at - 2), at) and not before(text, at, floor)
        glued = _GLUED.match(text, at) if is_glued else None
        return glued.end() if glued else 0
    if "\u0e00" <= first <= "\u0e7f":
        return 0 if THAI_NUMBER.match(text, at) else at + 1
    if first in _NUMERALS:
        ends = [is_word(text, back) for back in (at, at - 1) if back >= floor]
        return max((end for end in ends if end > at and text[end : end + 1] not in ("钟", "之")), default=0)
    return 0


def _quantity(text: str, at: int, floor: int) -> Quantity | None:
    words: list[Beside] = []
    left = at
    while len(words) < _MOST_BEFORE and (word := before(text, left, floor)):
        words.append(word)
        left = word.at
    signed = at > floor and text[at - 1] == "+" and text[at].isdigit()
    if serial := serial_at(text, at - signed):
        return Quantity(at - signed, serial[0], str(Key(SERIAL, "", serial[1])))
    if words and words[0].meaning == "version" and (number := _VERSION.match(text, at)):
        return Quantity(words[0].at, number.end(), str(Key(SERIAL, "", number.group())))
    found = clock_key(text, at, words) or date_key(text, at, words)
    if not found and not _ORDINAL.match(text, at):
        found = number_key(text, at, words)
    return Quantity(found.start, found.end, str(found.key)) if found else None
