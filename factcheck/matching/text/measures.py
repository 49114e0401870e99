"""The unit behind a number, and one size for all units of a kind: 170cm is 1.7米, 90 minutes are 1.5 hours."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from factcheck.matching.text.units import COUNTERS, UNITS

PLAIN = ""
_SIZES: dict[str, dict[str, str]] = {
    "s": {"second": "1", "minute": "60", "hour": "3600", "day": "86400", "week": "604800"},
    "months": {"month": "1", "year": "12"},
    "mm": {"mm": "1", "cm": "10", "metre": "1000", "km": "1000000"},
    "in": {"inch": "1", "foot": "12"},
    "mg": {"μg": "0.001", "mg": "1", "g": "1000", "kg": "1000000", "ton": "1000000000"},
    "ml": {"ml": "1", "litre": "1000"},
    "%": {"%": "1", "tenth": "10", "‰": "0.1"},
    "mb": {"megabyte": "1", "gigabyte": "1000"},
}
KINDS = {unit: (kind, Decimal(size)) for kind, units in _SIZES.items() for unit, size in units.items()}
# These alone may stand for several units.
LOOSE = {"分": {"s", "points"}, "m": {"mm", PLAIN}, "$": {"twd", "usd", "hkd"}, "degree": {"celsius"}}
MONEY = frozenset("twd usd hkd cny jpy krw eur gbp thb sgd vnd inr php aud cad myr idr".split())
_PEOPLE = "个位名人"
_SPELLINGS = {**{counter: counter for counter in COUNTERS}, **UNITS, "分": "分", "m": "m", "成": "tenth", "割": "tenth"}
_BY_FIRST: dict[str, list[str]] = {}
for _spelling in sorted(_SPELLINGS, key=len, reverse=True):
    _BY_FIRST.setdefault(_spelling[0], []).append(_spelling)
# Behind a character that is a unit, these make another word.
_OTHER_WORD = re.compile(
    r"分(?:之|别|享|布|子|析|类|店|公司|行|手|数线)|成(?=[功为立本长员分果就年人交名熟])|度(?:假|过)|块(?:状|头)|人(?:民币|口|体|工|类|生|物|士|行)"
    r"|天(?:然|气|空|下|主|生|使|才)|家(?:人|庭|长|里|属|乡|具|电|族)|周(?:边|围|末)|名(?:称|字|单|人|牌|校)|日(?:本|常|记|期)|年(?:轻|龄|级|长|老)"
    r"|度[a-z]|位(?:置|于|子)|台(?:湾|北|中|南|东|币|风|积|大|铁)|口(?:罩|味|服|腔)|号(?:称|召)|米(?:饭|粉|酒|糕|其|兰)|本(?:来|身|人|次|周|月)"
    r"|片(?:面|刻)|包(?:含|括|装)|期(?:间|待|望)|集(?:团|合|中)|等(?:于|待)|班(?:机|级)|次(?:方|元)|条(?:件|约)|代(?:表|替)|才(?:能|会|可)|个(?:性|人资|案|体|资)"
)
_PERSON_BEHIND = re.compile("人(?![民口体工类生物士行])")
_HALF = re.compile(r"个?半(?! ?[价夜])")


class Unit(NamedTuple):
    end: int
    name: str


def unit_at(text: str, at: int) -> Unit | None:
    start = at + 1 if text[at : at + 1] == " " else at
    for spelling in _BY_FIRST.get(text[start : start + 1], ()):
        end, name = start + len(spelling), _SPELLINGS[spelling]
        if text.startswith(spelling, start) and _ends(text, start, end):
            if name in _PEOPLE:
                person = _PERSON_BEHIND.match(text, end)
                return Unit(end + (text[start:end] != "人" and person is not None), "个")
            return Unit(end, name.lower())
    return None


def base(name: str) -> tuple[str, Decimal]:
    """Gives the kind that a unit is counted in, and its size."""
    return KINDS.get(name, (name, Decimal(1)))


def sizes(kind: str) -> Iterable[Decimal]:
    return [Decimal(size) for size in _SIZES.get(kind, {"": "1"}).values()]


def half_at(text: str, at: int) -> int:
    """Gives the end of "and a half" behind a number or its unit, or 0."""
    match = _HALF.match(text, at)
    return match.end() if match else 0


def _ends(text: str, start: int, end: int) -> bool:
    behind = text[end : end + 1]
    if text[end - 1].isascii() and text[end - 1].isalpha():
        return not ("a" <= behind <= "z")
    return not (end - start == 1 and _OTHER_WORD.match(text, start))
