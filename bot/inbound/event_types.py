"""Types of events and of messages that LINE sends, with what is the same for all of a type. What is done about each
is in the two routers (`bot.private.router`, `bot.groups.router`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class EventType(StrEnum):
    """The types of events, as LINE spells them and the inbox keeps them. Others come, too, and are kept."""

    MESSAGE = "message"
    EDITED = "messageEdited"
    POSTBACK = "postback"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    JOIN = "join"
    LEAVE = "leave"
    MEMBER_JOINED = "memberJoined"
    MEMBER_LEFT = "memberLeft"
    UNSEND = "unsend"


@dataclass(frozen=True)
class Traits:
    is_counted: bool = False
    """It costs work, so a chat has only so many of it a minute (`bot.inbound.rate_limit`)."""
    hint_when_given_up: str = ""
    """Which hint (`bot.messages.questions`) a person gets who waits for an answer to it; '' if nobody does."""


EVENTS: Mapping[EventType, Traits] = {
    EventType.MESSAGE: Traits(is_counted=True, hint_when_given_up="message_failed"),
    EventType.EDITED: Traits(is_counted=True),
    EventType.POSTBACK: Traits(is_counted=True, hint_when_given_up="press_failed"),
    EventType.FOLLOW: Traits(),
    EventType.UNFOLLOW: Traits(),
    EventType.JOIN: Traits(),
    EventType.LEAVE: Traits(),
    EventType.MEMBER_JOINED: Traits(),
    EventType.MEMBER_LEFT: Traits(),
    EventType.UNSEND: Traits(),
}
COUNTED = tuple(event_type for event_type, traits in EVENTS.items() if traits.is_counted)


def traits_of(event_type: str) -> Traits:
    """Gives the traits of a type; one that LINE has invented since has the usual ones."""
    return EVENTS[EventType(event_type)] if event_type in EVENTS else Traits()


class MessageType(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LOCATION = "location"
    STICKER = "sticker"


MEDIA = (MessageType.IMAGE, MessageType.VIDEO, MessageType.AUDIO, MessageType.FILE, MessageType.LOCATION)
"""What may come as an album, or several in one go."""
