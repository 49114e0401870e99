"""Which messages of a chat are one burst, sent in one go, as pure functions.

Nobody waits by default: a text is looked up as it comes, in some 200 ms, and answered unless the inbox has another text
of the same moment by then. What comes too late joins the question just asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.inbound.events import ImageSet

MOMENT = timedelta(seconds=2)
"""Between messages sent in one go, by LINE's clock. Nobody forwards a second message by hand in less; messages
forwarded together come within a second even from a slow phone."""

JOINING = timedelta(seconds=5)
"""How long after its newest message others still join a question about several."""

ALBUM = timedelta(seconds=5)
"""How long after a picture of an album the next one is waited for."""


class Step(StrEnum):
    ALONE = "ALONE"
    HOLD = "HOLD"
    GATHER = "GATHER"
    """Take it with the held ones, and those in the question just asked."""
    QUIET = "QUIET"
    """Say nothing: its burst has been dealt with."""


@dataclass(frozen=True)
class Message:
    """A message worth handling. One that is neither held nor handled has its turn later."""

    at: datetime
    held_at: datetime | None = None
    handled: bool = False
    id: str = ""
    image_set: ImageSet | None = None


@dataclass(frozen=True)
class Timing:
    """The newest unanswered question about what the person sent."""

    sent_at: datetime
    """The time of its newest message."""
    about_several: bool


def text_step(text: Message, others: Sequence[Message], question: Timing | None) -> Step:
    """`others` are texts of this chat not handled yet."""
    if text.held_at is not None:  # it has waited long enough, unless a newer one has not
        if any(other.held_at is not None and other.held_at > text.held_at for other in others):
            return Step.HOLD
    elif any(other.held_at is None and _near(text.at, other.at, MOMENT) for other in others):
        return Step.HOLD
    elif question is not None and question.about_several and joins(text.at, question):
        return Step.HOLD  # several that come one by one change the question once, when no more come
    if any(other.held_at is not None for other in others) or (question is not None and joins(text.at, question)):
        return Step.GATHER
    return Step.ALONE


def joins(at: datetime, question: Timing) -> bool:
    return _near(at, question.sent_at, JOINING if question.about_several else MOMENT)


def media_step(picture: Message, others: Sequence[Message]) -> Step:
    """Return GATHER when all there is to wait for is here. `others`: pictures and the like of the chat from about the
    same time, handled or not."""
    mates = [other for other in others if belongs(picture, other)]
    if any(mate.handled for mate in mates):
        return Step.QUIET
    album = picture.image_set
    if album is not None and album.total is not None and len({picture.id, *_members(album, mates)}) >= album.total:
        return Step.GATHER
    if picture.held_at is not None:
        later = any(mate.held_at is not None and mate.held_at > picture.held_at for mate in mates)
        return Step.HOLD if later else Step.GATHER
    if album is not None or any(mate.held_at is None for mate in mates):
        return Step.HOLD
    return Step.GATHER


def belongs(picture: Message, other: Message) -> bool:
    if picture.image_set is not None and other.image_set is not None:
        return picture.image_set.id == other.image_set.id
    return _near(picture.at, other.at, MOMENT)


def _members(album: ImageSet, mates: Sequence[Message]) -> set[str]:
    held = (mate for mate in mates if mate.held_at is not None)
    return {mate.id for mate in held if mate.image_set is not None and mate.image_set.id == album.id}


def _near(one: datetime, other: datetime, window: timedelta) -> bool:
    return abs(one - other) <= window
