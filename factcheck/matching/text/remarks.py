"""Clauses that a sender puts before or behind a message: questions about it, words of their own, and demands, which
nobody has checked when they stand beside a checked message."""

import regex

from factcheck.matching.text.negation import blank
from factcheck.matching.text.words import pattern_of

_DEMAND = regex.compile(pattern_of(lambda words: words.demands))
_URGE = regex.compile(pattern_of(lambda words: words.urges))
_QUESTION = regex.compile(pattern_of(lambda words: words.questions))
_FIRST_PERSON = regex.compile(pattern_of(lambda words: words.first_person))


def demands(text: str) -> bool:
    return _DEMAND.search(text) is not None


def urges(text: str) -> bool:
    """Tells whether a text asks for something, whatever that is."""
    return _URGE.search(text) is not None


def asks(text: str) -> bool:
    return _QUESTION.search(text) is not None


def without_questions(text: str) -> str:
    """Blanks what makes a text a question."""
    return _QUESTION.sub(blank, text)


def is_of_the_sender(text: str) -> bool:
    return _FIRST_PERSON.search(text) is not None
