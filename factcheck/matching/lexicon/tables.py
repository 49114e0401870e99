"""The word lists in data/: `<language>_<list>.txt`, an entry a line.

An entry of the lists of WORDS is a word. An entry of `synonyms`, and of `zh_variants`, is a group of which any two
mean the same, of `opposites` a group of which no two ever do. In groups a space parts the words, and `_` stands for a
space in a word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from factcheck.languages import CHINESE, HAN, LANGUAGES, Language
from factcheck.matching.text.normalise import fold

DATA = Path(__file__).with_name("data")
WORDS = ("empty", "chatter", "turns", "mild", "limits")
GROUPS = ("synonyms", "opposites", "glosses")

_KANA = re.compile("[ぁ-ヿ]")

Groups = Mapping[str, tuple[int, ...]]
"""The numbers of the groups that a word is in."""
_Lines = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Tables:
    """What all lists of all languages say, folded as the texts are."""

    empty: frozenset[str]
    chatter: frozenset[str]
    turns: frozenset[str]
    mild: frozenset[str]
    limits: frozenset[str]
    synonyms: Groups
    opposites: Groups
    glosses: Groups
    """Groups taken from dictionaries."""
    words: frozenset[str]
    """All that was written by hand."""
    chinese: frozenset[str]
    """Those of them that are in a Chinese list."""


@lru_cache(maxsize=1)
def tables() -> Tables:
    first = {listed: groups_of(f"{CHINESE.primary}_{listed}") for listed in (*WORDS, *GROUPS)}
    first["synonyms"] += groups_of("zh_variants")
    chinese = frozenset(word for listed, lines in first.items() if listed != "glosses" for word in _words(lines))
    everything = chinese.union(*first["glosses"])
    lines = {listed: _joined(listed, first[listed], chinese if listed in WORDS else everything) for listed in first}
    empty, chatter, turns, mild, limits = (frozenset(_words(lines[listed])) for listed in WORDS)
    synonyms, opposites, glosses = (_numbered(lines[listed]) for listed in GROUPS)
    words = empty.union(chatter, turns, mild, limits, synonyms, opposites)
    return Tables(empty, chatter, turns, mild, limits, synonyms, opposites, glosses, words, chinese)


def together(groups: Groups, one: str, other: str) -> bool:
    """Both words are in one group."""
    return not {*groups.get(one, ())}.isdisjoint(groups.get(other, ()))


def groups_of(name: str) -> list[list[str]]:
    """The words of each line of a file, folded."""
    return [[word.replace("_", " ") for word in line.split()] for line in entries(name)]


def entries(name: str) -> list[str]:
    """The lines of one file, folded; [] when there is no such file."""
    path = DATA / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    return fold("\n".join(kept)).split("\n") if kept else []


def _joined(listed: str, chinese: _Lines, taken: frozenset[str]) -> _Lines:
    """Puts the lists of all languages behind the Chinese one."""
    others = [_list_of(language, listed, taken) for language in LANGUAGES if language != CHINESE]
    return [*chinese, *chain.from_iterable(others)]


def _list_of(language: Language, listed: str, taken: frozenset[str]) -> _Lines:
    """A word of Japanese that is also written in Chinese may mean another thing there, and is left to Chinese: 手紙.
    Beside kana it is Japanese: 癌 and がん."""
    lines = groups_of(f"{language.primary}_{listed}")
    if HAN not in language.letters:
        return lines
    own = [[word for word in line if word not in taken] for line in lines]
    if listed in WORDS:
        return own
    kana = [[word for word in line if _KANA.search(word)] for line in own]
    return own + [[word, *others] for line, others in zip(lines, kana, strict=True) for word in line if word in taken]


def _words(lines: _Lines) -> Iterable[str]:
    return (word for line in lines for word in line)


def _numbered(lines: _Lines) -> Groups:
    found: dict[str, tuple[int, ...]] = {}
    for number, words in enumerate(lines):
        for word in words:
            found[word] = (*found.get(word, ()), number)
    return found
