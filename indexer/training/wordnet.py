"""English synonyms out of the files of WordNet: words of which a set of synonyms is the first meaning."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

PARTS = ("noun", "verb", "adj", "adv")
MOST_MEANINGS = {"noun": 4, "verb": 3, "adj": 4, "adv": 4}
"""Meanings of a word that is taken for its second one."""
_QUANTITIES, _TIMES = 23, 28
"""Numbers of WordNet's files: a century is a hundred of anything there, a second a moment."""
_WORD = re.compile(r"[a-z][a-z'-]+")
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Word:
    synsets: tuple[str, ...]
    """The most frequent meaning first."""
    seen: int
    """Meanings that WordNet's own texts have."""


def wordnet_groups(folder: Path) -> list[tuple[str, ...]]:
    """Groups of which any two are synonyms, in every form; sorted."""
    found: set[tuple[str, ...]] = set()
    for part in PARTS:
        words = dict(_words((folder / f"index.{part}").read_text(encoding="utf-8").split("\n")))
        irregular = _irregular((folder / f"{part}.exc").read_text(encoding="utf-8").split("\n"))
        for synset, members in _synsets((folder / f"data.{part}").read_text(encoding="utf-8").split("\n")):
            for group in _groups(part, synset, members, words):
                found |= {*_in_every_form(part, group, irregular)}
    return sorted(found)


def _words(lines: Iterable[str]) -> Iterator[tuple[str, Word]]:
    for line in lines:
        if line and not line.startswith(" "):
            fields = line.split()
            pointers = int(fields[3])
            yield fields[0], Word(tuple(fields[6 + pointers :]), int(fields[5 + pointers]))


def _synsets(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Single words in lower case: names and phrases are left to lists written by hand."""
    for line in lines:
        if line and not line.startswith(" "):
            fields = line.split()
            if int(fields[1]) not in (_QUANTITIES, _TIMES):
                members = [fields[4 + 2 * number].partition("(")[0] for number in range(int(fields[3], 16))]
                yield fields[0], [word for word in members if _WORD.fullmatch(word)]


def _groups(
    part: str, synset: str, members: Sequence[str], words: Mapping[str, Word]
) -> Iterator[tuple[tuple[str, int], ...]]:
    """Lets one word of a group mean it in the second place; some word of it must be one that texts have."""
    first, second = [], []
    for word in members:
        synsets = words[word].synsets
        if synsets[0] == synset:
            first.append((word, words[word].seen))
        elif synset in synsets[:2] and len(synsets) <= MOST_MEANINGS[part]:
            second.append((word, words[word].seen))
    for group in [first] if not second else [[*first, word] for word in second]:
        if len(group) > 1 and any(seen for _, seen in group):
            yield tuple(group)


def _irregular(lines: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        form, *bases = line.split() or [""]
        for base in bases:
            found[base].append(form)
    return found


def _in_every_form(
    part: str, group: Sequence[tuple[str, int]], irregular: Mapping[str, list[str]]
) -> Iterator[tuple[str, ...]]:
    bases = [word for word, _ in group]
    forms = [tuple(bases)]
    if part == "noun":
        forms.append(tuple(_plural(word, irregular) for word in bases))
    if part == "verb":
        forms.append(tuple(_with_s(word) for word in bases))
        forms.append(tuple(_participle(word, irregular) for word in bases))
        forms += product(*(_past(word, irregular) for word in bases))
    for words in forms:
        if len({*words}) > 1:
            yield tuple(sorted({*words}))


def _plural(word: str, irregular: Mapping[str, list[str]]) -> str:
    return irregular.get(word, [_with_s(word)])[0]


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _participle(word: str, irregular: Mapping[str, list[str]]) -> str:
    if listed := [form for form in irregular.get(word, []) if form.endswith("ing")]:
        return listed[0]
    if word.endswith("e") and not word.endswith(("ee", "ye", "oe")):
        return word[:-1] + "ing"
    return word + "ing"


def _past(word: str, irregular: Mapping[str, list[str]]) -> list[str]:
    if listed := [form for form in irregular.get(word, []) if not form.endswith(("ing", "s"))]:
        return listed[:2]
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [word[:-1] + "ied"]
    return [word + ("d" if word.endswith("e") else "ed")]
