"""Conversations as pure functions: what a pressed button means, given the question it belongs to.

A question is a row (`factcheck.models.Dialogue`); its buttons carry `1:<dialogue id>:<choice>`, some 20 characters.
They therefore work after a restart, in any language and in any later release, and say nothing to who forges one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

LIFE = timedelta(days=7)
"""How long the buttons of a question work."""

ID_LENGTH = 12
FORMAT = re.compile(r"1:([0-9a-z]{12}):([a-z]+|[0-9]{1,2})")


MESSAGE_KEYS = ("text", "match_id", "message_id", "company")
"""How a question holds a message that the person sent: its text, the id of its `Match`, LINE's id (may be None), and,
if it belongs together with others, which (`bot.private.burst_question`). Questions about several hold `messages`, a
list of such; {} where one was taken back or published."""

Sent = dict[str, Any]
"""A message as questions hold it: MESSAGE_KEYS and their values."""

KEPT_WHEN_CLOSED = ("last_choice", "article_ids")
"""What tells a repeated press from an unknown button."""


class State(StrEnum):
    """The questions the bot asks. Their data; "a message" stands for MESSAGE_KEYS."""

    CHOOSING = "CHOOSING"
    """Which of these messages is the one? data: a message, article_ids"""
    SOURCE = "SOURCE"
    """Was it forwarded, or typed? data: a message"""
    CONSENT = "CONSENT"
    """May we publish it? data: a message"""
    WAITING = "WAITING"
    """We know it, nobody has replied. data: article_id, and a message if the person sent one"""
    RATING = "RATING"
    """Did the reply help? data: article_id, reply_id, and a message if the person sent one"""
    TOGETHER = "TOGETHER"
    """Do these messages, sent within a moment, belong together? data: messages"""
    SEPARATE = "SEPARATE"
    """Which of these shall be looked at now? data: messages, by number"""
    FOUND = "FOUND"
    """These are the articles for messages that belong together. data: messages, by number, each with its article_id"""
    CONSENT_ALL = "CONSENT_ALL"
    """May we publish these, which belong together? data: messages"""
    ERASING = "ERASING"
    """Shall everything that the person sent be deleted? data: nothing"""
    WRITING = "WRITING"
    """Please write (`bot.private.contribute`). data: purpose, article_id, reply_id"""
    ADDING = "ADDING"
    """Is this what you wanted to write? data: a message, purpose, article_id, reply_id"""


class Choice(StrEnum):
    """Choices that are not a number in a list."""

    NONE = "none"
    """None of these; not what I sent."""
    FORWARDED = "forwarded"
    TYPED = "typed"
    EACH = "each"
    """Neither all nor none: one by one."""
    YES = "yes"
    NO = "no"
    UP = "up"
    DOWN = "down"


class Act(StrEnum):
    """What to do about a pressed button."""

    SHOW_ARTICLE = "SHOW_ARTICLE"
    ASK_SOURCE = "ASK_SOURCE"
    ASK_CONSENT = "ASK_CONSENT"
    SUBMIT = "SUBMIT"
    DECLINE = "DECLINE"
    VOTE = "VOTE"
    TAKE_TOGETHER = "TAKE_TOGETHER"
    LIST_SEPARATELY = "LIST_SEPARATELY"
    TAKE_ONE = "TAKE_ONE"
    SHOW_FOUND = "SHOW_FOUND"
    SUBMIT_ALL = "SUBMIT_ALL"
    DECLINE_ALL = "DECLINE_ALL"
    ERASE = "ERASE"
    KEEP = "KEEP"
    STOP_WRITING = "STOP_WRITING"
    ADD = "ADD"
    CHECK_INSTEAD = "CHECK_INSTEAD"
    SAY_REPEATED = "SAY_REPEATED"
    SAY_EXPIRED = "SAY_EXPIRED"
    SAY_UNKNOWN = "SAY_UNKNOWN"


TRANSITIONS: dict[tuple[State, str], Act] = {
    (State.CHOOSING, Choice.NONE): Act.ASK_SOURCE,
    (State.WAITING, Choice.NONE): Act.ASK_SOURCE,
    (State.SOURCE, Choice.FORWARDED): Act.ASK_CONSENT,
    (State.SOURCE, Choice.TYPED): Act.ASK_CONSENT,
    (State.CONSENT, Choice.YES): Act.SUBMIT,
    (State.CONSENT, Choice.NO): Act.DECLINE,
    (State.RATING, Choice.UP): Act.VOTE,
    (State.RATING, Choice.DOWN): Act.VOTE,
    (State.RATING, Choice.NONE): Act.ASK_SOURCE,
    (State.TOGETHER, Choice.YES): Act.TAKE_TOGETHER,
    (State.TOGETHER, Choice.NO): Act.LIST_SEPARATELY,
    (State.CONSENT_ALL, Choice.YES): Act.SUBMIT_ALL,
    (State.CONSENT_ALL, Choice.EACH): Act.LIST_SEPARATELY,
    (State.CONSENT_ALL, Choice.NO): Act.DECLINE_ALL,
    (State.ERASING, Choice.YES): Act.ERASE,
    (State.ERASING, Choice.NO): Act.KEEP,
    (State.WRITING, Choice.NONE): Act.STOP_WRITING,
    (State.ADDING, Choice.YES): Act.ADD,
    (State.ADDING, Choice.NO): Act.CHECK_INSTEAD,
}

NUMBERED = {
    State.CHOOSING: Act.SHOW_ARTICLE,
    State.SEPARATE: Act.TAKE_ONE,
    State.FOUND: Act.SHOW_FOUND,
}
"""What the numbered buttons of a question do."""

CLOSING = (
    Act.ASK_SOURCE,
    Act.ASK_CONSENT,
    Act.SUBMIT,
    Act.DECLINE,
    Act.TAKE_TOGETHER,
    Act.LIST_SEPARATELY,
    Act.SUBMIT_ALL,
    Act.DECLINE_ALL,
    Act.ERASE,
    Act.KEEP,
    Act.STOP_WRITING,
    Act.ADD,
    Act.CHECK_INSTEAD,
)
"""Acts after which the question is answered for good. Candidates can be looked at one after the other, and a rating
can be changed."""


@dataclass(frozen=True)
class Pressed:
    dialogue_id: str
    choice: str


@dataclass(frozen=True)
class Question:
    """What the decision needs to know of a dialogue."""

    state: str
    candidates: int
    """How many numbered choices it has."""
    closed: bool
    expired: bool
    last_choice: str | None
    can_resubmit: bool
    """It holds the message, so that "not what I sent" can go on from here."""


def message_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The message alone, for the next question about it; {} when the question holds none."""
    return {key: data[key] for key in MESSAGE_KEYS if key in data}


