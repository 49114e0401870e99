"""A day, month or year at a place of a text, with every part that is written there."""

import re
from typing import NamedTuple

import regex

from factcheck.languages import BUDDHIST
from factcheck.matching.text.dates import DATE_LISTS, DATE_PATTERN, DATE_WORDS, MONTH_NUMBERS, date_keys, number_in

_DATE = regex.compile(DATE_PATTERN, **DATE_LISTS)
_MAY_BE = re.compile(
    r"[0-9]{1,4} ?(?:[年月日号/.-]|st|nd|rd|th|of|[a-z]{3}|[ก-๙])|[一二三四五六七八九十〇零]{1,4} ?[年月]|[a-z]"
)
_DASHED = regex.compile(
    r"(?<![0-9])(?<![0-9]-)(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])(?![0-9-]|:)"
    r"|(?<=/[0-9]-|[0-9]\)-|[0-9]{2}-)(?P<to_month>1[0-2]|0?[1-9])/(?P<to_day>3[01]|[12][0-9]|0?[1-9])(?![0-9/]|\.[0-9])"
)
_YEAR = re.compile(r"(?P<year>[0-9]{1,4}|[〇零一二三四五六七八九十百]{1,6}|元) ?年?")
_SHORT_YEAR = re.compile(r"(?P<year>[0-9]{2,3}) ?年(?= ?[0-9一二三四五六七八九十]{1,2} ?月)")
_FRACTIONS = re.compile(r"(?:1/[234]|2/3|3/4)(?![0-9/])(?! ?(?:\(|起|[0-9]{1,2}:|号|日))")
_WEEKDAY = re.compile(r" ?\((?:周|星期|礼拜)?(?P<day>[一二三四五六日天1-7])\)")
_MONTHS = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
# Words such as may and march are months beside a year or where one is waited for.
_MONTH = regex.compile(
    rf"(?<![a-z])(?P<name>{_MONTHS})(?![a-z])(?:,? (?P<year>(?:19|20)[0-9]{{2}})(?![0-9])|(?= (?:this|next|last) year)"
    r"|(?<=(?:end of|mid|mid-|early|late|beginning of|in|by|since|until|next|last|this) [a-z]+)(?! [a-z]+ing))"
)
_WEEKDAYS = {word: keys for word, keys in DATE_WORDS.items() if any(key.startswith("w") for key in keys)}
_BY_START: dict[str, list[str]] = {}
for _word in sorted(_WEEKDAYS, key=len, reverse=True):
    _BY_START.setdefault(_word[:2], []).append(_word)
WEEKDAY_STARTS = "星礼周曜ว"
LATIN_WEEKDAYS = frozenset(word for word in _WEEKDAYS if word.isascii())


class Day(NamedTuple):
    end: int
    fields: dict[str, str]
    """y a year, m a month, d a day, w a weekday, r counted from now."""


def day_at(text: str, at: int, era: str) -> Day | None:
    """Reads a day. `era` is the years before an era's first one, if one is named before; "thai" for ปี, or ""."""
    day = _year(text, at, era) or Day(at, {})
    if not day.fields and _FRACTIONS.match(text, at):
        return None
    while found := _part(text, day):
        day = found
    return day if day.fields else None


def weekday_at(text: str, at: int) -> Day | None:
    for word in _BY_START.get(text[at : at + 2], ()):
        if text.startswith(word, at):
            end = at + len(word)
            return Day(end + (text[end - 1 : end + 1] == "曜日"), _fields(_WEEKDAYS[word]))
    return None


def _year(text: str, at: int, era: str) -> Day | None:
    match = _YEAR.match(text, at) if era else _SHORT_YEAR.match(text, at)
    if match is None:
        return None
    year = 1 if match["year"] == "元" else number_in(match["year"])
    if era == "thai":
        years = -BUDDHIST.years_ahead if 2400 <= year < 2700 else 0
        return Day(match.end(), {"y": str(year + years)}) if 1900 <= year + years < 2200 else None
    if not era:
        return Day(match.end(), {"y": str(year + (1911 if year >= 70 else 2000))})
    return Day(match.end(), {"y": str(year + int(era))})


def _part(text: str, day: Day) -> Day | None:
    """Adds what follows and says something new."""
    at = day.end + (text[day.end : day.end + 1] in (" ", ",") and bool(day.fields))
    if day.fields and (week := _WEEKDAY.match(text, at)) and "w" not in day.fields:
        return Day(week.end(), day.fields | {"w": "7" if week["day"] in "日天" else str(number_in(week["day"]))})
    if match := _DASHED.match(text, at) if text[at : at + 1].isdigit() else None:
        names = ("month", "day") if match["month"] else ("to_month", "to_day")
        fields = {name: str(int(match[group])) for name, group in zip("md", names, strict=True)}
    elif match := _DATE.match(text, at) if _MAY_BE.match(text, at) else None:
        fields = _fields(date_keys(match))
    elif match := (_MONTH.match(text, at) if text[at : at + 1].isalpha() else None):
        fields = {"m": str(MONTH_NUMBERS[match["name"]])} | ({"y": match["year"]} if match["year"] else {})
    else:
        return None
    new = fields and not fields.keys() & day.fields.keys() and not any(key.startswith("p") for key in fields)
    return Day(match.end(), day.fields | fields) if new and "r" not in fields else None


def _fields(keys: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key in keys:
        if key[0] == "d":
            month, day = key[1:].split("-")
            fields |= {name: part for name, part in (("m", month), ("d", day)) if part != "?"}
        else:
            fields[key[0]] = key[1:]
    return fields
