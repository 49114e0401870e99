"""What a reply should not tell of a private person: numbers, addresses, ids. Pure; whoever writes decides."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import regex

from factcheck.matching.text.contacts import PHONE
from factcheck.matching.text.urls import remove_urls


class Kind(StrEnum):
    MAIL = "MAIL"
    PHONE = "PHONE"
    IDENTITY = "IDENTITY"
    CARD = "CARD"
    PLACE = "PLACE"


@dataclass(frozen=True)
class Personal:
    kind: Kind
    written: str


_MAIL = regex.compile(r"[\p{L}\p{N}_.+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,4}\p{L}{2,24}")
_PHONE = regex.compile(PHONE)
_FREE_OF_CHARGE = regex.compile(r"^(?:\+?\d{0,3}[ -]?)?\(?0?(?:800|809|120|1800)")
"""Numbers of services, in the places that we speak to."""

_TAIWAN_ID = regex.compile(r"(?<![A-Za-z0-9])[A-Z][1289]\d{8}(?!\d)")
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_LONG_NUMBER = regex.compile(r"(?<![\d.,-])\d(?:[ -]?\d){11,18}(?![\d-])")
_HOUSE = regex.compile(
    r"\p{Han}{1,14}(?:路|街|大道)(?:[一二三四五六七八九十\d]{1,3}段)?(?:\d{1,4}巷)?(?:\d{1,4}弄)?\s?\d{1,4}(?:之\d{1,3})?號"
    r"|\p{Han}{1,10}\d{1,3}丁目\s?\d{1,3}(?:番地?|[-−]\d{1,3})"
    r"|(?:บ้านเลขที่|เลขที่)\s?\d{1,4}(?:/\d{1,4})?"
    r"|(?<![\p{L}\d])\d{1,5} (?:[A-Z]\p{L}{1,20} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive)(?!\p{L})"
)


def find_personal(text: str) -> list[Personal]:
    """Finds each once, in the order of `Kind`. Addresses of pages are left out."""
    plain = unicodedata.normalize("NFKC", remove_urls(text))
    found = [Personal(Kind.MAIL, match.group()) for match in _MAIL.finditer(plain)]
    numbers = [match.group() for match in _LONG_NUMBER.finditer(plain)]
    identities = [one.group() for one in _TAIWAN_ID.finditer(plain) if _is_taiwan_id(one.group())]
    identities += [one for one in numbers if _is_thai_id(_digits(one)) or _is_my_number(_digits(one))]
    cards = [one for one in numbers if one not in identities and _is_card(_digits(one))]
    phones = [one.group() for one in _PHONE.finditer(plain) if not _FREE_OF_CHARGE.match(one.group())]
    phones = [one for one in phones if not any(one in other for other in (*identities, *cards))]
    found += [Personal(Kind.PHONE, one) for one in phones]
    found += [Personal(Kind.IDENTITY, one) for one in identities]
    found += [Personal(Kind.CARD, one) for one in cards]
    found += [Personal(Kind.PLACE, match.group()) for match in _HOUSE.finditer(plain)]
    return list(dict.fromkeys(found))


def _digits(written: str) -> list[int]:
    return [int(one) for one in written if one.isdecimal()]


def _is_taiwan_id(written: str) -> bool:
    letter = _TAIWAN_LETTERS.index(written[0]) + 10
    weighted = [
        letter // 10,
        letter % 10 * 9,
        *(int(d) * w for d, w in zip(written[1:9], range(8, 0, -1), strict=True)),
    ]
    return (sum(weighted) + int(written[9])) % 10 == 0


def _is_thai_id(digits: list[int]) -> bool:
    total = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return len(digits) == 13 and digits[0] != 0 and (11 - total % 11) % 10 == digits[12]


def _is_my_number(digits: list[int]) -> bool:
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return len(digits) == 12 and digits[11] == (0 if rest <= 1 else 11 - rest)


def _is_card(digits: list[int]) -> bool:
    """Applies Luhn's check, which a number of a card fulfils."""
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0
