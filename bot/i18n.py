"""The bot's texts in each person's language. English sentences are the message ids."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from factcheck.languages import BY_TAG, FALLBACK, Language, spoken
from factcheck.translations import load_catalogue

TRANSLATIONS = Path(__file__).parent / "translations"
Translate = Callable[[str], str]


def translator(locale: str | None) -> Translate:
    """Return the function from English to `locale`'s text; unknown locales give English."""
    return _catalogue(BY_TAG.get(locale or "", FALLBACK))


def locale_of_line(language: str | None, default: str) -> str:
    """Return our locale for LINE's ('zh-TW', 'en', …); `default` when LINE says nothing."""
    if not language:
        return default
    return (spoken(language) or FALLBACK).tag


def catalogue_path(language: Language) -> Path:
    """English has no file."""
    return TRANSLATIONS / language.locale / "LC_MESSAGES" / "messages.po"


@cache
def _catalogue(language: Language) -> Translate:
    return load_catalogue(catalogue_path(language)).gettext
