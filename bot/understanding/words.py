"""What the bot understands, put together from the languages (`bot.understanding.lang`).

Patterns are for texts of which only letters and digits are left, without spaces, in both forms of Chinese. A text is
read word by word and the first that fits is taken, so longer words come before those that they begin with.
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
    """The words of one language. `""` where it has none."""

    talk: Mapping[Talk, str]
    """Small talk, whole texts. A space or a bar parts phrases (a bar where they have spaces in them); upper and lower
    case, punctuation and emoji do not matter, nor does Traditional or Simplified."""
    commands: Mapping[Action, str]
    """What people type in place of a button; written like `talk`."""
    bot_names: str
    """Pattern of how the bot is called."""
    questions: tuple[str, ...]
    """Patterns of questions whether something is true."""
    questions_with_mark: str
    """Pattern of what is such a question if there is a question mark."""
    around_questions: str
    """Pattern of words that stand around such a question."""
    farewells: str
    """Pattern of what sends the bot out of a group, said to it."""
    greetings: str
    """Pattern of what calls the bot, and asks nothing that could be looked up."""
    polite: str
    """Pattern of words around a farewell."""
    polite_end: str
    """Pattern of what people end a command with; it may match nothing."""


@cache
def words_by_language() -> tuple[Words, ...]:
    """Lists the words of each language of the registry. A language with letters of its own beside those it shares
    comes before the one it shares them with: 真 is a word in Chinese, and begins 真実 in Japanese. Raises
    ModuleNotFoundError naming the module that a language lacks."""
    ordered = sorted(LANGUAGES, key=lambda language: not language.own_letters)
    return tuple(import_module(f"bot.understanding.lang.{language.primary}").WORDS for language in ordered)


def pattern_of(part: Callable[[Words], str]) -> str:
    """The alternatives of every language."""
    return "|".join(pattern for words in words_by_language() if (pattern := part(words)))


@cache
def talk_phrases() -> Mapping[Talk, str]:
    """The small talk of every language, as in `Words.talk`. Several of one kind, or of several, one after the other are
    small talk, too: "hello, thank you!" Then the first kind in this order counts."""
    return {talk: "\n".join(words.talk.get(talk, "") for words in words_by_language()) for talk in Talk}


@cache
def command_phrases() -> Mapping[Action, str]:
    """The commands of every language, as in `Words.commands`."""
    found = {action: "\n".join(words.commands.get(action, "") for words in words_by_language()) for action in Action}
    return {action: phrases for action, phrases in found.items() if phrases.strip()}
