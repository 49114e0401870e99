"""How much a text holds: `words_in` counts its letters alone, whatever they are, for pieces of text; `words_said` tells
whether a whole message says anything ("it is" are two words, but little writing)."""

import regex

from factcheck.matching.text.scripts import SCRIPTS, SHINGLE, SHORT_SHINGLE
from factcheck.matching.text.tokens import UNSPACED

WORDS_IN_A_SHINGLE = 2
"""See `SHINGLE`."""

_COUNTED = regex.compile(r"[\p{L}\p{M}\p{N}]")

# Characters that make a word where words are not spaced. A date, a price or a number to call names something exactly.
_IN_A_WORD = (
    (regex.compile(r"[\p{Han}\p{Hiragana}\p{Bopomofo}\p{Nd}]"), 2),
    (regex.compile(r"\p{Hangul}"), 3),
    (regex.compile(r"[\p{Katakana}ー]"), 5),
    (regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"), 6),
)
_WORD = regex.compile(rf"(?:(?![{UNSPACED}])[\p{{L}}\p{{M}}]['’-]?)+")
_LONG_WORD = 10
"""Letters. Longer ones count as more words: an unspaced script that is not named here is one long word."""


def words_in(text: str) -> float:
    """Counts how many words of usual length a text's letters make, of two Chinese characters or some four Latin
    letters. Digits and letters of other scripts count like Latin ones."""
    found = {name: len(pattern.findall(text)) for name, (pattern, _) in SCRIPTS.items()}
    found["Latin"] += len(_COUNTED.findall(text)) - sum(found.values())
    return sum(WORDS_IN_A_SHINGLE * count / SHINGLE.get(name, SHORT_SHINGLE) for name, count in found.items())


def words_said(text: str) -> float:
    """About how many words a normalised text has. Its length tells little: 蒜能防癌 is a claim, and the Thai word for
    vaccine has six letters."""
    spaced = sum(max(1.0, len(word) / _LONG_WORD) for word in _WORD.findall(text))
    return spaced + sum(len(pattern.findall(text)) / letters for pattern, letters in _IN_A_WORD)
