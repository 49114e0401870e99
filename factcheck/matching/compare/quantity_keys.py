"""Keys of quantities, and which of them may mean the same."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from factcheck.matching.text.measures import LOOSE, sizes

NUMBER, NTH, CLOCK, DATE, SERIAL = "number", "nth", "clock", "date", "serial"
# Without these a number says something else.
_NEEDED = frozenset(("%", "times", "折", "points", "degree", "celsius", "fahrenheit"))
_MAY_LACK = frozenset("yw")
ROC = "roc"
"""The unit of 115 in 115年, which may be a year of the Republic."""


class Key(NamedTuple):
    kind: str
    bound: str
    value: str
    unit: str = ""

    def __str__(self) -> str:
        return "|".join(self)


def compatible(one: str, other: str) -> bool:
    """Tells whether two keys may mean the same, where one leaves out a unit, the half of a day, or a year."""
    if one == other:
        return True
    left, right = Key(*one.split("|")), Key(*other.split("|"))
    if left.bound != right.bound:
        return False
    if left.kind == right.kind:
        return left.kind in _SAME_KIND and _SAME_KIND[left.kind](left, right)
    return _across(left, right) or _across(right, left)


def _numbers(one: Key, other: Key) -> bool:
    if one.unit == other.unit:
        return False
    if one.unit in LOOSE and other.unit in LOOSE[one.unit]:
        return _same_size(one.value, other.value, _LOOSE_SIZES.get((one.unit, other.unit), (Decimal(1),)))
    if other.unit in LOOSE and one.unit in LOOSE[other.unit]:
        return _numbers(other, one)
    if one.unit and other.unit:
        return False
    bare, full = (one, other) if not one.unit else (other, one)
    return full.unit not in _NEEDED and _same_size(bare.value, full.value, sizes(full.unit))


_LOOSE_SIZES = {
    ("分", "s"): (Decimal(60),),
    ("m", "mm"): (Decimal(1000),),
    ("m", ""): (Decimal(1), Decimal(1_000_000)),
}


def _same_size(bare: str, full: str, factors: Iterable[Decimal]) -> bool:
    if bare.startswith("?") != full.startswith("?"):
        return False
    ends, full_ends = bare.lstrip("?").split("~"), full.lstrip("?").split("~")
    try:
        return len(ends) == len(full_ends) and any(
            all(Decimal(end) * factor == Decimal(known) for end, known in zip(ends, full_ends, strict=True))
            for factor in factors
        )
    except InvalidOperation:
        return bare == full


def _clocks(one: Key, other: Key) -> bool:
    if one.unit != other.unit:  # counted from another day
        return False
    loose = "?" in one.value or "?" in other.value
    minutes = [_minutes(key.value) for key in (one, other)]
    return loose and (minutes[0] - minutes[1]) % 720 == 0


def _minutes(value: str) -> int:
    hours, minutes = value.rstrip("?").split(":")
    return int(hours) * 60 + int(minutes)


def _dates(one: Key, other: Key) -> bool:
    left, right = (dict(part.split("=", 1) for part in key.value.split()) for key in (one, other))
    lacking = left.keys() ^ right.keys()
    if any(left[name] != right[name] for name in left.keys() & right.keys()) or not left.keys() & right.keys():
        return False
    return lacking <= _MAY_LACK or (lacking <= _MAY_LACK | {"m"} and "d" in left and "d" in right)


def _across(one: Key, other: Key) -> bool:
    if one.kind == NUMBER and other.kind == CLOCK:
        if one.unit == "s" and not other.unit:
            return one.value == str(_minutes(other.value) * 60)
        return (
            one.unit == "" and one.value == str(_minutes(other.value) // 60) and other.value.rstrip("?").endswith(":00")
        )
    if one.kind == NUMBER and other.kind == DATE:
        if one.unit in ("", ROC) and other.value.startswith("y=") and " " not in other.value:
            year = int(other.value[2:])
            return one.value == str(year if one.unit == "" else year - 1911)
        return one.unit == "" and "/" in one.value and other.value == "m={} d={}".format(*one.value.split("/", 1))
    return one.kind == NUMBER and other.kind == SERIAL and one.unit == "" and one.value == other.value


_SAME_KIND = {NUMBER: _numbers, NTH: _numbers, CLOCK: _clocks, DATE: _dates}
