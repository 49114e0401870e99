"""Cuts two normalised texts into tokens and aligns them."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

from factcheck.matching.text.dates import DATE_LISTS, DATE_PATTERN, DATE_STARTS, date_keys
from factcheck.matching.text.names import PLACE_LISTS, PLACE_PATTERN, PLACES, account_at
from factcheck.matching.text.number_words import NUMBER_WORD_STARTS, NUMBER_WORDS, english_number, thai_number
from factcheck.matching.text.numerals import NUMBER, NUMERALS, canonical, chinese_value
from factcheck.matching.text.units import CLOCK, SIGN_STARTS, SIGNED, SMALL, UNIT, unit_key

NUMBER_KIND, UNIT_KIND, DATE_KIND, PLACE_KIND, ACCOUNT_KIND, WORD_KIND, PLAIN = range(7)
MOST_TOKENS = 12_000
"""Of each text; a LINE message has at most 10,000 characters."""
_SHORT_EQUAL = 2  # fewer equal characters between two edits make them one
_SHINGLE = 4
_MARGIN = 30


class Token(NamedTuple):
    key: str
    """What is compared: the same for 3月5日 and 3/5, for 3千 and 3000."""
    raw: str
    kind: int
    starts: bool
    """It begins a part of a sentence, behind a stop or a space."""


class Block(NamedTuple):
    equal: bool
    start: int
    end: int
    other_start: int
    other_end: int


_SIGNS = f"{SIGN_STARTS}-"
# Letters of spaced words: accented Latin, Vietnamese and Arabic too.
_SPACED = "a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0620-\u064a\u0671-\u06d3"
_STARTS = DATE_STARTS | {place[0] for place in PLACES} | NUMBER_WORD_STARTS | set("@" + NUMERALS + _SIGNS)
# Most characters begin nothing special; `re` is quick at skipping them.
_START = re.compile(f"[{_SPACED}{re.escape(''.join(sorted(_STARTS)))}]")
_SPECIAL = regex.compile(
    rf"(?=[0-9{NUMERALS}])(?P<clock>{CLOCK})|(?P<date>{DATE_PATTERN})"
    rf"|(?=[0-9{NUMERALS}{_SIGNS}])(?:{SIGNED}(?P<number>{NUMBER.pattern})|(?P<small>{SMALL}))"
    rf"|{NUMBER_WORDS}|(?P<place>{PLACE_PATTERN})|(?P<word_itself>[{_SPACED}][{_SPACED}\p{{M}}]*(?:'[a-z]+)?)|(?P<at>@)",
    **DATE_LISTS,
    **PLACE_LISTS,
)
_SPACED_WORD = re.compile(f"[{_SPACED}]")
_LETTER = re.compile("[\u0e00-\u17ff\u3041-\u30ff]")
_STOPS = frozenset("。!?;,:、…丶~.")
_PLAIN = regex.compile(r"[。!?;,:、…丶~\s]|\.(?!\p{L})|\p{L}\p{M}*|[%$]")
_NONE, _SPACE, _STOP = range(3)
_ACCOUNT_STARTS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@_")
_RANGE = regex.compile(r"[一二两三四五六七八][二三四五六七八九]")


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[Token, ...]:
    """Cuts text into numbers, units, dates, places, accounts, Latin words, and else characters."""
    found: list[Token] = []
    at, looked, pause = 0, 0, _STOP
    text = text.replace("’", "'")
    while len(found) < MOST_TOKENS and (start := _START.search(text, looked)):
        match = _SPECIAL.match(text, start.start())
        if match is None:
            looked = start.end()
            continue
        pause = _add_plain(found, text[at : start.start()], pause)
        at = looked = _add_special(found, text, match, pause)
        pause = _NONE
    if len(found) < MOST_TOKENS:
        _add_plain(found, text[at:], pause)
    return tuple(found[:MOST_TOKENS])


def aligned(left: Sequence[Token], right: Sequence[Token]) -> list[Block]:
    """Aligns texts; edits with next to nothing between them are joined."""
    blocks = [
        Block(block.tag == "equal", block.src_start, block.src_end, block.dest_start, block.dest_end)
        for block in Levenshtein.opcodes([token.key for token in left], [token.key for token in right])
    ]
    joined: list[Block] = []
    for at, block in enumerate(blocks):
        inner = 0 < at < len(blocks) - 1
        edit = not block.equal or (inner and _width(left[block.start : block.end]) < _SHORT_EQUAL)
        if edit and joined and not joined[-1].equal:
            last = joined.pop()
            joined.append(Block(False, last.start, block.end, last.other_start, block.other_end))
        else:
            joined.append(block._replace(equal=not edit))
    return joined


def near_shared(left: Sequence[Token], right: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Cuts from the longer text the part that has most of the shorter one, with room around: aligning counts edits,
    not gaps, and would spread the part all over the message."""
    if len(right) > 2 * len(left) + 2 * _MARGIN:
        return left, _shared_part(right, left)
    if len(left) > 2 * len(right) + 2 * _MARGIN:
        return _shared_part(left, right), right
    return left, right


