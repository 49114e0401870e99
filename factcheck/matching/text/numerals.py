"""Numbers in normalised text: 15000, 15,000, 1.5万, 一万五千, 壹万伍仟."""

from decimal import Decimal

import regex

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10_000, "亿": 100_000_000}
_SCALES = _LARGE_UNITS | {"兆": 1_000_000_000_000}
_NUMERAL = "".join(_DIGITS)
_IN_A_ROW = regex.compile(rf"[{_NUMERAL}0-9]+(?:\.[0-9]+)?")
_MIXED = regex.compile(r"[0-9]+(?:\.[0-9]+)?|\D")
_UNIT = "".join(_SMALL_UNITS) + "".join(_LARGE_UNITS)
# As on cheques. One alone is no number: many stand in words (大陆, 参加).
_FORMAL = "壹贰弐叁参肆伍陆柒捌玖"
_AS_USUAL = str.maketrans(
    dict(zip(_FORMAL + "拾佰仟", "一二二三三四五六七八九十百千", strict=True))
    | {"廿": "二十", "卅": "三十", "卌": "四十"}
)
NUMERALS = f"{_NUMERAL}{_FORMAL}{_UNIT}拾佰仟廿卅卌"
# A hyphen is a sign, except in a name (covid-19) or between numbers (1-3, 5度-10度).
_MINUS = r"(?<![\p{Latin}\p{Nd}%-]|\p{Nd}\p{Han}{1,2})-"
# Repetitions are bounded: ten thousand digits are many numbers, not one huge one.
NUMBER = regex.compile(
    rf"(?P<sign>{_MINUS})?"
    r"(?P<digits>[0-9]{1,20}(?:,[0-9]{3}){0,6}(?:[.:/][0-9]{1,20}){0,3})"
    rf"(?P<unit>[{_UNIT}]{{0,4}}(?:[0-9]{{1,4}}[{_UNIT}]{{1,4}}){{0,4}})"
    rf"|(?P<chinese>[{_NUMERAL}十][{_NUMERAL}{_UNIT}]{{1,15}})"
    rf"|(?P<chinese>(?:(?<![大内登着队入退])[{_FORMAL}][拾佰仟万亿]|拾(?=万)|[廿卅卌])[{NUMERALS}]{{0,14}})"
)
_PART = regex.compile(rf"([0-9]+(?:\.[0-9]+)?)([{_UNIT}]+)")


def canonical(match: regex.Match[str]) -> str:
    """Writes a match of NUMBER in plain digits; times and fractions (10:30, 1/2) stay."""
    chinese = match.group("chinese")
    if chinese is not None:
        return plain(chinese_value(chinese))
    sign, digits, unit = match.group("sign") or "", match.group("digits").replace(",", ""), match.group("unit")
    if unit and regex.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits):
        return sign + plain(sum(float(n) * _scale(u) for n, u in _PART.findall(digits + unit)))
    return sign + (digits.lstrip("0") or "0" if digits.isdigit() else digits)


def numbers(text: str) -> frozenset[str]:
    return frozenset(canonical(match) for match in NUMBER.finditer(text))


def _scale(units: str) -> int:
    product = 1
    for unit in units:
        product *= _SMALL_UNITS.get(unit) or _LARGE_UNITS[unit]
    return product


def chinese_value(text: str) -> float:
    """Reads 三十五, 叁拾伍, 一万五 (15,000) or 二〇一九 (digits in a row)."""
    return float(mixed_value(text))


def mixed_value(text: str) -> Decimal:
    """Reads digits and numerals, also mixed: 2万8300, 1.5亿, 3万5 (35,000), 三点五."""
    text, _, decimals = text.translate(_AS_USUAL).partition("点")
    if decimals:
        return mixed_value(text) + Decimal("0." + _in_digits(decimals))
    if _IN_A_ROW.fullmatch(text):
        return Decimal(_in_digits(text))
    total, section, digit, last_unit = Decimal(0), Decimal(0), Decimal(0), Decimal(1)
    for part in _MIXED.findall(text):
        if part in _SMALL_UNITS:
            section += (digit or 1) * _SMALL_UNITS[part]
            digit, last_unit = Decimal(0), Decimal(_SMALL_UNITS[part])
        elif part in _SCALES:
            scale = Decimal(_SCALES[part])
            # 两亿三千万 adds up, 一万亿 multiplies.
            total = total + (section + digit) * scale if total >= scale else (total + section + digit or 1) * scale
            section, digit, last_unit = Decimal(0), Decimal(0), scale
        else:
            digit = Decimal(_DIGITS.get(part, part))
            last_unit = Decimal(1) if part in "零〇" or len(part) > 1 else last_unit
    # A last digit counts one place below the unit before it: 一万五 is 15,000.
    return total + section + digit * max(last_unit // 10, Decimal(1))


def _in_digits(text: str) -> str:
    return "".join(str(_DIGITS.get(c, c)) for c in text)


def plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"
