"""`python -m indexer lexicon`: makes the small tables of Chinese words out of the dictionary CC-CEDICT."""

import argparse
from collections import defaultdict

from factcheck.matching.lexicon.tables import DATA, groups_of
from factcheck.settings import Settings
from indexer.training.glosses import english_words, read_entries, readings, synonym_groups

HEAD = """# {what}
# Made from CC-CEDICT (https://cc-cedict.org, the work of its editors and of MDBG) by `python -m indexer lexicon`,
# and shared under the same licence, CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/).
"""
LEAST_SEEN = 2
"""Glosses in which an English word stands that is no slip."""


def make_tables(_settings: Settings, options: argparse.Namespace) -> int:
    with options.cedict.open(encoding="utf-8") as file:
        found = list(read_entries(line for line in file if not line.startswith("#")))
    groups = [" ".join(group) for group in synonym_groups(found, _siblings())]
    _write("zh_glosses", "Words that share whole glosses: a group a line.", groups)
    read = [f"{reading} {characters}" for reading, characters in readings(found).items()]
    _write("zh_readings", "Characters by how they are read, without the tone.", read)
    _write("en_words", "English words of the glosses.", _filled(english_words(found, LEAST_SEEN)))
    print(f"{len(groups)} groups of {len(found)} entries")
    return 0


def _siblings() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for words in groups_of("zh_opposites"):
        for word in words:
            found[word] |= {*words} - {word}
    return {word: frozenset(others) for word, others in found.items()}


def _write(name: str, what: str, lines: list[str]) -> None:
    path = DATA / f"{name}.txt"
    path.write_text(HEAD.format(what=what) + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")


def _filled(words: list[str], a_line: int = 20) -> list[str]:
    return [" ".join(words[start : start + a_line]) for start in range(0, len(words), a_line)]
