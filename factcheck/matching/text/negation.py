"""Words that turn a claim into its opposite, or judge it, in normalised text.

Lists of this project, one for each language (`text.lang`). What stands in a text in Chinese characters, Thai, Korean or
kana has no spaces between words, so these are looked for as parts; words in Latin and Arabic letters as a whole.
"""

import regex

from factcheck.matching.text.words import pattern_of

_SIGNS = pattern_of(lambda words: words.negation)
_UNLEARNT = pattern_of(lambda words: words.negation_unlearnt)
_TURNING = pattern_of(lambda words: words.negation_turning)
_NEGATION = regex.compile(_SIGNS)

HARMLESS = regex.compile(pattern_of(lambda words: words.negation_harmless))
"""Words in which a sign of negation negates nothing."""
ANY_NEGATION = regex.compile(f"{_SIGNS}|{_UNLEARNT}|{_TURNING}")
"""Within words that are the same."""
EDGE_HARMLESS = regex.compile(pattern_of(lambda words: words.edge_harmless))
"""Before or behind the claim, where people also ask, wonder and urge."""
JUDGEMENT = regex.compile(pattern_of(lambda words: words.judgement))
"""What judges the claim, in a sentence of its own or not."""
EDGE_NEGATION = regex.compile(f"{_SIGNS}|{_UNLEARNT}|{JUDGEMENT.pattern}")


def negations(text: str) -> int:
    """Counts the signs of negation in a normalised text, of those that the pair model has learnt from."""
    return len(_NEGATION.findall(HARMLESS.sub(" ", text)))


def blank(match: regex.Match[str]) -> str:
    return " " * len(match.group())