def _shared_part(text: Sequence[Token], short: Sequence[Token]) -> Sequence[Token]:
    keys = [token.key for token in short]
    known = {tuple(keys[i : i + _SHINGLE]) for i in range(len(keys) - _SHINGLE + 1)}
    long = [token.key for token in text]
    hits = [i for i in range(len(long) - _SHINGLE + 1) if tuple(long[i : i + _SHINGLE]) in known]
    if not hits:
        return text[: 2 * len(short) + 2 * _MARGIN]
    reach = len(short) + _MARGIN
    within = [bisect_right(hits, hit + reach) - at for at, hit in enumerate(hits)]
    best = within.index(max(within))
    first, last = hits[best], hits[best + within[best] - 1]
    return text[max(0, first - _MARGIN) : last + _SHINGLE + _MARGIN]


def amount(part: Sequence[Token]) -> float:
    """Counts words, roughly; a kana or letter of a Thai word is half of one."""
    return sum(0.5 if _LETTER.match(token.raw) and token.kind == PLAIN else 1 for token in part)


def is_spaced(raw: str) -> bool:
    """Tells whether a token is a word in Latin or Arabic letters, or digits."""
    return raw.isascii() or _SPACED_WORD.match(raw) is not None


def glued(part: Sequence[Token]) -> str:
    """Joins tokens, with spaces only around spaced words and numbers."""
    raws = [token.raw for token in part]
    gaps = [" " if is_spaced(one) or is_spaced(other) else "" for one, other in pairwise(raws)]
    return "".join(raw + gap for raw, gap in zip(raws, [*gaps, ""], strict=True)) if raws else ""


def _width(part: Sequence[Token]) -> int:
    return sum(len(token.raw) for token in part)


def _add_plain(found: list[Token], text: str, pause: int) -> int:
    """Adds single characters; returns the pause before the next token."""
    for raw in _PLAIN.findall(text):
        if raw in _STOPS:
            pause = _STOP
        elif raw.isspace():
            pause = max(pause, _SPACE)
        else:
            found.append(_plain(raw, _begins(found, raw, pause)))
            pause = _NONE
    return pause


@lru_cache(maxsize=8192)
def _plain(raw: str, starts: bool) -> Token:
    return Token(raw, raw, PLAIN, starts)


def _begins(found: Sequence[Token], raw: str, pause: int) -> bool:
    """A stop parts sentences; so does a space, except between Latin words."""
    return pause == _STOP or (pause == _SPACE and not (is_spaced(raw) and found and is_spaced(found[-1].raw)))


def _add_special(found: list[Token], text: str, match: regex.Match[str], pause: int) -> int:
    """Adds the tokens of a match, with a number's unit; returns where they end."""
    raw, starts = match.group(), _begins(found, match.group(), pause)
    if raw[0] in _ACCOUNT_STARTS and (account := account_at(text, match.start())):
        found.append(Token(account, account, ACCOUNT_KIND, starts))
        return match.start() + len(account)
    if match["at"] is not None:
        return match.end()
    if number := _number_of(match):
        found.extend(Token(key, raw, NUMBER_KIND, starts and not i) for i, key in enumerate(number))
        return match.end() if match["clock"] else _add_unit(found, text, match.end())
    if match["date"] is not None:
        found.extend(Token("=" + key, raw, DATE_KIND, starts and not i) for i, key in enumerate(date_keys(match)))
    elif match["place"] is not None:
        found.append(Token(PLACES[raw], raw, PLACE_KIND, starts))
    else:
        found.append(Token(raw, raw, WORD_KIND, starts))
    return match.end()


def _number_of(match: regex.Match[str]) -> list[str]:
    """Reads a value, or both ends of a range such as 两三; [] when it is no number."""
    if match["clock"] is not None:
        hour = match["hour"]
        minute = "30" if match["half"] else (match["minute"] or "0").zfill(2)
        return [f"{int(hour) if hour.isdigit() and hour.isascii() else int(chinese_value(hour))}:{minute.zfill(2)}"]
    if match["small"] is not None:
        return [f"{chinese_value(match['small']):g}"]
    if match["number"] is not None:
        if _RANGE.fullmatch(match["number"]):
            one, other = (int(chinese_value(digit)) for digit in match["number"])
            if other == one + 1:
                return [str(one), str(other)]
        value = canonical(match)
        value = value.lstrip("0") if ":" in value and value[1:2] != ":" else value
        if "/" in value and max(map(len, value.split("/"))) > 2:  # a list, not a fraction
            return value.split("/")
        return ["-" + value if match["below"] and not value.startswith("-") else value]
    if match["thai_number"] is not None:
        return [thai_number(match["thai_number"])]
    words = match["english"] or match["word_itself"]
    number = english_number(words) if words else None
    return [number] if number else []


def _add_unit(found: list[Token], text: str, at: int) -> int:
    match = UNIT.match(text, at)
    if match is None:
        return at
    if match["tenths"]:
        last = found.pop()
        key = f"{float(last.key) * 10:g}" if regex.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", last.key) else last.key
        found.append(last._replace(key=key))
    found.append(Token("=" + unit_key(match), match.group().strip(), UNIT_KIND, False))
    return match.end()
