"""A time, a day or a number, with what the words beside it say of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from factcheck.matching.compare.quantity_keys import CLOCK, DATE, NTH, NUMBER, ROC, Key
from factcheck.matching.text.beside import Beside, behind
from factcheck.matching.text.clocks import Clock, at_period, clock_at, hour_at
from factcheck.matching.text.days import day_at, weekday_at
from factcheck.matching.text.measured import MORE, measured_at

_BOUNDS = frozenset((">=", "<=", ">", "<", "~", "^", MORE))
_PARTS = frozenset("end begin mid third1 third2 third3 half1 half2".split())
_WEEKS = {"this": "0w", "next": "+1w", "next2": "+2w", "last": "-1w", "last2": "-2w"}
_PERIODS_BEHIND = ("clock", "pam", "pdawn", "ppm", "pnight")
_THAI_HOUR = re.compile(" ?โมง")
_ROC_DIGITS = 3
_OF_MONEY = ("", "twd", "usd", "m")
_FIELDS = "cyrmpdw"


class Found(NamedTuple):
    start: int
    end: int
    key: Key


@dataclass
class _Told:
    """What words say of a time."""

    start: int
    period: str = ""
    day: str = ""
    past: int = 0
    is_clock: bool = False
    lasts: bool = False
    bounds: list[str] = field(default_factory=list)

    def tell(self, meaning: str) -> bool:
        names = meaning.split()
        if meaning in _BOUNDS:
            self.bounds.append(meaning)
        elif meaning.startswith("past"):
            self.past, self.is_clock = int(meaning[4:]), True
        elif meaning == "long":
            self.lasts = True
        elif names and all(name[0] in "pr" or name in ("clock", "am") for name in names) and meaning not in _PARTS:
            period = "pdawn" if "am" in names else next((name for name in names if name[0] == "p"), "")
            self.period, self.is_clock = self.period or period, self.is_clock or "clock" in names
            self.day = self.day or next((name for name in names if name[0] == "r"), "")
        else:
            return False
        return True


def clock_key(text: str, at: int, words: Sequence[Beside]) -> Found | None:
    if words and words[0].meaning == "nth":
        return None
    told = _Told(at)
    for word in words:
        if not told.tell(word.meaning):
            break
        told.start = word.at
    clock = clock_at(text, at, told.period) or _hour(text, at, told)
    if clock is None:
        return None
    if told.lasts and not told.period:
        return Found(told.start, clock.end, Key(NUMBER, _bound(told.bounds), str(clock.minutes * 60), "s"))
    return _with_period(text, clock, told)


def _with_period(text: str, clock: Clock, told: _Told) -> Found:
    end, minutes, sure = clock.end, clock.minutes, clock.sure
    while word := behind(text, end):
        is_period = word.meaning.startswith("p") and word.meaning not in _PARTS
        if is_period and not sure:
            minutes, sure = at_period(minutes, word.meaning), True
        elif not (is_period or word.meaning == "clock" or told.tell(word.meaning)):
            break
        sure = sure or text[word.at - 1] in ".นา"
        end = word.at
    minutes += told.past
    written = f"{minutes // 60 % 24}:{minutes % 60:02}{'' if sure else '?'}"
    return Found(told.start, end, Key(CLOCK, _bound(told.bounds), written, told.day))


def _hour(text: str, at: int, told: _Told) -> Clock | None:
    """Reads 8 in "8 pm" and "half past 8"."""
    hour = hour_at(text, at) if told.is_clock or text[at] < "\u0e80" else None
    if hour is None:
        return None
    word = behind(text, hour[0])
    if not told.is_clock and (word is None or word.meaning not in _PERIODS_BEHIND):
        return None
    thai = _THAI_HOUR.match(text, hour[0])
    return Clock(thai.end() if thai else hour[0], at_period(hour[1] * 60, told.period), bool(told.period))


def date_key(text: str, at: int, words: Sequence[Beside]) -> Found | None:
    first = words[0].meaning if words else ""
    era = first.removeprefix("era ") if first.startswith("era") else ""
    week = weekday_at(text, at)
    day = week or day_at(text, at, era)
    if day is None or first in ("nth", "%"):
        return None
    fields, bounds, start, end = dict(day.fields), list[str](), at, day.end
    for word in words:
        if not _tell(fields, bounds, word.meaning):
            break
        start = word.at
    while (follows := behind(text, end)) and _tell(fields, bounds, follows.meaning):
        end = follows.at
    if not era and fields.keys() == {"y"} and len(text[at : day.end].strip(" 年")) == _ROC_DIGITS:
        return Found(start, end, Key(NUMBER, _bound(bounds), str(int(fields["y"]) - 1911), ROC))
    value = " ".join(f"{name}={fields[name]}" for name in _FIELDS if name in fields)
    return Found(start, end, Key(DATE, _bound(bounds), value))


def _tell(fields: dict[str, str], bounds: list[str], meaning: str) -> bool:
    """Adds to a date what a word beside it says; False if it says nothing of it."""
    if meaning in _BOUNDS:
        bounds.append(meaning)
    elif meaning == "lunar":
        fields["c"] = meaning
    elif meaning in _PARTS and "d" not in fields and "w" not in fields:
        fields["p"] = meaning
    elif meaning in _WEEKS and "w" in fields:
        fields["r"] = _WEEKS[meaning]
    elif meaning.startswith("r") and " " not in meaning:
        fields["r"] = meaning[1:]
    else:
        return meaning == "" or meaning.startswith("era")
    return True


def number_key(text: str, at: int, words: Sequence[Beside]) -> Found | None:
    found = measured_at(text, at)
    if found is None:
        return None
    bounds, key, start, end = [MORE] * found.more, Key(NUMBER, "", found.value, found.unit), at, found.end
    for word in words:
        told = key if word.meaning in _BOUNDS else _told(key, word.meaning)
        if told is None:
            break
        bounds += [word.meaning] if word.meaning in _BOUNDS else []
        key, start = told, word.at
    if found.weak and start == at:
        return None
    if start == at and _is_negative(text, at):
        key, start = key._replace(value="-" + key.value), at - 1
    while (follows := behind(text, end)) and follows.meaning in _BOUNDS:
        bounds.append(follows.meaning)
        end = follows.at
    return Found(start, end, key._replace(bound=_bound(bounds)))


def _told(key: Key, meaning: str) -> Key | None:
    if meaning == "nth":
        return key._replace(kind=NTH)
    if meaning.startswith("money "):
        return key._replace(unit=meaning.removeprefix("money ") if key.unit in _OF_MONEY else key.unit)
    if meaning == "%":
        return key._replace(unit=meaning)
    if meaning == "long":
        return key if key.unit == "s" else None
    return key._replace(value="-" + key.value) if meaning == "-" else None


def _is_negative(text: str, at: int) -> bool:
    """A hyphen is a sign, except in a name or between numbers."""
    return text[at - 1 : at] == "-" and not (text[at - 2 : at - 1].isalnum() or text[at - 2 : at - 1] in ("%", "-"))


def _bound(bounds: Sequence[str]) -> str:
    return "".join(sorted(set(bounds)))
