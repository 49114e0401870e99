"""Slips of the pen. One side must be a word and the other none: between two words the writer may have meant either."""

from functools import lru_cache
from itertools import groupby

import regex
from rapidfuzz.distance import OSA

from factcheck.matching.lexicon.cut import cut
from factcheck.matching.lexicon.tables import entries, tables, together

_HAN = regex.compile(r"\p{Han}+")
_LATIN = regex.compile(r"[a-z]+")
_THAI = regex.compile(r"[\p{Thai}]+")
_KATAKANA = regex.compile(r"[\p{Katakana}ー]+")
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly")
_SHORTEST_HAN = 3
_SHORTEST_LATIN = 5
_SHORTEST_OTHER = 4
# Written for one another everywhere, whatever they mean.
_CONFUSED = (
    "的得地",
    "在再",
    "那哪",
    "做作",
    "他她它牠",
    "你妳",
    "象像",
    "帐账",
    "着著",
    "么麽",
    "吗嘛",
    "吧罢",
    "唷哟",
    "粘黏",
)
# A stroke more or less.
_LOOK_ALIKE = (
    *(
        "己已巳",
        "未末",
        "土士",
        "戊戌戍",
        "日曰",
        "天夭",
        "干千于",
        "候侯",
        "拨拔",
        "折拆",
        "撤撒",
        "辨辩辫瓣",
        "贷货",
        "晴睛",
    ),
    *("祟崇", "侍待", "徒徙", "杆秆", "肓盲", "治冶", "茶荼", "析折", "券卷", "历厉", "竞竟", "幕慕墓暮", "燥躁澡噪"),
)


def looks_like(one: str, other: str) -> bool:
    if one == other or not one or not other:
        return False
    if _HAN.fullmatch(one + other):
        return _written_alike(one, other)
    if _LATIN.fullmatch(one + other):
        return _mistyped(one, other)
    if _THAI.fullmatch(one + other):
        return len(one) >= _SHORTEST_OTHER and _without_repeats(one) == _without_repeats(other)
    if _KATAKANA.fullmatch(one + other):
        return len(one) >= _SHORTEST_OTHER and one.rstrip("ー") == other.rstrip("ー")
    return False


def _written_alike(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    if len(one) == 1:
        return any(one in group and other in group for group in _CONFUSED)
    changed = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if not all(_sound_alike(*pair) or _look_alike(*pair) for pair in changed):
        return False
    real = [word for word in (one, other) if _is_real(word)]
    if len(real) != 1 or (len(one) < _SHORTEST_HAN and not _is_listed(real[0])):
        return False
    return not any(together(tables().opposites, *pair) for pair in changed)


def _is_listed(word: str) -> bool:
    """A dictionary has many a short word that is two words elsewhere: 买肉, 卖肉."""
    return word in tables().words or word in tables().glosses


def _is_real(word: str) -> bool:
    """The dictionary has the word, or longer words that make it up."""
    lengths = [end - start for start, end in cut(word)]
    return len(lengths) == 1 or min(lengths) > 1


def _sound_alike(one: str, other: str) -> bool:
    return not _readings().get(one, frozenset()).isdisjoint(_readings().get(other, frozenset()))


def _look_alike(one: str, other: str) -> bool:
    return any(one in group and other in group for group in (*_CONFUSED, *_LOOK_ALIKE))


def _mistyped(one: str, other: str) -> bool:
    """Typing went wrong by a single key: another, one too few or too many, or two exchanged."""
    if min(len(one), len(other)) < _SHORTEST_LATIN or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    return one[0] == other[0] and is_english(one) != is_english(other)


def is_english(word: str) -> bool:
    """A known word, whatever its ending."""
    stems = {word, word.removesuffix("ing") + "e", *(word.removesuffix(ending) for ending in _ENDINGS)}
    return not stems.isdisjoint(_english()) or word in tables().words


def _without_repeats(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


@lru_cache(maxsize=1)
def _readings() -> dict[str, frozenset[str]]:
    """Gives the ways to read a character, without tones."""
    found: dict[str, set[str]] = {}
    for line in entries("zh_readings"):
        reading, _, characters = line.partition(" ")
        for character in characters:
            found.setdefault(character, set()).add(reading)
    return {character: frozenset(readings) for character, readings in found.items()}


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return frozenset(word for line in entries("en_words") for word in line.split())
