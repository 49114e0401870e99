"""Words that turn a claim into its opposite, or judge it."""

import regex

from factcheck.matching.text.words import pattern_of

_SIGNS = pattern_of(lambda words: words.negation)
_UNLEARNT = pattern_of(lambda words: words.negation_unlearnt)
_TURNING = pattern_of(lambda words: words.negation_turning)
_NEGATION = regex.compile(_SIGNS)

HARMLESS = regex.compile(pattern_of(lambda words: words.negation_harmless))
ANY_NEGATION = regex.compile(f"{_SIGNS}|{_UNLEARNT}|{_TURNING}")
EDGE_HARMLESS = regex.compile(pattern_of(lambda words: words.edge_harmless))
JUDGEMENT = regex.compile(pattern_of(lambda words: words.judgement))
LIMIT = regex.compile(pattern_of(lambda words: words.limits))


def negations(text: str) -> int:
    """Counts the signs of negation that the pair model has learnt from."""
    return len(_NEGATION.findall(HARMLESS.sub(" ", text)))


def judges(text: str) -> bool:
    return JUDGEMENT.search(HARMLESS.sub(blank, text)) is not None


def blank(match: regex.Match[str]) -> str:
    return " " * len(match.group())
