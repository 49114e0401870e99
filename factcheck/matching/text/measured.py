"""A number with its unit: 3万多元, 1小时43分, 3到5天, 三分之一, 八五折."""

import re
from decimal import Decimal
from typing import NamedTuple

from factcheck.matching.text.days import day_at
from factcheck.matching.text.measures import KINDS, MONEY, base, half_at, unit_at
from factcheck.matching.text.numerals import mixed_value
from factcheck.matching.text.values import Value, value_at, written

MORE = "+"
_MORE = re.compile(
    r"(?P<more>[多余几]|来(?=[个位名人次天年岁元块公分小]))(?P<scale>[千百万亿]+)?(?![么少数样喝吃次种])"
)
_MORE_BEHIND = re.compile(r"[多余](?![么少数样喝吃次种元])")
_MORE_UNITS = frozenset(("s", "months", "mm", "mg", "ml", "age", "twd", "usd", "cny", "%"))
_OF = re.compile(r"分之")
_SLASH = re.compile(r"/(?P<low>[0-9]{1,4})(?![0-9/])")
_SCORE = re.compile(r"(?::|比)(?=[0-9一二三四五六七八九十])")
_TO = re.compile(r" ?(?:-|~|〜|–|—|至|到|ถึง|から|to(?= )|and(?= )|、(?=[0-9一二三四五六七八九]))(?P<sign>-)? ?")
_JOINED = re.compile(r"(?: and |[ 又零])?")
_TENTHS, _OFF = "tenth", "折"
_ENGLISH_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "thirds": 3, "quarters": 4, "fifths": 5}
_ENGLISH_PART = re.compile(rf" (?P<part>{'|'.join(_ENGLISH_PARTS)})(?![a-z])(?: of)?")
_HALVES = re.compile(
    r"半(?=个月|个小时|个钟|小时|天|年|日|公斤|斤|公里|杯|匙|颗|包|碗|克|瓶|片|粒|升)|half (?:an? |of an? )(?=[a-z])"
    r"|ครึ่ง(?=ชั่วโมง|วัน|ปี|เดือน|กิโล)"
)
_SHORT = {"metre": (Decimal(10), Decimal(100))}
# 三十八度五, 1塊5
_A_TENTH = re.compile(r"(?:[0-9]|[一二三四五六七八九])(?![0-9一二三四五六七八九十百千万.:]| ?[个天年次分角毛])")
_BEFORE_TENTH = "度块"
_CENTIMETRES = re.compile("[0-9]{2}(?![0-9.])")
_TWO = 2


class Measured(NamedTuple):
    end: int
    value: str
    unit: str
    """The kind that all units of one kind are counted in, or a classifier; "" if none is named."""
    more: bool = False
    weak: bool = False
    """It is a number only with a word before it."""


def measured_at(text: str, at: int) -> Measured | None:
    if half := _HALVES.match(text, at):
        unit = unit_at(text, half.end())
        return _in_base(unit.end, Decimal("0.5"), unit.name) if unit else None
    value = value_at(text, at)
    if value is None:
        return None
    return _fraction(text, value) or _range(text, value) or _with_unit(text, value)


def _fraction(text: str, value: Value) -> Measured | None:
    """Reads 1/3, 三分之一, 3:1, two thirds."""
    first = str(value)
    if (of := _OF.match(text, value.end)) and (part := value_at(text, of.end())):
        if value.low in (100, 1000):
            return _in_base(part.end, part, "%" if value.low == 100 else "‰")
        return Measured(part.end, f"{part}/{first}", "")
    if (slash := _SLASH.match(text, value.end)) and value.low == int(value.low):
        return Measured(slash.end(), f"{first}/{int(slash['low'])}", "")
    if (word := _ENGLISH_PART.match(text, value.end)) and value.scale == 1 and value.low < 10:
        return Measured(word.end(), f"{first}/{_ENGLISH_PARTS[word['part']]}", "")
    if (score := _SCORE.match(text, value.end)) and (other := value_at(text, score.end())):
        return Measured(other.end, f"{first}:{other}", "")
    return None


def _range(text: str, value: Value) -> Measured | None:
    low_unit = unit_at(text, value.end)
    match = _TO.match(text, low_unit.end if low_unit else value.end)
    if (
        match is None
        or value.few
        or value.low != value.high
        or match.end() >= len(text)
        or (value.weak and not low_unit and "、" not in match.group() and text[value.end] not in "到至-~")
    ):
        return None
    if day_at(text, match.end(), "") or (high := value_at(text, match.end())) is None or high.few:
        return None
    unit = unit_at(text, high.end) or low_unit
    if unit is None and (high.weak or ("、" in match.group() and high.scale == 1)):
        return None
    if low_unit and unit and base(low_unit.name)[0] != base(unit.name)[0]:
        return None
    low = value.low
    if value.scale == 1 and low < 1000 and not low_unit:
        low *= high.scale
    if "、" in match.group() and (low_unit or low >= high.low or value.low >= 10):
        return None
    return _ranged(
        unit.end if unit and unit is not low_unit else high.end,
        low,
        high,
        unit.name if unit else "",
        low_unit.name if low_unit else "",
    )


