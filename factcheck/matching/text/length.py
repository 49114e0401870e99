"""How much a text holds: `words_in` counts letters of pieces; `words_said` weighs a whole message ("it is" says
little)."""

import regex

from factcheck.matching.text.scripts import SCRIPTS, SHINGLE, SHORT_SHINGLE
from factcheck.matching.text.tokens import UNSPACED

WORDS_IN_A_SHINGLE = 2

SAYS_LITTLE = 1.5
"""Words (`words_said`). In Chinese that is three characters."""

_COUNTED = regex.compile(r"[\p{L}\p{M}\p{N}]")

# Characters of a word where words are not spaced. Digits count: dates, prices and phone numbers are exact.
_IN_A_WORD = (
    (regex.compile(r"[\p{Han}\p{Hiragana}\p{Bopomofo}\p{Nd}]"), 2),
    (regex.compile(r"\p{Hangul}"), 3),
    (regex.compile(r"[\p{Katakana}ー]"), 5),
    (regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"), 6),
)
_WORD = regex.compile(rf"(?:(?![{UNSPACED}])[\p{{L}}\p{{M}}]['’-]?)+")
_LONG_WORD = 10
"""Letters. Longer words count as several, for unspaced scripts not named here."""


def words_in(text: str) -> float:
    """Counts words of usual length: two Chinese characters or some four Latin letters, digits or letters of other
    scripts."""
    found = {name: len(pattern.findall(text)) for name, (pattern, _) in SCRIPTS.items()}
    found["Latin"] += len(_COUNTED.findall(text)) - sum(found.values())
    return sum(WORDS_IN_A_SHINGLE * count / SHINGLE.get(name, SHORT_SHINGLE) for name, count in found.items())


def words_said(text: str) -> float:
    """Estimates the words of a normalised text, by script: 蒜能防癌 is a claim, Thai "vaccine" has six letters."""
    spaced = sum(max(1.0, len(word) / _LONG_WORD) for word in _WORD.findall(text))
    return spaced + sum(len(pattern.findall(text)) / letters for pattern, letters in _IN_A_WORD)


def says_little(text: str) -> bool:
    """Tells whether a normalised text is too short to be looked up."""
    return words_said(text) <= SAYS_LITTLE
