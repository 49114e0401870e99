"""Times of day: 20:00, 晚上8点, 8pm, 2ทุ่ม, 九点一刻, half past nine."""

import re
from typing import NamedTuple

import regex

from factcheck.matching.text.numerals import chinese_value
from factcheck.matching.text.values import value_at

_ONES = "一二三四五六七八九"
_HAN = f"零〇两{_ONES}十"
_FIGURES = regex.compile(
    r"(?P<hour>[01]?[0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:])"
    r"|(?P<hour>[01]?[0-9]|2[0-4])\.(?P<minute>[0-5][0-9])"
    r"(?=(?<thai> ?(?:(?:[-~]|ถึง) ?[0-9.]+ ?)?(?:น\.|นาฬิกา))| ?[ap]\.?m\b)"
)
_NUMERALS = regex.compile(
    rf"(?P<hour>1[0-9]|2[0-4]|0?[0-9]|[{_HAN}]{{1,3}}) ?[点时](?![间候常节期代速])"
    rf"(?:(?P<half>半)|[一1](?P<quarter>刻)|[三3](?P<three>刻)|整|[钟鐘](?![头])"
    rf"| ?(?P<minute>[0-5]?[0-9]|[{_HAN}]{{1,3}}) ?分(?!之)"
    rf"|(?P<minute>[0-5][0-9](?![0-9])|[二三四五]?十[{_ONES}]?|[零〇][{_ONES}]))?"
)
_HOURS = frozenset(f"0123456789{_HAN}")
_DECIMALS = frozenset(_ONES + "零〇")
_HAS_HOUR = re.compile(rf"[0-9{_HAN}]{{1,3}} ?[点时]")
_DIGIT_HOUR = re.compile(r"(?P<hour>1[0-2]|0?[0-9])(?![0-9.:/,%-]|[ 0-9]*[年月日号元])")
_THAI = re.compile(r" ?(?P<kind>ทุ่ม|โมงเช้า|โมงเย็น|โมง)(?P<half>ครึ่ง)?")
_NOON, _DAY = 12 * 60, 24 * 60


class Clock(NamedTuple):
    end: int
    minutes: int
    """Since midnight."""
    sure: bool
    """It does not leave open which half of the day it is."""
    plain: bool = False
    """No word or minute shows that it is a time: 三点 may be three points."""


def clock_at(text: str, at: int, period: str) -> Clock | None:
    """Reads a time. `period` is the part of the day that is named before it, or ""."""
    match = _FIGURES.match(text, at) if "0" <= text[at] <= "9" else None
    if match:
        hour = int(match["hour"])
        sure = match["hour"][0] == "0" or hour > 12 or match["thai"] is not None
        return _clock(match.end(), hour, int(match["minute"]), period, sure)
    match = _NUMERALS.match(text, at) if text[at] in _HOURS and _HAS_HOUR.match(text, at) else None
    if match:
        hour = int(chinese_value(match["hour"]))
        minute = (
            30 if match["half"] else 15 if match["quarter"] else 45 if match["three"] else _minutes(match["minute"])
        )
        plain = match.end("hour") + 1 >= len(match.group().rstrip()) + at and not period
        is_decimal = plain and text[match.end() : match.end() + 1] in _DECIMALS  # 六点四
        if hour > 24 or minute > 59 or is_decimal or (plain and match["hour"] == "一"):
            return None
        return _clock(match.end(), hour, minute, period, match["hour"][0] == "0" or hour > 12)._replace(plain=plain)
    return _thai(text, at)


def hour_at(text: str, at: int) -> tuple[int, int] | None:
    """Reads an hour that only the words beside it show to be one: the end, and the hour."""
    match = _DIGIT_HOUR.match(text, at)
    if match:
        return match.end(), int(match["hour"])
    value = value_at(text, at)
    is_hour = value and value.low == value.high == int(value.low) and 1 <= value.low <= 12
    return (value.end, int(value.low)) if value and is_hour else None


def at_period(minutes: int, period: str) -> int:
    """Puts a time of up to twelve hours into its part of the day."""
    hour = minutes // 60 % 24
    if hour > 12 or not period:
        return minutes % _DAY
    if period in ("pdawn", "pam"):
        return minutes % _NOON if hour == 12 and period == "pdawn" else minutes
    if period == "pnoon":
        return minutes + _NOON if hour < 4 else minutes
    if period == "ppm":
        return minutes if hour == 12 else minutes + _NOON
    return minutes % _NOON if hour == 12 else minutes if hour < 5 else minutes + _NOON


def _minutes(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isascii() else int(chinese_value(text))


def _clock(end: int, hour: int, minute: int, period: str, sure: bool) -> Clock:
    return Clock(end, at_period(hour * 60 + minute, period), sure or bool(period))


def _thai(text: str, at: int) -> Clock | None:
    value = value_at(text, at) if text[at].isdigit() or "\u0e00" <= text[at] < "\u0e80" else None
    match = _THAI.match(text, value.end) if value and value.low == value.high and 1 <= value.low <= 12 else None
    if value is None or match is None:
        return None
    hour, kind = int(value.low), match["kind"]
    hours = {"ทุ่ม": hour + 18, "โมงเช้า": hour if hour > 5 else hour + 6, "โมงเย็น": hour + 12, "โมง": hour}[kind]
    return Clock(match.end(), (hours * 60 + (30 if match["half"] else 0)) % _DAY, kind != "โมง")
