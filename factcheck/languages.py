"""The one list of the languages that Factline speaks.

A language also needs the bot's catalogue (`bot/translations`), what the bot understands (`bot/understanding/lang`),
what matching knows (`factcheck/matching/text/lang`, `factcheck/matching/lexicon/data`), words for pseudonyms
(`factcheck/services/pseudonyms.txt`) and the picture of its menu (`bot/outbound/menu_pictures`); for web pages, a
catalogue in `editor_ui/translations`. English has no catalogues. `tests/rules/test_languages.py` names what is missing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
KANA = "\u3041-\u30ff"


@dataclass(frozen=True)
class Calendar:
    """A count of years; days and months are Gregorian."""

    era: str
    years_ahead: int


BUDDHIST = Calendar("พ.ศ.", 543)
"""Thailand's calendar. Babel's dates are Gregorian in every language."""


@dataclass(frozen=True)
class Language:
    tag: str
    """The BCP 47 tag."""
    name: str
    line_tag: str
    """The tag that LINE's app reports."""
    letters: str
    """The inside of a regular expression's brackets."""
    letters_a_sign: int = 1
    """Letters that say as much as one Chinese or Thai character."""
    own_letters: str = ""
    """Letters that tell it from languages which share the others; '' for none."""
    calendar: Calendar | None = None
    """None: Gregorian."""
    has_spaces: bool = True
    """Between words."""
    adjective_last: bool = False
    """Behind what it describes."""

    @property
    def primary(self) -> str:
        """Returns `zh` of `zh-Hant`, which names modules."""
        return self.tag.partition("-")[0]

    @property
    def locale(self) -> str:
        """Returns Babel's name and the folder in `translations`: `zh_Hant`."""
        return self.tag.replace("-", "_")


CHINESE = Language("zh-Hant", "繁體中文", "zh-TW", HAN + KANA, has_spaces=False)
ENGLISH = Language("en", "English", "en", "A-Za-z", letters_a_sign=4)
JAPANESE = Language("ja", "日本語", "ja", HAN + KANA, own_letters=KANA, has_spaces=False)
THAI = Language("th", "ไทย", "th", "\u0e00-\u0e7f", calendar=BUDDHIST, has_spaces=False, adjective_last=True)

LANGUAGES = (CHINESE, ENGLISH, JAPANESE, THAI)
"""In the order they are offered."""

BY_TAG = {language.tag: language for language in LANGUAGES}
TAGS = tuple(BY_TAG)

FALLBACK = ENGLISH
"""For languages we do not speak and texts missing from a catalogue: those in the code are English."""


def spoken(tag: str, among: Iterable[Language] = LANGUAGES) -> Language | None:
    """Finds a language by the tag's first part, so any Chinese (`zh_CN`, `zh-Hans`) is ours."""
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return next((language for language in among if language.primary == primary), None)


OWN_SHARE = 0.15
"""How many of a text's letters must be a language's own. Chinese borrows a kana now and then (の); Japanese text is
never almost free of them."""


def language_of(text: str) -> Language | None:
    """Guesses the language of a text by its letters, among those that we speak; None without letters."""
    amounts = {language.tag: _amount(text, language) for language in _BY_LETTERS}
    best = max(amounts, key=lambda tag: amounts[tag])
    return BY_TAG[best] if amounts[best] else None


def _amount(text: str, language: Language) -> float:
    """Measures what a language's letters say, in Chinese characters; 0 without enough of its own ones."""
    letters = _count(language.letters, text)
    if language.own_letters and letters and _count(language.own_letters, text) / letters < OWN_SHARE:
        return 0
    return letters / language.letters_a_sign


def _count(letters: str, text: str) -> int:
    return sum(map(len, re.findall(f"[{letters}]+", text)))


# Ties go to the first: Japanese before Chinese, Latin letters last.
_BY_LETTERS = sorted(LANGUAGES, key=lambda language: (language.letters_a_sign, -LANGUAGES.index(language)))
