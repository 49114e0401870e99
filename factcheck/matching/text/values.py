"""One number at a place of a folded text: 28,300, 2万8300, 28.3k, 三四十, 好几百, two hundred, สามแสน."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

import regex

from factcheck.languages import ENGLISH
from factcheck.matching.text.number_words import NUMBER_WORDS, thai_number
from factcheck.matching.text.numerals import NUMERALS, mixed_value
from factcheck.matching.text.words import list_of, words_of

FEW = "?"
_HAN = NUMERALS + "兆"
_SCALE = "十百千万亿兆"
_ONES = "一二两三四五六七八九"
_THAI_SCALES = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10_000, "แสน": 100_000, "ล้าน": 1_000_000}
_LATIN_SCALES = {"k": 1000, "bn": 10**9, "mil": 10**6, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_LATIN_SCALES |= {"thousand": 1000, "hundred": 100, "dozen": 12, "millions": 10**6}
_DIGITS = re.compile(
    r"(?:[0-9]{1,3}(?:,[0-9]{3})++|[1-9][0-9]{0,2}(?: [0-9]{3})++|[0-9]{1,20})(?![0-9])(?:\.[0-9]{1,10}(?![0-9.]))?"
    r"|[0-9]{1,40}"
)
_SCALED = re.compile(rf" ?(?P<han>[{_SCALE}]++(?:(?:[0-9]{{1,4}}|[{_HAN}])[{_SCALE}]*+)*+)(?!分之)")
_LATIN_SCALE = re.compile(rf" ?(?P<scale>{'|'.join(sorted(_LATIN_SCALES, key=len, reverse=True))})(?![a-z])")
_THAI_SCALE = re.compile(
    rf" ?(?P<scale>{'|'.join(_THAI_SCALES)})(?![\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|ล้าน|ละ)(?P<more>ล้าน)?"
)
_MANY = re.compile(
    rf"(?:好几|几|(?<![点人次总分岁天年多少无户件度倍指函基整实单双参])数|หลาย|ไม่กี่)"
    rf" ?(?P<scale>[{_SCALE}]*|{'|'.join(_THAI_SCALES)})"
)
_RANGE = re.compile(
    rf"(?P<tens>[一二三四五六七八九]?十)?(?P<low>[{_ONES}])(?P<high>[二三四五六七八九])(?P<scale>[{_SCALE}]*)"
)
_WEAK_RANGE = frozenset(("三五", "三两"))
_NUMERAL = re.compile(rf"[{_HAN}]{{1,20}}(?:点[零〇{_ONES}]++(?![分刻整钟]))?")
_WORDS = regex.compile(NUMBER_WORDS)
_NOT_NUMBERS: dict[str, list[str]] = {}
for _word in sorted(list_of(lambda words: words.no_numbers), key=len, reverse=True):
    _NOT_NUMBERS.setdefault(_word[:2], []).append(_word)
_ENGLISH = {**words_of(ENGLISH).numbers, "zero": 0, "trillion": 10**12}
_ENGLISH_WORD = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_IN_ENGLISH = re.compile(
    rf"(?:(?:a|an) (?=hundred|thousand|million|billion|dozen))?(?:{_ENGLISH_WORD})(?![a-z])"
    rf"(?:(?: |-| and )(?:{_ENGLISH_WORD})(?![a-z]))*+"
)
_AND_A_HALF = re.compile(" and (?:a|one)[ -]half(?![a-z])")
_MANY_ENGLISH = {"few": 1, "several": 1, "dozens": 12, "hundreds": 100, "thousands": 1000, "millions": 10**6}
_MANY_IN_ENGLISH = re.compile(rf"(?:{'|'.join(_MANY_ENGLISH)})(?![a-z])(?: of)?(?! of)")
LATIN_STARTS = frozenset(_ENGLISH) | frozenset(_MANY_ENGLISH) | {"a", "an"}
STARTS = f"0-9{_HAN}几数半好"
THAI_NUMBER = regex.compile(rf"{NUMBER_WORDS}|หลาย|ไม่กี่|ครึ่ง|วัน")
THAI_STARTS = "หเยสแจกรพลคไว"


@dataclass(frozen=True)
class Value:
    end: int
    low: Decimal
    high: Decimal
    few: bool = False
    """It is so many of `low` and not told how many."""
    weak: bool = False
    """It is a number only with a unit behind it or a word before it."""
    scale: Decimal = Decimal(1)
    """What a word such as 万 or million at its end makes of the number before it."""

    def times(self, factor: Decimal | int) -> "Value":
        return replace(self, low=self.low * factor, high=self.high * factor)

    def __str__(self) -> str:
        ends = written(self.low) if self.low == self.high else f"{written(self.low)}~{written(self.high)}"
        return FEW + ends if self.few else ends


def written(value: Decimal) -> str:
    """Gives one form: 98.7 for 98.70."""
    return f"{value.normalize():f}" if value else "0"


@lru_cache(maxsize=256)
def value_at(text: str, at: int) -> Value | None:
    first = text[at]
    if "0" <= first <= "9":
        return _in_digits(text, at)
    if first.isascii():
        return _in_english(text, at)
    if "\u0e00" <= first <= "\u0e7f":
        return _few(text, at) or _in_thai(text, at)
    return _few(text, at) or _in_numerals(text, at)


def is_word(text: str, at: int) -> int:
    """Gives the end of a word with numerals that counts nothing, or 0."""
    words = _NOT_NUMBERS.get(text[at : at + 2], ())
    return next((at + len(word) for word in words if text.startswith(word, at)), 0)


def _in_digits(text: str, at: int) -> Value | None:
    match = _DIGITS.match(text, at)
    if match is None:
        return None
    plain = match.group().replace(",", "").replace(" ", "")
    value = Decimal(plain)
    if scaled := _SCALED.match(text, match.end()):
        whole = mixed_value(plain + scaled["han"])
        return Value(scaled.end(), whole, whole, scale=_scale(plain + scaled["han"]))
    if word := _LATIN_SCALE.match(text, match.end()):
        scale = Decimal(_LATIN_SCALES[word["scale"]])
        return Value(word.end(), value * scale, value * scale, scale=scale)
    if word := _THAI_SCALE.match(text, match.end()):
        scale = Decimal(_THAI_SCALES[word["scale"]] * (10**6 if word["more"] else 1))
        return Value(word.end(), value * scale, value * scale, scale=scale)
    return Value(match.end(), value, value)


def _few(text: str, at: int) -> Value | None:
    match = _MANY.match(text, at)
    if match is None:
        return None
    scale = Decimal(_THAI_SCALES.get(match["scale"], 0)) or (
        mixed_value(match["scale"]) if match["scale"] else Decimal(1)
    )
    return Value(match.end(), scale, scale, few=True, weak=not match["scale"])


def _in_numerals(text: str, at: int) -> Value | None:
    if (match := _RANGE.match(text, at)) and (ranged := _as_range(match, text)):
        return ranged
    found = _NUMERAL.match(text, at)
    if found is None:
        return None
    raw = found.group()
    value = mixed_value(raw)
    bare = raw[0] in _SCALE and raw[0] != "十"
    digits_only = all(c not in _SCALE for c in raw)
    weak = len(raw) == 1 or bare or (digits_only and len(raw) == 2 and "点" not in raw)
    return Value(found.end(), value, value, weak=weak, scale=_scale(raw))


def _scale(raw: str) -> Decimal:
    """Gives the 10,000 of 5万; 1 where digits follow it."""
    digits = raw.rstrip(_SCALE)
    before = mixed_value(digits) if digits and raw != digits else 0
    return mixed_value(raw) / before if before else Decimal(1)


def _as_range(match: re.Match[str], text: str) -> Value | None:
    """Reads 三四十, 十七八, 两三: neighbours, or digits that people say for "a few"."""
    pair = match["low"] + match["high"]
    low, high = mixed_value(match["low"]), mixed_value(match["high"])
    if (high != low + 1 and pair not in _WEAK_RANGE) or (match.end() < len(text) and text[match.end()] in _HAN):
        return None
    tens = mixed_value(match["tens"]) if match["tens"] else Decimal(0)
    scale = mixed_value(match["scale"]) if match["scale"] else Decimal(1)
    return Value(match.end(), tens + low * scale, tens + high * scale, weak=not match["scale"], scale=scale)


def _in_thai(text: str, at: int) -> Value | None:
    match = _WORDS.match(text, at)
    if match is None or match["thai_number"] is None:
        return None
    value = Decimal(thai_number(match["thai_number"]))
    return Value(match.end(), value, value)


def _in_english(text: str, at: int) -> Value | None:
    if many := _MANY_IN_ENGLISH.match(text, at):
        scale = Decimal(_MANY_ENGLISH[many.group().removesuffix(" of")])
        return Value(many.end(), scale, scale, few=True, weak=scale == 1)
    match = _IN_ENGLISH.match(text, at)
    if match is None:
        return None
    total, group = Decimal(0), Decimal(0)
    for word in regex.findall("[a-z]+", match.group()):
        number = Decimal(_ENGLISH.get(word, 0))
        if number >= 1000:
            total, group = total + (group or 1) * number, Decimal(0)
        elif number in (12, 100) and word in ("dozen", "hundred"):
            group = (group or 1) * number
        else:
            group += number
    half = _AND_A_HALF.match(text, match.end())
    value = total + group + (Decimal("0.5") if half else 0)
    return Value(half.end() if half else match.end(), value, value, weak=match.group() == "one" and not half)
