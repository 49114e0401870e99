"""What the bot understands, from all languages (`bot.understanding.lang`).

Patterns are for letters and digits alone, without spaces, in both forms of Chinese. The first word that fits is taken,
so longer words come before those that they begin with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from bot.buttons.menu import Action
from bot.buttons.talk import Talk
from factcheck.languages import LANGUAGES


@dataclass(frozen=True)
class Words:
    """The words of one language; '' where it has none."""

    talk: Mapping[Talk, str]
    """Phrases parted by spaces, or by bars where they have spaces in them. Case, punctuation, emoji and the form of
    Chinese do not matter."""
    commands: Mapping[Action, str]
    """What people type in place of a button; written like `talk`."""
    bot_names: str
    questions: tuple[str, ...]
    """Patterns of questions whether something is true."""
    questions_with_mark: str
    """Such a question only with a question mark."""
    around_questions: str
    """Words around such a question."""
    farewells: str
    """What sends the bot out of a group."""
    greetings: str
    """What calls the bot, and asks nothing that could be looked up."""
    polite: str
    """Words around a farewell."""
    polite_end: str
    """What people end a command with; may match nothing."""
    requests: str
    """Words of which a text is made that only asks about another message; written like `talk`."""
    person: str
    """People instead of a program, and words by which one asks for them; written like `talk`."""
    around_person: str
    """The rest of such a text."""
    harmed: str
    """Pattern, in a text with its spaces, of having been cheated."""
    given_away: str
    """Pattern of having paid or told a secret, which need not be harm."""
    concerned: str
    """Pattern of whom it happened to: the person, or somebody close."""
    own: str
    """Pattern of speaking of oneself and one's own, as news does not."""
    despair: str
    """Pattern of not wanting to live."""
    at_a_loss: str
    """Pattern of asking what to do now."""
    warns_others: str
    """Pattern of what goes round: news, warnings, what is to be passed on."""


@cache
def words_by_language() -> tuple[Words, ...]:
    """Put a language with letters of its own before the one with which it shares others: 真 is a word in Chinese, and
    begins 真実 in Japanese. Raises ModuleNotFoundError for a language without a module."""
    ordered = sorted(LANGUAGES, key=lambda language: not language.own_letters)
    return tuple(import_module(f"bot.understanding.lang.{language.primary}").WORDS for language in ordered)


def pattern_of(part: Callable[[Words], str]) -> str:
    return "|".join(pattern for words in words_by_language() if (pattern := part(words)))


@cache
def talk_phrases() -> Mapping[Talk, str]:
    """Put the kinds in the order they count for a text with several."""
    return {talk: "\n".join(words.talk.get(talk, "") for words in words_by_language()) for talk in Talk}


@cache
def command_phrases() -> Mapping[Action, str]:
    found = {action: "\n".join(words.commands.get(action, "") for words in words_by_language()) for action in Action}
    return {action: phrases for action, phrases in found.items() if phrases.strip()}
