"""Texts that are made of known phrases from beginning to end, as pure functions."""

from collections.abc import Set

from factcheck.matching.text.normalise import normalise, significant


def is_made_of(core: str, phrases: Set[str]) -> bool:
    """Tell whether a text's significant characters (`core`) can be parted into phrases."""
    longest = max(map(len, phrases), default=0)
    ends = {0}
    for start in range(len(core)):
        if start in ends:
            ends |= {end for end in range(start + 1, start + longest + 1) if core[start:end] in phrases}
    return len(core) in ends


def phrases_of(listed: str) -> frozenset[str]:
    """Fold phrases, written like `words.Words.talk`."""
    lines = listed.strip().splitlines()
    found = (one for line in lines for one in (line.split("|") if "|" in line else line.split()))
    return frozenset(significant(normalise(one)) for one in found) - {""}
