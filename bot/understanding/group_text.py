"""What a text in a group is, before anything is looked up, as pure functions."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import regex

from bot.buttons.talk import Need, Talk
from bot.inbound.events import Event
from bot.understanding.private_text import Kind as Understanding
from bot.understanding.private_text import understand
from bot.understanding.requests import folded, is_question, letters_of
from bot.understanding.words import pattern_of
from factcheck.matching.text.normalise import extract_urls, normalise, significant

LONGEST_TALK = 10
"""Significant characters of a text without a link that is not looked up unasked (Cofacts' rule)."""


class GroupTextKind(StrEnum):
    LEAVE = "LEAVE"
    INTRODUCE = "INTRODUCE"
    """The bot is called, and asked nothing that could be looked up."""
    ASKED = "ASKED"
    ASKED_QUOTING = "ASKED_QUOTING"
    """`Heard.text` is to be looked up if the quoted message is not known."""
    WONDERED = "WONDERED"
    """Somebody asks, perhaps not us, whether the quoted message is true."""
    OVERHEARD = "OVERHEARD"
    """Said to others, and long enough to be a message that goes round."""
    TALK = "TALK"


@dataclass(frozen=True)
class Heard:
    kind: GroupTextKind
    text: str = ""
    """To be looked up; '' when there is nothing."""
    article_id: str = ""
    """The article whose address `text` is."""
    need: Need | None = None
    """Of who calls the bot."""


_NAMES = pattern_of(lambda words: words.bot_names)
_AT_NAME = regex.compile(rf"^\s*[@＠](?:{_NAMES})(?![\p{{L}}\p{{N}}])[\s,，、:：]*", regex.IGNORECASE)
"""Written where an app cannot mention."""


def hear(event: Event, hosts: Collection[str] = ()) -> Heard:
    """Classify the text of an event. `hosts`: names of our own pages, in lower case."""
    readable = event.readable or ""
    text = _AT_NAME.sub("", readable)
    called = event.mentions_bot or text != readable
    letters = letters_of(text)
    rest = regex.sub(_NAMES, "", letters)
    if (called or rest != letters) and _LEAVE.fullmatch(rest):
        return Heard(GroupTextKind.LEAVE)
    if called:
        return _asked(text, hosts, quoting=event.quoted_message_id is not None)
    if rest != letters and _HELLO.fullmatch(rest):
        return Heard(GroupTextKind.INTRODUCE)
    if event.quoted_message_id and is_question(text):
        return Heard(GroupTextKind.WONDERED)
    if len(significant(normalise(text))) > LONGEST_TALK or extract_urls(text):
        return Heard(GroupTextKind.OVERHEARD, text)
    return Heard(GroupTextKind.TALK)


def _asked(text: str, hosts: Collection[str], *, quoting: bool) -> Heard:
    understood = understand(text, hosts)
    if understood.kind == Understanding.NEED:
        return Heard(GroupTextKind.INTRODUCE, need=understood.need)
    looked_up = understood.kind in (Understanding.LOOK_UP, Understanding.ARTICLE_LINK) and not is_question(text)
    if quoting:
        return Heard(GroupTextKind.ASKED_QUOTING, text if looked_up else "", understood.article_id)
    if looked_up:
        return Heard(GroupTextKind.ASKED, text, understood.article_id)
    return Heard(GroupTextKind.TALK if understood.talk in (Talk.THANKS, Talk.FINE) else GroupTextKind.INTRODUCE)


_FAREWELLS = pattern_of(lambda words: words.farewells)
_POLITE = pattern_of(lambda words: words.polite)
_LEAVE = regex.compile(folded(f"(?:{_POLITE})*+(?:{_FAREWELLS})(?:{_FAREWELLS}|{_POLITE})*+"))
_HELLO = regex.compile(folded(f"(?:{pattern_of(lambda words: words.greetings)})++"))
