"""What somebody needs who does not ask about a message, as pure functions: help after being cheated, or a person.

They are told whom to call, and unless it may be news nothing is looked up.
"""

from functools import cache

import regex

from bot.buttons.talk import Need
from bot.understanding.phrases import is_made_of, phrases_of
from bot.understanding.requests import folded
from bot.understanding.words import pattern_of, words_by_language

LONGEST_CRY = 80
"""Characters; who writes more tells a story that goes round."""

LONGEST_WISH = 40
"""Significant characters of a text that asks for a person."""

LONGEST_DESPAIR = 60
"""Characters of a text in which somebody says that they do not want to live."""


def need_of(text: str, core: str) -> Need | None:
    """Tell what somebody needs; news and what warns others are no cries. `core`: the text's significant characters."""
    told = " ".join(folded(text).split())
    if len(told) <= LONGEST_DESPAIR and _says("despair", told) and not _says("warns_others", told):
        return Need.DESPAIR
    if _may_be_cry(told):
        return Need.CHEATED if _is_cry(told) else Need.PERHAPS_CHEATED
    return Need.PERSON if len(core) <= LONGEST_WISH and _is_wish(core) else None


def _may_be_cry(told: str) -> bool:
    """Tell whether somebody may have been cheated, or somebody close; it may also be news about such a person."""
    if len(told) > LONGEST_CRY or _says("warns_others", told):
        return False
    if _says("harmed", told):
        return _says("concerned", told) or _says("at_a_loss", told)
    return _says("given_away", told) and _says("concerned", told)


def _is_cry(told: str) -> bool:
    """Tell whether somebody asks what to do now, or speaks of themselves, as news does not."""
    return _says("at_a_loss", told) or (_says("harmed", told) and _says("own", told))


def _says(part: str, told: str) -> bool:
    return _pattern(part).search(told) is not None


def _is_wish(core: str) -> bool:
    people = _phrases("person")
    return any(one in core for one in people) and is_made_of(core, people | _phrases("around_person"))


@cache
def _pattern(part: str) -> regex.Pattern[str]:
    return regex.compile(pattern_of(lambda words: str(getattr(words, part))))


@cache
def _phrases(part: str) -> frozenset[str]:
    return frozenset().union(*(phrases_of(getattr(words, part)) for words in words_by_language()))
