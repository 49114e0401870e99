"""The one list of the languages that Factline speaks.

Beside its entry a language needs: the bot's catalogue (`bot/translations`), what the bot understands of it
(`bot/understanding/lang`), what matching knows of it (`factcheck/matching/text/lang`) and the picture of its menu
(`bot/outbound/menu_pictures`). Web pages have it if there is a catalogue in `editor_ui/translations`.
`tests/rules/test_languages.py` names what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
KANA = "\u3041-\u30ff"


@dataclass(frozen=True)
class Calendar:
    """A count of years that is not the Gregorian one. Days and months are the same."""

    era: str
    """What stands before the year."""
    years_ahead: int


BUDDHIST = Calendar("พ.ศ.", 543)
"""The calendar of Thailand. Babel's dates are Gregorian in every language."""


@dataclass(frozen=True)
class Language:
    tag: str
    """The BCP 47 tag, as stored and as pages and settings name it."""
    name: str
    """The language's name for itself."""
    line_tag: str
    """The tag that LINE's app reports."""
    letters: str
    """Its letters, as the inside of a regular expression's brackets."""
    letters_a_sign: int = 1
    """How many letters say as much as one Chinese or Thai character."""
    own_letters: str = ""
    """Letters that tell it from a language which shares the others; '' where none does."""
    calendar: Calendar | None = None
    """The calendar of its dates; None: Gregorian."""

    @property
    def primary(self) -> str:
        """The tag's first part, which names the modules with the language's words: `zh` of `zh-Hant`."""
        return self.tag.partition("-")[0]

    @property
    def locale(self) -> str:
        """Babel's name of the language, and its folder in `translations`: `zh_Hant`."""
        return self.tag.replace("-", "_")


CHINESE = Language("zh-Hant", "繁體中文", "zh-TW", HAN + KANA)
ENGLISH = Language("en", "English", "en", "A-Za-z", letters_a_sign=4)
JAPANESE = Language("ja", "日本語", "ja", HAN + KANA, own_letters=KANA)
THAI = Language("th", "ไทย", "th", "\u0e00-\u0e7f", calendar=BUDDHIST)

LANGUAGES = (CHINESE, ENGLISH, JAPANESE, THAI)
"""In the order in which people are offered them."""

BY_TAG = {language.tag: language for language in LANGUAGES}
TAGS = tuple(BY_TAG)

FALLBACK = ENGLISH
"""For people whose language we do not speak, and for texts missing from a catalogue: those in the code are English."""


def spoken(tag: str, among: Iterable[Language] = LANGUAGES) -> Language | None:
    """Finds the language of a tag by its first part, so any Chinese (`zh_CN`, `zh-Hans`) is ours."""
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return next((language for language in among if language.primary == primary), None)
