"""What a pressed button means, given its question, as pure functions.

Its data is `1:<dialogue id>:<choice>`: it works after a restart, in any language and later release, and tells a forger
nothing.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.buttons.state import State

LIFE = timedelta(days=7)

ID_LENGTH = 12
FORMAT = re.compile(r"1:([0-9a-z]{12}):([a-z]+|[0-9]{1,2})")


class Choice(StrEnum):
    NONE = "none"
    """None of these, or not what the person sent."""
    SAME = "same"
    """For all that differs, it is the same thing."""
    PERHAPS = "perhaps"
    """What is less like the message, too."""
    FORWARDED = "forwarded"
    TYPED = "typed"
    EACH = "each"
    YES = "yes"
    NO = "no"
    UP = "up"
    SOMEWHAT = "somewhat"
    DOWN = "down"
    WRONG = "wrong"
    SOURCES = "sources"
    POINT = "point"
    HARD = "hard"
    """Why it did not help, as are the three above."""
    BACK = "back"
    """Take the rating back."""


class Act(StrEnum):
    SHOW_ARTICLE = "SHOW_ARTICLE"
    SHOW_PERHAPS = "SHOW_PERHAPS"
    TAKE_SAME = "TAKE_SAME"
    REFUSE = "REFUSE"
    ASK_CONSENT = "ASK_CONSENT"
    SUBMIT = "SUBMIT"
    DECLINE = "DECLINE"
    VOTE = "VOTE"
    SAY_WHY = "SAY_WHY"
    WITHDRAW = "WITHDRAW"
    TAKE_BURST = "TAKE_BURST"
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
    (State.CHOOSING, Choice.NONE): Act.REFUSE,
    (State.CHOOSING, Choice.PERHAPS): Act.SHOW_PERHAPS,
    (State.WAITING, Choice.NONE): Act.REFUSE,
    (State.SOURCE, Choice.FORWARDED): Act.ASK_CONSENT,
    (State.SOURCE, Choice.TYPED): Act.ASK_CONSENT,
    (State.CONSENT, Choice.YES): Act.SUBMIT,
    (State.CONSENT, Choice.NO): Act.DECLINE,
    (State.CONSENT, Choice.PERHAPS): Act.SHOW_PERHAPS,
    (State.DIFFERING, Choice.SAME): Act.TAKE_SAME,
    (State.DIFFERING, Choice.NONE): Act.REFUSE,
    (State.DIFFERING, Choice.YES): Act.SUBMIT,
    (State.DIFFERING, Choice.NO): Act.DECLINE,
    (State.DIFFERING, Choice.PERHAPS): Act.SHOW_PERHAPS,
    (State.RATING, Choice.UP): Act.VOTE,
    (State.RATING, Choice.SOMEWHAT): Act.VOTE,
    (State.RATING, Choice.DOWN): Act.VOTE,
    (State.RATING, Choice.WRONG): Act.SAY_WHY,
    (State.RATING, Choice.SOURCES): Act.SAY_WHY,
    (State.RATING, Choice.POINT): Act.SAY_WHY,
    (State.RATING, Choice.HARD): Act.SAY_WHY,
    (State.RATING, Choice.BACK): Act.WITHDRAW,
    (State.RATING, Choice.NONE): Act.REFUSE,
    (State.TOGETHER, Choice.YES): Act.TAKE_BURST,
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

CLOSING = (
    Act.REFUSE,
    Act.ASK_CONSENT,
    Act.SUBMIT,
    Act.DECLINE,
    Act.TAKE_BURST,
    Act.LIST_SEPARATELY,
    Act.SUBMIT_ALL,
    Act.DECLINE_ALL,
    Act.ERASE,
    Act.KEEP,
    Act.STOP_WRITING,
    Act.ADD,
    Act.CHECK_INSTEAD,
)
"""Acts that answer the question for good; candidates can be looked at in turn, and a rating can be changed."""


@dataclass(frozen=True)
class Pressed:
    dialogue_id: str
    choice: str


@dataclass(frozen=True)
class Standing:
    state: str
    numbered: int
    closed: bool
    expired: bool
    last_choice: str | None
    can_resubmit: bool
    """The question carries the message, so "not what I sent" can go on from here."""


def encode(dialogue_id: str, choice: str | int) -> str:
    return f"1:{dialogue_id}:{choice}"


def decode(data: str | None) -> Pressed | None:
    """Return None for anything that is not ours."""
    found = FORMAT.fullmatch(data or "")
    return Pressed(found[1], found[2]) if found else None


def decide(standing: Standing | None, choice: str) -> Act:
    """Decide what a press does. `standing` is None for no question, or another person's."""
    if standing is None:
        return Act.SAY_UNKNOWN
    if standing.expired:
        return Act.SAY_EXPIRED
    act = _act(standing, choice)
    if act != Act.SAY_UNKNOWN and (standing.closed or choice == standing.last_choice):
        return Act.SAY_REPEATED
    return act


def _act(standing: Standing, choice: str) -> Act:
    try:
        state = State(standing.state)
    except ValueError:
        return Act.SAY_UNKNOWN
    if choice.isdecimal() and int(choice) < standing.numbered:
        return NUMBERED.get(state, Act.SAY_UNKNOWN)
    act = TRANSITIONS.get((state, choice), Act.SAY_UNKNOWN)
    if act == Act.REFUSE and not standing.can_resubmit and not standing.closed:
        return Act.SAY_UNKNOWN
    return act
