"""The languages that Factline speaks: the one list of them, which everything else reads.

A language needs, beside its entry here: the bot's catalogue (`bot/translations`), what the bot understands of it
(`bot/understanding/lang`), what matching knows of it (`factcheck/matching/text/lang`) and the picture of its menu
(`bot/outbound/menu_pictures`). The web pages have those languages for which `editor_ui/translations` has a catalogue.
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
    """The BCP 47 tag by which the language is stored, and which pages and settings name."""
    name: str
    """The language's name for itself."""
    line_tag: str
    """The tag that LINE's app tells for its people."""
    letters: str
    """The letters it is written in, as the inside of a regular expression's brackets."""
    letters_a_sign: int = 1
    """How many letters say as much as one Chinese or Thai character."""
    own_letters: str = ""
    """Those of its letters that tell it from a language which shares the others; '' where no language does."""
    calendar: Calendar | None = None
    """The calendar its dates are written in, where that is not the Gregorian one."""

    @property
    def primary(self) -> str:
        """The tag's first part: `zh` of `zh-Hant`. It names the modules with the language's words."""
        return self.tag.partition("-")[0]

    @property
    def locale(self) -> str:
        """The name by which Babel knows the language, and that of its folder in `translations`: `zh_Hant`."""
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
"""For people whose language we do not speak, and for a text that a catalogue does not have: the texts in the code are
English, so English needs no catalogue."""


def spoken(tag: str, among: Iterable[Language] = LANGUAGES) -> Language | None:
    """The language that a tag means, however the tag goes on: any Chinese (`zh_CN`, `zh-Hans`) is ours. None when it
    is not among them."""
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return next((language for language in among if language.primary == primary), None)
