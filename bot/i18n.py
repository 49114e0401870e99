"""The bot's texts in each person's language. English sentences are the message ids."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from factcheck.translations import load_catalogue

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = {"zh-Hant": "繁體中文", "en": "English", "ja": "日本語", "th": "ไทย"}
"""Our locales, and each language's own name for itself."""

LOCALES = tuple(LANGUAGES)
FALLBACK = "en"
"""For people whose language we do not speak, and for a text that a catalogue does not have."""

Translate = Callable[[str], str]


def translator(locale: str | None) -> Translate:
    """The function from English text to `locale`'s. Unknown locales give English."""
    return _catalogue(locale if locale in LOCALES else FALLBACK)


def locale_of_line(language: str | None, default: str) -> str:
    """Our locale for the language of a LINE app ('zh-TW', 'zh-Hant', 'en', 'ja', ...); `default` when LINE says
    nothing."""
    if not language:
        return default
    primary = language.replace("_", "-").partition("-")[0].lower()
    return next((locale for locale in LOCALES if locale.partition("-")[0] == primary), FALLBACK)


@cache
def _catalogue(locale: str) -> Translate:
    return load_catalogue(TRANSLATIONS, locale).gettext
