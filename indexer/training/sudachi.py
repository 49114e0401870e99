"""Japanese synonyms out of the synonym dictionary of Sudachi: ways to write a word, and short groups of words."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MOST_WORDS = 3
"""Words of a group whose members all mean the same: larger ones drift."""
_NAMES = frozenset("企業名 旧企業名 人名 大学名 音楽 商品 ファッション スポーツ".split())
"""Fields of which messages seldom speak."""
_KINDS = frozenset(("代表語", "別称"))
"""Former names are of what has changed since, translations are no Japanese."""

Item = Mapping[str, Any]


def sudachi_groups(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Groups of which any two are synonyms, sorted."""
    found = {group for entry in entries for group in _groups(entry["items"]) if len(group) > 1}
    return sorted(found)


def _groups(items: Sequence[Item]) -> Iterator[tuple[str, ...]]:
    if any(_NAMES.intersection(item["bunya"]) for item in items):
        return
    words: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for item in items:
        if item["gokeiSyubetsu"] in _KINDS and not item["expandControl"] and _is_japanese(item["midashi"]):
            words[item["taigenYogen"], item["vocabularyNumber"]].append(_folded(item["midashi"]))
    for part in {part for part, _ in words}:
        written = [tuple(dict.fromkeys(forms)) for (of, _), forms in words.items() if of == part]
        if len(written) <= MOST_WORDS:
            yield tuple(dict.fromkeys(form for forms in written for form in forms))
        else:
            yield from written


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace(" ", "_")


def _is_japanese(word: str) -> bool:
    """Takes abbreviations in capitals, too."""
    return not word.isascii() or (word.isupper() and word.isalpha())
