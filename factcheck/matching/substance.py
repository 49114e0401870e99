"""How much a whole message says, whatever it is written in. (`amount` counts by letters alone, for pieces of text.)"""

import regex

from factcheck.matching.tokens import UNSPACED

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


def words_said(text: str) -> float:
    """About how many words a normalised text has. Its length tells little: 蒜能防癌 is a claim, and the Thai word for
    vaccine has six letters."""
    spaced = sum(max(1.0, len(word) / _LONG_WORD) for word in _WORD.findall(text))
    return spaced + sum(len(pattern.findall(text)) / letters for pattern, letters in _IN_A_WORD)
