"""Naming a text's language to somebody who may not read it."""

import regex
from babel import Locale

from bot.i18n import Translate
from factcheck.languages import BY_TAG, ENGLISH, FALLBACK, Language, language_of

_ENGLISH_WORDS = regex.compile(r"\b(?:the|and|of|to|is|in|are|that|this|for|not|you|it|a)\b", regex.IGNORECASE)
"""Many languages are written in Latin letters."""


def foreign_language(t: Translate, locale: str, text: str, *more: str) -> str | None:
    """Return the name of a text's language in the person's; None if it is their own, or that of `more` texts of
    theirs."""
    found = language_of(text)
    read = {locale, *(language.tag for one in more if (language := language_of(one)))}
    if found is None or found.tag in read:
        return None
    return _name(t, locale, found, text)


def _name(t: Translate, locale: str, language: Language, text: str) -> str:
    if language == ENGLISH and not _ENGLISH_WORDS.search(text):
        return t("another language")
    names = Locale.parse(BY_TAG.get(locale, FALLBACK).locale).languages
    return str(names.get(language.primary) or language.name)
