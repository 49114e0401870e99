"""Pairs with a word turned by another rule and in other languages than those that matching is tuned with.

English words are turned by WordNet's antonyms, Japanese and Thai ones by `other.txt`. The article of a pair is the text
as it was. For one measurement at the end.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import regex

from indexer.evaluation.cases import DIFFERS
from indexer.evaluation.data import EvaluationDataError, Query

COUNT, SEED = 100, 11
SHORTEST = 30
"""Characters of a turned text."""
LEAST_USE = 5
"""In WordNet's texts, so that words are plain ones."""
PARTS = ("noun", "verb", "adj", "adv")
_ALONE = ("前", "後", "目", "父", "母", "北", "南", "東", "西", "勝", "負", "朝", "夜", "夏", "冬", "耳", "鼻", "娘")
"""Characters that stand in many words: replaced only where no other Chinese character is beside them."""
Json = dict[str, Any]
Opposites = Mapping[str, Sequence[str]]


def other_pairs(queries: Sequence[Query], words: Mapping[str, Opposites], count: int = COUNT) -> list[Json]:
    """Turns one word in queries of each language of `words`, in equal numbers as far as there are enough."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    by_language = {lang: list(_turned(queries, lang, opposites, chance)) for lang, opposites in words.items()}
    found: list[Json] = []
    for number in range(max(map(len, by_language.values()), default=0)):
        found += [pairs[number] for pairs in by_language.values() if number < len(pairs)]
    return found[:count]


def _turned(queries: Sequence[Query], lang: str, opposites: Opposites, chance: random.Random) -> Iterator[Json]:
    texts = list(dict.fromkeys(query.text for query in queries if query.lang == lang and len(query.text) >= SHORTEST))
    used = Counter[str]()
    for number, text in enumerate(chance.sample(texts, len(texts))):
        places = [(at, word) for at, word in _places(text, lang, opposites) if at < max(len(text) * 2 // 3, 40)]
        if places:
            at, word = min(places, key=lambda place: (used[place[1]], place[0]))
            used[word] += 1
            other = chance.choice(opposites[word])
            yield {
                "id": f"other-{lang}-{number}",
                "kind": f"turned {lang}",
                "lang": lang,
                "article": text,
                "reply_type": "RUMOR",
                "message": text[:at] + other + text[at + len(word) :],
                "want": DIFFERS,
            }


def _places(text: str, lang: str, opposites: Opposites) -> Iterator[tuple[int, str]]:
    for word in opposites:
        around = r"\b" if lang == "en" else ""
        before = after = ""
        if word in _ALONE:
            before, after = r"(?<!\p{Han})", r"(?!\p{Han})"
        elif lang == "th":  # a mark on the last letter makes another word
            after = r"(?!\p{M})"
        for match in regex.finditer(f"{around}{before}{regex.escape(word)}{after}{around}", text):
            yield match.start(), word


def listed() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    lines = Path(__file__).with_name("other.txt").read_text(encoding="utf-8").splitlines()
    for lang, *words in (line.split() for line in lines if line and not line.startswith("#")):
        for word in words:
            found.setdefault(lang, {}).setdefault(word, []).extend(one for one in words if one != word)
    return found


def wordnet(folder: Path) -> dict[str, list[str]]:
    """Reads antonyms of plain words from the database files of WordNet 3. Raises EvaluationDataError."""
    try:
        used = _uses(folder / "index.sense")
        synsets = {part: (folder / f"data.{part}").read_text(encoding="utf-8").splitlines() for part in PARTS}
    except OSError as error:
        raise EvaluationDataError(f"{folder} is no folder of WordNet's files: {error.strerror}.") from error
    found: dict[str, list[str]] = {}
    for lines in synsets.values():
        for one, other in _antonyms(lines):
            if all(word.isalpha() and word.islower() and used[word] >= LEAST_USE for word in (one, other)):
                found.setdefault(one, []).append(other)
    return found


def _uses(path: Path) -> Counter[str]:
    used = Counter[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        key, *_, times = line.split()
        used[key.partition("%")[0]] += int(times)
    return used


def _antonyms(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Follows pointers `!` from word to word within one part of speech."""
    words: dict[str, list[str]] = {}
    pointers: list[tuple[str, str, str]] = []
    for line in lines:
        if line.startswith(" "):
            continue
        offset, _, _, count, *rest = line.partition("|")[0].split()
        number = int(count, 16)
        words[offset] = [word.partition("(")[0] for word in rest[: 2 * number : 2]]
        more = rest[2 * number + 1 :]
        for at in range(0, 4 * int(rest[2 * number]), 4):
            symbol, target, _, ends = more[at : at + 4]
            if symbol == "!":
                pointers.append((offset, target, ends))
    for offset, target, ends in pointers:
        source, end = int(ends[:2], 16), int(ends[2:], 16)
        if target in words and source and end:
            yield words[offset][source - 1], words[target][end - 1]
