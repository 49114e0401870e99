"""How much writing there is in a text, by its letters alone, whatever they are. (`substance` tells whether a whole
message says anything: "it is" are two words, but little writing.)"""

import regex

from factcheck.matching.scripts import SCRIPTS, SHINGLE, SHORT_SHINGLE

WORDS_IN_A_SHINGLE = 2
"""See `SHINGLE`."""

_COUNTED = regex.compile(r"[\p{L}\p{M}\p{N}]")


def words_in(text: str) -> float:
    """How many words of usual length a text's letters make, of two Chinese characters or some four Latin letters.
    Digits and letters of other scripts count like Latin ones."""
    found = {name: len(pattern.findall(text)) for name, (pattern, _) in SCRIPTS.items()}
    found["Latin"] += len(_COUNTED.findall(text)) - sum(found.values())
    return sum(WORDS_IN_A_SHINGLE * count / SHINGLE.get(name, SHORT_SHINGLE) for name, count in found.items())
