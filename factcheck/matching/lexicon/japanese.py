"""One Japanese word in two ways: said politely or plainly, written with more or fewer kana."""

import re
from functools import lru_cache

_PLAIN = str.maketrans("いきぎしちにびみり", "うくぐすつぬぶむる")
_DENIED = str.maketrans("いきぎしちにびみり", "わかがさたなばまら")
_PAST = {"い": "った", "ち": "った", "り": "った", "き": "いた", "ぎ": "いだ", "に": "んだ", "び": "んだ", "み": "んだ"}
_POLITE = re.compile("(?P<stem>.*?)(?P<end>ません(?:でした)?|まし[たて]|ます|でし(?:た|ょう)|です)")
_OF_NOUNS = {"です": ("だ", ""), "でした": ("だった",), "でしょう": ("だろう",)}
_OF_TWO = {"し": "する", "き": "くる"}
"""The two verbs that follow no rule."""
_PARTS = re.compile("[一-鿿々]|[^一-鿿々]+")
_LONG = re.compile("(?P<character>[一-鿿])(?:[わこたらまか]|(?<=行)な)(?P<end>[るすうれりしいっらさ][ぁ-ん]*)")
_NOUN_END = frozenset("いきぎしちにびみりえけげせてねべめれ")


@lru_cache(maxsize=1 << 14)
def are_one_word(one: str, other: str) -> bool:
    """Takes folded words. Another tense, voice or negation is another word."""
    if _said_plainly(one) & _said_plainly(other):
        return True
    shorter, longer = sorted((one, other), key=len)
    return _lacks_one(shorter, longer) or _are_one_compound(_PARTS.findall(shorter), _PARTS.findall(longer))


def _said_plainly(word: str) -> frozenset[str]:
    """Gives the word, and what it may be in plain speech: 治る of 治ります."""
    found = _POLITE.fullmatch(word)
    if found is None:
        return frozenset((word,))
    stem, end = found["stem"], found["end"]
    return frozenset((word, *([stem + noun for noun in _OF_NOUNS[end]] if end in _OF_NOUNS else _verbs(stem, end))))


def _verbs(stem: str, end: str) -> list[str]:
    """Changes the last kana of the stem, or keeps it: only a dictionary tells which is right."""
    kept, last = stem[:-1], stem[-1:]
    changes = bool(kept) and (last in _PAST or last == "し")
    if end.startswith("ません"):
        denied = "なかった" if end == "ませんでした" else "ない"
        is_there = [kept[:-1] + denied] if stem.endswith("あり") else []
        return [stem + denied, *([kept + last.translate(_DENIED) + denied] if changes else []), *is_there]
    if end == "ます":
        irregular = [kept + _OF_TWO[last]] if last in _OF_TWO else []
        return [stem + "る", *([kept + last.translate(_PLAIN)] if changes else []), *irregular]
    past = [stem + "た", *([kept + _PAST[last]] if changes and last in _PAST else [])]
    past += [kept + "った"] if stem.endswith("行き") else []
    return past if end == "ました" else [form[:-1] + ("て" if form[-1] == "た" else "で") for form in past]


def _lacks_one(shorter: str, longer: str) -> bool:
    """Tells whether it lacks the first kana behind the character: 終る and 終わる, but not 見る and 見せる."""
    found = _LONG.fullmatch(longer)
    return found is not None and shorter == found["character"] + found["end"]


def _are_one_compound(shorter: list[str], longer: list[str]) -> bool:
    """Tells whether one leaves out kana between or behind the characters: 申し込み, 申込み and 申込."""
    characters = [[part for part in parts if "一" <= part[0] <= "鿿"] for parts in (shorter, longer)]
    if len(shorter) >= len(longer) or characters[0] != characters[1] or len(characters[0]) < 2:
        return False
    left = iter(longer)
    is_within = all(any(part == kept for kept in left) for part in shorter)
    return is_within and (longer[-1] == shorter[-1] or longer[-1] in _NOUN_END)