def without(data: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """A question's data without the message whose `match_id` or `message_id` is `value`. Of several it leaves an empty
    place, since buttons carry numbers."""
    left = dict(data)
    if key in data and data[key] == value:
        left = {name: data[name] for name in KEPT_WHEN_CLOSED if name in data}
    if "messages" in data:
        left["messages"] = [{} if message.get(key) == value else message for message in data["messages"]]
    return left


def holds_a_message(data: Mapping[str, Any]) -> bool:
    return "text" in data or any(data.get("messages", []))


def encode(dialogue_id: str, choice: str | int) -> str:
    return f"1:{dialogue_id}:{choice}"


def decode(data: str | None) -> Pressed | None:
    """None for anything that is not ours, whatever it is."""
    found = FORMAT.fullmatch(data or "")
    return Pressed(found[1], found[2]) if found else None


def decide(question: Question | None, choice: str) -> Act:
    """`question` is None when there is no such dialogue, or it is another person's."""
    if question is None:
        return Act.SAY_UNKNOWN
    if question.expired:
        return Act.SAY_EXPIRED
    act = _act(question, choice)
    if act != Act.SAY_UNKNOWN and (question.closed or choice == question.last_choice):
        return Act.SAY_REPEATED
    return act


def _act(question: Question, choice: str) -> Act:
    try:
        state = State(question.state)
    except ValueError:
        return Act.SAY_UNKNOWN
    if choice.isdecimal() and int(choice) < question.candidates:
        return NUMBERED.get(state, Act.SAY_UNKNOWN)
    act = TRANSITIONS.get((state, choice), Act.SAY_UNKNOWN)
    if act == Act.ASK_SOURCE and not question.can_resubmit and not question.closed:
        return Act.SAY_UNKNOWN
    return act
