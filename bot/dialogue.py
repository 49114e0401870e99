"""Conversations as pure functions: what a pressed button means, given the question it belongs to.

A question is a row (`factcheck.models.Dialogue`); its buttons carry `1:<dialogue id>:<choice>`, some 20 characters.
They therefore work after a restart, in any language and in any later release, and say nothing to who forges one.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LIFE = timedelta(days=7)
"""How long the buttons of a question work."""

ID_LENGTH = 12
FORMAT = re.compile(r"1:([0-9a-z]{12}):([a-z]+|[0-9]{1,2})")


class State(StrEnum):
    """The questions the bot asks."""

    CHOOSING = "CHOOSING"
    """Which of these messages is the one? data: text, article_ids, match_id"""
    SOURCE = "SOURCE"
    """Was it forwarded, or typed? data: text, match_id"""
    CONSENT = "CONSENT"
    """May we publish it? data: text, match_id"""
    WAITING = "WAITING"
    """We know it, nobody has replied. data: article_id, and text, match_id if the person sent a message"""
    RATING = "RATING"
    """Did the reply help? data: article_id, reply_id, and text, match_id if the person sent a message"""


class Choice(StrEnum):
    """Choices that are not a number in a list."""

    NONE = "none"
    """None of these; not what I sent."""
    FORWARDED = "forwarded"
    TYPED = "typed"
    YES = "yes"
    NO = "no"
    UP = "up"
    DOWN = "down"


class Act(StrEnum):
    """What to do about a pressed button."""

    SHOW_ARTICLE = "SHOW_ARTICLE"
    ASK_SOURCE = "ASK_SOURCE"
    ASK_CONSENT = "ASK_CONSENT"
    ASK_CONSENT_TYPED = "ASK_CONSENT_TYPED"
    SUBMIT = "SUBMIT"
    DECLINE = "DECLINE"
    VOTE_UP = "VOTE_UP"
    VOTE_DOWN = "VOTE_DOWN"
    SAY_REPEATED = "SAY_REPEATED"
    SAY_EXPIRED = "SAY_EXPIRED"
    SAY_UNKNOWN = "SAY_UNKNOWN"


TRANSITIONS: dict[tuple[State, str], Act] = {
    (State.CHOOSING, Choice.NONE): Act.ASK_SOURCE,
    (State.WAITING, Choice.NONE): Act.ASK_SOURCE,
    (State.SOURCE, Choice.FORWARDED): Act.ASK_CONSENT,
    (State.SOURCE, Choice.TYPED): Act.ASK_CONSENT_TYPED,
    (State.CONSENT, Choice.YES): Act.SUBMIT,
    (State.CONSENT, Choice.NO): Act.DECLINE,
    (State.RATING, Choice.UP): Act.VOTE_UP,
    (State.RATING, Choice.DOWN): Act.VOTE_DOWN,
    (State.RATING, Choice.NONE): Act.ASK_SOURCE,
}

CLOSING = (Act.ASK_SOURCE, Act.ASK_CONSENT, Act.ASK_CONSENT_TYPED, Act.SUBMIT, Act.DECLINE)
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
    if question.state == State.CHOOSING and choice.isdecimal() and int(choice) < question.candidates:
        return Act.SHOW_ARTICLE
    try:
        act = TRANSITIONS.get((State(question.state), choice), Act.SAY_UNKNOWN)
    except ValueError:
        return Act.SAY_UNKNOWN
    if act == Act.ASK_SOURCE and not question.can_resubmit and not question.closed:
        return Act.SAY_UNKNOWN
    return act
