"""What a text in a private chat is, before anything is looked up, as pure functions.

Small talk and commands are whole short texts, compared after folding: what says more than "thank you" may be worth
checking.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import unquote

import regex

from bot.buttons.menu import Action
from bot.buttons.talk import Need, Talk
from bot.understanding.needs import need_of
from bot.understanding.phrases import is_made_of, phrases_of
from bot.understanding.requests import is_question
from bot.understanding.words import command_phrases, pattern_of, talk_phrases, words_by_language
from factcheck.ids import is_public_id
from factcheck.matching.text.length import says_little
from factcheck.matching.text.normalise import extract_urls, normalise, significant

LONGEST_TALK = 40
"""Significant characters of small talk or a command."""

LONGEST_BESIDE_LINK = 60
"""Significant characters around a link to our article; with more it is a message that names us as its source."""

SOMETHING = "xq"
_POLITE_END = regex.compile(f"(?:{pattern_of(lambda words: words.polite_end)})$")

_COMMAND = regex.compile(r"[/!！／]\p{L}{2,20}")
"""As other bots have them; ours are in `words`."""

_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")


class Kind(StrEnum):
    LOOK_UP = "LOOK_UP"
    TOO_SHORT = "TOO_SHORT"
    NO_WORDS = "NO_WORDS"
    """Punctuation, words that stand for LINE's own emoji, nothing."""
    SMALL_TALK = "SMALL_TALK"
    COMMAND = "COMMAND"
    NEED = "NEED"
    """A cry for help, or for a person."""
    ARTICLE_LINK = "ARTICLE_LINK"
    """The address of an article on our own pages."""


@dataclass(frozen=True)
class Understood:
    kind: Kind
    talk: Talk | None = None
    action: Action | None = None
    article_id: str = ""
    need: Need | None = None
    """Of a text that is looked up: what it may need besides."""

    @property
    def is_request(self) -> bool:
        """Tell whether it only asks about another message."""
        return self.talk == Talk.ASKING


def understand(readable: str, hosts: Collection[str] = ()) -> Understood:
    """Classify a text. `readable`: without mentions and words for LINE's own emoji (`bot.inbound.events.Event`), which
    would make copies look different. `hosts`: names of our own pages, in lower case."""
    article_id = _own_article(readable, hosts)
    if article_id:
        return Understood(Kind.ARTICLE_LINK, article_id=article_id)
    normalised = normalise(readable)
    core = significant(normalised)
    if extract_urls(readable):
        return Understood(Kind.LOOK_UP)
    if not core:
        is_emoji = _EMOJI.search(readable)
        return Understood(Kind.SMALL_TALK, talk=Talk.FINE) if is_emoji else Understood(Kind.NO_WORDS)
    is_short = len(core) <= LONGEST_TALK
    if is_short:
        if action := _commands().get(core) or _commands().get(_POLITE_END.sub("", core)):
            return Understood(Kind.COMMAND, action=action)
        if _COMMAND.fullmatch(readable.strip()):
            return Understood(Kind.COMMAND, action=Action.TUTORIAL)
        if talk := _talk(core):
            return Understood(Kind.SMALL_TALK, talk=talk)
    need = need_of(readable, core)
    if need not in (None, Need.PERHAPS_CHEATED):
        return Understood(Kind.NEED, need=need)
    is_brief = says_little(normalised)
    if is_short and (_is_question(readable) or (not is_brief and is_made_of(core, _request_phrases()))):
        return Understood(Kind.SMALL_TALK, talk=Talk.ASKING)
    if need is not None:
        return Understood(Kind.LOOK_UP, need=need)
    return Understood(Kind.TOO_SHORT if is_brief else Kind.LOOK_UP)


def _own_article(text: str, hosts: Collection[str]) -> str:
    """Returns '' for none, several, or a text with more beside the link."""
    if not hosts:
        return ""
    pattern = _link_pattern(tuple(sorted(hosts)))
    found = {unquote(link[1]) for link in pattern.finditer(text)}
    beside = significant(normalise(pattern.sub(" ", text)))
    article_id = found.pop() if len(found) == 1 and len(beside) <= LONGEST_BESIDE_LINK else ""
    return article_id if is_public_id(article_id) else ""


@cache
def _link_pattern(hosts: tuple[str, ...]) -> re.Pattern[str]:
    """Query string and fragment belong neither to the id nor to what is beside the link. The id is percent-encoded, as
    browsers copy it; a Chinese letter behind it is not part of it."""
    names = "|".join(re.escape(host) for host in hosts)
    return re.compile(
        rf"(?<![\w.@/-])(?:https?://)?(?:{names})(?::\d{{1,5}})?/article/((?:[\w-]|%[0-9a-f]{{2}})+)(?![\w%-])/?(?:[?#][!-~]*)?",
        re.ASCII | re.IGNORECASE,
    )


def _talk(core: str) -> Talk | None:
    """Returns None for a text that is not small talk from beginning to end."""
    phrases = _talk_phrases()
    if not is_made_of(core, frozenset().union(*phrases.values())):
        return None
    alone = next((talk for talk in phrases if is_made_of(core, phrases[talk])), None)
    return alone or next(talk for talk in phrases if any(phrase in core for phrase in phrases[talk]))


def _is_question(text: str) -> bool:
    """Chatter is only taken off where something remains, so something is put before it."""
    return normalise(f"{SOMETHING}\n{text}") == SOMETHING or is_question(text)


@cache
def _talk_phrases() -> dict[Talk, frozenset[str]]:
    return {talk: phrases_of(listed) for talk, listed in talk_phrases().items()}


@cache
def _commands() -> dict[str, Action]:
    return {phrase: action for action, listed in command_phrases().items() for phrase in phrases_of(listed)}


@cache
def _request_phrases() -> frozenset[str]:
    listed = (phrases_of(words.requests) for words in words_by_language())
    return frozenset().union(*listed, *_talk_phrases().values())
