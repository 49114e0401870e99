"""What matching knows of each language, from `factcheck.matching.text.lang`.

Lists are for normalised text (simplified characters, NFKC, lower case) unless they are "as written" by people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from factcheck.languages import LANGUAGES, Language


@dataclass(frozen=True)
class Words:
    """The words of one language; empty where it has none, or none are known."""

    chatter_words: Mapping[str, str] = field(default_factory=dict)
    """Words as written, by the name that chatter patterns use (`{forward}`). Lists under one name are joined."""
    chatter_segments: tuple[str, ...] = ()
    """Patterns as written: segments that are chatter as a whole."""
    chatter_lines: tuple[str, ...] = ()
    """Patterns as written: a message's origin, and what mail and chat programs add."""
    mail_fields: str = ""
    """Pattern as written: fields of a mail's header."""
    mail_fields_too: str = ""
    """Those that a notice may have, too."""

    negation: str = ""
    """Pattern of signs that the pair model has learnt from."""
    negation_unlearnt: str = ""
    """Pattern of others."""
    negation_turning: str = ""
    """Pattern of what turns a claim when it replaces another word. Warnings ("avoid", "lest") can so replace each
    other."""
    negation_harmless: str = ""
    """Pattern of words in which a sign negates nothing."""
    edge_harmless: str = ""
    """The same at the edges of a claim, where people ask, wonder and urge."""
    judgement: str = ""
    """Pattern of judgements on the claim, in its sentence or another."""
    limits: str = ""
    """Pattern of what makes a clause limit or deny the one beside it."""
    questions: str = ""
    """Pattern of what makes a clause a question."""
    first_person: str = ""
    demands: str = ""
    """Pattern of what a message asks for: money, secrets, papers, to call, open, install or sign up."""
    urges: str = ""
    """Pattern of how something is asked for, whatever it is."""

    units: str = ""
    """A unit a line: its name for all languages, then spellings. A middle dot is a space."""
    units_in_words: str = ""
    """Spellings that are also parts of other words."""
    counters: str = ""
    """Classifiers, behind a single digit."""
    months: str = ""
    """Names and number of each month, parted by bars."""
    date_words: Mapping[str, str] = field(default_factory=dict)
    """Keys of `text.dates` and their words. A middle dot is a space."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    before_numbers: Mapping[str, str] = field(default_factory=dict)
    """Words before a quantity, by their meaning in `text.beside`. A middle dot is a space."""
    behind_numbers: Mapping[str, str] = field(default_factory=dict)
    no_numbers: str = ""
    """Words with numerals that count nothing."""


OTHERS = "others"
"""Languages that people write in and Factline does not speak."""


@cache
def words_of(language: Language) -> Words:
    """Raises ModuleNotFoundError for a language without a module."""
    return _load(language.primary)


@cache
def words_by_language() -> tuple[Words, ...]:
    """Lists the words in the registry's order, then the others. The order counts where patterns overlap: 禁 before
    禁止."""
    return (*map(words_of, LANGUAGES), _load(OTHERS))


def pattern_of(part: Callable[[Words], str]) -> str:
    return "|".join(pattern for words in words_by_language() if (pattern := part(words)))


def list_of(part: Callable[[Words], str]) -> list[str]:
    return [word for words in words_by_language() for word in part(words).split()]


def _load(module: str) -> Words:
    words: Words = import_module(f"factcheck.matching.text.lang.{module}").WORDS
    return words