def _ranged(end: int, low: Decimal, high: Value, unit: str, low_unit: str) -> Measured:
    kind, size = base(unit)
    low_size = base(low_unit)[1] if low_unit else size
    return Measured(end, f"{written(low * low_size)}~{written(high.high * size)}", kind)


def _with_unit(text: str, value: Value) -> Measured | None:
    end, more = value.end, False
    if match := _MORE.match(text, end) if value.few or (value.low >= 10 and str(value).endswith("0")) else None:
        end, more = match.end(), True
        if match["scale"]:
            value = value.times(Decimal({"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[match["scale"][-1]]))
    if half := half_at(text, end):
        return _and_a_half(text, half, value)
    unit = unit_at(text, end)
    if unit is None:
        return Measured(end, str(value), "", more, value.weak)
    if unit.name == "个" and (match := re.compile("多(月|小时|星期|礼拜|钟头)").match(text, unit.end)):
        unit, more = unit_at(text, unit.end + 1) or unit, True
        if match[1] == "月":
            unit = unit._replace(end=match.end(), name="month")
    if unit.name in (_TENTHS, _OFF):
        return _tenths(text, value, unit.end, unit.name)
    if (tenths := _A_TENTH.match(text, unit.end)) and text[unit.end - 1] in _BEFORE_TENTH and value.low == value.high:
        tenth = value.low + mixed_value(tenths.group()) / 10
        return _in_base(tenths.end(), tenth, unit.name)
    found = _in_base(unit.end, value, unit.name)
    if unit.name == "m" and (money := unit_at(text, unit.end)) and money.name in MONEY:
        return _in_base(money.end, value.times(1_000_000), money.name)
    if unit.name == "m" and _CENTIMETRES.match(text, unit.end):
        unit = unit._replace(name="metre")
    if value.low == value.high and not value.few and unit.name in KINDS and not more:
        found = _composite(text, found, value.low, unit.name)
    if found.unit in _MORE_UNITS and (match := _MORE_BEHIND.match(text, found.end)):
        return found._replace(end=match.end(), more=True)
    return found._replace(more=more)


def _and_a_half(text: str, at: int, value: Value) -> Measured | None:
    value = Value(value.end, value.low + Decimal("0.5"), value.high + Decimal("0.5"))
    unit = unit_at(text, at)
    if unit is None and text[at : at + 1] == "月":
        return _in_base(at + 1, value, "month")
    return _in_base(unit.end, value, unit.name) if unit else Measured(at, str(value), "")


def _tenths(text: str, value: Value, end: int, unit: str) -> Measured:
    more = value_at(text, end) if unit == _TENTHS and end < len(text) and text[end] in "一二三四五六七八九" else None
    if more and more.low < 10:
        return Measured(more.end, written(value.low * 10 + more.low), "%")
    factor = 10 if unit == _TENTHS or value.high < 10 else 1
    return Measured(end, str(value.times(factor)), "%" if unit == _TENTHS else _OFF)


def _in_base(end: int, value: Value | Decimal, name: str) -> Measured:
    kind, size = base(name)
    return Measured(end, str(value.times(size)) if isinstance(value, Value) else written(value * size), kind)


def _composite(text: str, found: Measured, value: Decimal, name: str) -> Measured:
    """Adds what is said in smaller units: 1小时43分, 1米70, 两年半."""
    kind, size = KINDS[name]
    total, end, last = value * size, found.end, size
    if half := half_at(text, end):
        return Measured(half, written(total + size / 2), kind)
    while (joint := _JOINED.match(text, end)) and joint.end() < len(text) and (more := value_at(text, joint.end())):
        unit = unit_at(text, more.end)
        smaller = {"分": ("s", Decimal(60))}.get(unit.name, KINDS.get(unit.name)) if unit else None
        if smaller and unit and smaller[0] == kind and smaller[1] < last and more.low == more.high:
            total, end, last = total + more.low * smaller[1], unit.end, smaller[1]
            continue
        if unit is None and name in _SHORT and joint.group() == "" and more.low < 100:
            digits = more.end - joint.end()
            return Measured(more.end, written(total + more.low * size / _SHORT[name][min(digits, _TWO) - 1]), kind)
        break
    return Measured(end, written(total), kind)
