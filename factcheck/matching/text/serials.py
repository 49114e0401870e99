"""Numbers that count nothing: telephones, accounts, versions."""

import re

import regex

from factcheck.matching.text.contacts import PHONE
from factcheck.matching.text.measures import unit_at

_DATE = r"(?:(?:19|20|2[45])[0-9]{2}|1[0-3][0-9])[.-][01]?[0-9][.-][0-3]?[0-9](?![0-9.-])"
_SERIAL = regex.compile(
    rf"(?P<phone>{PHONE})|(?!{_DATE})(?:(?P<version>[0-9]{{1,4}}(?:\.[0-9]{{1,6}}){{2,5}})(?![0-9.])"
    r"|(?P<serial>[0-9]{2,6}(?:-[0-9]{2,12}){2,4}|[0-9]{3}-[0-9]{6,16}|0[0-9]{2,20}|[0-9]{8,400})(?![0-9-]|[.:/,][0-9]))"
)
_MAY_BE = re.compile(r"[+(0]|[0-9][0-9 ().-]{6}|[0-9]{1,4}\.[0-9]{1,6}\.[0-9]")
_COUNTED = re.compile(
    r" ?(?:[元块圆円十百千万亿兆多余个位名人次美日港台韩]|(?:k|m|usd|ntd|baht|บาท|ล้าน|dollars|people)(?![a-z]))"
)
_NO_DIGIT = re.compile(r"[^0-9]")


def serial_at(text: str, at: int) -> tuple[int, str] | None:
    """Gives the end and the digits; a country's code becomes the leading 0."""
    match = _SERIAL.match(text, at) if _MAY_BE.match(text, at) else None
    if match is None or _COUNTED.match(text, match.end()) or unit_at(text, match.end()):
        return None
    if match["version"]:
        return match.end(), match["version"]
    digits = _NO_DIGIT.sub("", match.group())
    if match.group().startswith("+"):
        digits = "0" + digits[3 if digits[:3] in ("886", "852", "853") else 2 :].lstrip("0")
    return match.end(), digits
