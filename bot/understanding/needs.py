"""What somebody needs who does not ask about a message, as a pure function: help after being cheated, or a person to
talk to. They are told whom to call; nothing is looked up."""

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


def need_of(text: str, core: str) -> Need | None:
    """Tell what somebody needs; news and what warns others are no cries. `core`: the text's significant characters."""
    told = " ".join(folded(text).split())
    if len(told) <= LONGEST_CRY and _is_cry(told):
        return Need.CHEATED
    return Need.PERSON if len(core) <= LONGEST_WISH and _is_wish(core) else None


def _is_cry(told: str) -> bool:
    if _says("warns_others", told):
        return False
    is_close, is_lost = _says("concerned", told), _says("at_a_loss", told)
    if _says("harmed", told):
        return is_close or is_lost
    return _says("given_away", told) and is_close and is_lost


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
