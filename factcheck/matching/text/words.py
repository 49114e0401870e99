"""What matching knows of each language, put together from `factcheck.matching.text.lang`.

Lists are for normalised text (simplified characters, NFKC, lower case) unless they say otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from factcheck.languages import LANGUAGES, Language


@dataclass(frozen=True)
class Words:
    """The words of one language. A list is empty where the language has none, or none are known."""

    chatter_words: Mapping[str, str] = field(default_factory=dict)
    """Words of one kind, by the name that patterns of chatter call them with: `{forward}`. Those of all languages that
    have one name are one list. As people write them."""
    chatter_segments: tuple[str, ...] = ()
    """Patterns, as people write them. Each is one kind of segment that is chatter as a whole."""
    chatter_lines: tuple[str, ...] = ()
    """The same of lines: where a message came from, and what programs for mail and chat add."""
    mail_fields: str = ""
    """Pattern of the names of a mail's fields that stand in nothing else; as people write them."""
    mail_fields_too: str = ""
    """Pattern of those that may stand in a notice, too."""

    negation: str = ""
    """Pattern of the signs of negation that the pair model has learnt from."""
    negation_unlearnt: str = ""
    """Pattern of others."""
    negation_turning: str = ""
    """Pattern of what turns a claim when it stands in the place of another word. Those that only warn ("avoid", "lest")
    are on the list so that one of them can stand for the other."""
    negation_harmless: str = ""
    """Pattern of words in which a sign of negation negates nothing."""
    edge_harmless: str = ""
    """The same before or behind the claim, where people also ask, wonder and urge."""
    judgement: str = ""
    """Pattern of what judges the claim, in a sentence of its own or not."""

    units: str = ""
    """Units with their spellings, a line each: the name of the amount (one for all languages), then the spellings. A
    middle dot is a space."""
    units_in_words: str = ""
    """Those of the spellings that stand in other words, too."""
    counters: str = ""
    """Words that count things, behind a single digit."""
    below_zero: str = ""
    """Pattern of what makes the number behind it negative."""
    months: str = ""
    """Names of each month and its number, parted by bars. Which dates they stand in is in `text.dates`."""
    date_words: Mapping[str, str] = field(default_factory=dict)
    """What a word says of a date (keys as in `text.dates`) and the words that say it. A middle dot is a space."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Words for numbers. How they are put together is in `text.number_words`."""


OTHERS = "others"
"""The module of languages that people send messages in, and Factline does not speak."""


@cache
def words_of(language: Language) -> Words:
    """Raises ModuleNotFoundError naming the module that the language lacks."""
    return _load(language.primary)


@cache
def words_by_language() -> tuple[Words, ...]:
    """Lists the words of each language of the registry, in its order, and of the others. The order counts where a
    pattern of one language begins with what is a word in another: 禁 before 禁止."""
    return (*map(words_of, LANGUAGES), _load(OTHERS))


def pattern_of(part: Callable[[Words], str]) -> str:
    """The alternatives of every language."""
    return "|".join(pattern for words in words_by_language() if (pattern := part(words)))


def list_of(part: Callable[[Words], str]) -> list[str]:
    """The words of every language."""
    return [word for words in words_by_language() for word in part(words).split()]


def _load(module: str) -> Words:
    words: Words = import_module(f"factcheck.matching.text.lang.{module}").WORDS
    return words
