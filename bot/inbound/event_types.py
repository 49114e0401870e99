"""The types of events and messages that LINE sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class EventType(StrEnum):
    """Others come, too, and are kept."""

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
    """It costs work, so it is limited by the minute (`bot.inbound.rate_limit`)."""
    hint_when_given_up: str = ""
    """The hint (`bot.messages.questions`) for a person who waits for an answer; '' if nobody does."""


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
    return EVENTS[EventType(event_type)] if event_type in EVENTS else Traits()


class MessageType(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LOCATION = "location"
    STICKER = "sticker"


FILES = (MessageType.IMAGE, MessageType.VIDEO, MessageType.AUDIO)
"""What is fetched and looked at, where the settings allow it."""

MEDIA = (MessageType.IMAGE, MessageType.VIDEO, MessageType.AUDIO, MessageType.FILE, MessageType.LOCATION)
"""What may come as an album, or several in one go."""
