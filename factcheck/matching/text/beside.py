"""Words beside a number that say something of it: bounds, calendars, parts of the day, "next", "the end of"."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from factcheck.matching.text.dates import DATE_WORDS
from factcheck.matching.text.measures import MONEY
from factcheck.matching.text.units import UNITS
from factcheck.matching.text.words import Words, words_by_language

NONE = "none"
_MONEY_SIGNS = {word: unit for word, unit in UNITS.items() if unit in MONEY}
_SIGNS = {
    word: unit
    for word, unit in UNITS.items()
    if len(unit) == 3 and unit.isalpha() and unit not in ("kph", "ppm", "ppb", "ton", "day")
}
_SIGNS = {"$": "$", "¥": "¥", "£": "gbp", "€": "eur", "฿": "thb"}
_MONEY_WORDS = {word: f"money {unit}" for word, unit in (_MONEY_SIGNS | _SIGNS).items() if word not in "元块圆"}
_ERAS = {
    "民国": "1911",
    "令和": "2018",
    "平成": "1988",
    "昭和": "1925",
    "公元": "0",
    "西元": "0",
    "พ.ศ.": "-543",
    "พศ": "-543",
}
_ERAS |= {"ปี พ.ศ.": "-543", "พ.ศ": "-543", "ค.ศ.": "0", "ปี ค.ศ.": "0", "ปี": "thai"}
_BELOW = ("零下", "零下约", "负", "マイナス", "minus", "ติดลบ", "ลบ")
_VERSIONS = ("v", "ver", "ver.", "version", "版本")
_THAI_CLOCK = {"ตี": "clock am", "บ่าย": "clock ppm"}


class Beside(NamedTuple):
    at: int
    """Where it begins, or ends when it stands behind."""
    meaning: str


def _table(part: Callable[[Words], Mapping[str, str]], more: Mapping[str, str]) -> dict[str, str]:
    table = dict(more)
    for words in words_by_language():
        for meaning, listed in part(words).items():
            table |= {word.replace("·", " "): meaning for word in listed.split()}
    return table


def _by_character(words: Iterable[str], at: int) -> dict[str, list[str]]:
    """Maps a character to the words that have it there, the longest first."""
    found: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        found.setdefault(word[at], []).append(word)
    return found


_DAYS = {word: " ".join(keys) for word, keys in DATE_WORDS.items() if not keys[0].startswith("w")}
_BEFORE = _table(
    lambda words: words.before_numbers,
    {
        **_DAYS,
        **_MONEY_WORDS,
        **_THAI_CLOCK,
        **{word: f"era {years}" for word, years in _ERAS.items()},
        **dict.fromkeys(_BELOW, "-"),
        **dict.fromkeys(_VERSIONS, "version"),
    },
)
_BEHIND = _table(
    lambda words: words.behind_numbers,
    {word: keys for word, keys in _DAYS.items() if word.isascii() or "\u0e00" <= word[0] < "\u0e80"},
)
_BEHIND |= dict.fromkeys(("am", "a.m.", "a.m"), "pdawn")
_BEHIND |= {"in the morning": "pam", "in the afternoon": "ppm", "in the evening": "pnight", "at night": "pnight"}
_BEHIND |= {"o'clock": "clock", "o’clock": "clock", "น.": "clock", "นาฬิกา": "clock", "น": "clock"}
_BY_LAST = _by_character(_BEFORE, -1)
_BY_FIRST = _by_character(_BEHIND, 0)


def before(text: str, at: int, floor: int) -> Beside | None:
    """Finds the longest known word that ends at `at`, spaces aside, and begins at `floor` or later."""
    end = at
    while end > floor and text[end - 1] in " :" and at - end < 2:
        end -= 1
    for word in _BY_LAST.get(text[end - 1], ()) if end > floor else ():
        start = end - len(word)
        if text.endswith(word, floor, end) and not _goes_on(text, start - 1, start):
            if word == "~" and text[start - 1 : start].isalnum():  # to
                return None
            return None if _BEFORE[word] == NONE else Beside(start, _BEFORE[word])
    return None


def behind(text: str, at: int) -> Beside | None:
    """Finds the longest known word that begins at `at`, spaces aside."""
    start = at + 1 if text[at : at + 1] == " " else at
    for word in _BY_FIRST.get(text[start : start + 1], ()):
        end = start + len(word)
        if text.startswith(word, start) and not _goes_on(text, end - 1, end):
            return None if _BEHIND[word] == NONE else Beside(end, _BEHIND[word])
    return None


def _goes_on(text: str, one: int, other: int) -> bool:
    """Tells whether a Latin word goes on over a place."""
    return one >= 0 and other < len(text) and _is_latin(text[one]) and _is_latin(text[other])


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
