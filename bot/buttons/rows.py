"""Questions as rows (`factcheck.models.Dialogue`). Nothing else knows the JSON of `Dialogue.data`, whose keys stay as
they are: buttons work through an upgrade and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.buttons.state import (
    Adding,
    Burst,
    Choosing,
    Consent,
    ConsentAll,
    Differing,
    Erasing,
    Found,
    FoundMessage,
    Purpose,
    Question,
    Rating,
    SentMessage,
    Separate,
    Several,
    Source,
    State,
    Together,
    Waiting,
    Writing,
)


@dataclass(frozen=True)
class Stored:
    question: Question | None
    """None once it was answered or emptied, and for rows that this release cannot read."""
    last_choice: str | None
    numbered: int


def read(state: str, data: Mapping[str, Any]) -> Stored:
    numbered = len(data.get("messages") or data.get("article_ids") or ())
    return Stored(_question(state, data), data.get("last_choice"), numbered)


def write(question: Question, last_choice: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in fields(question):
        value = getattr(question, field.name)
        if isinstance(value, SentMessage):
            data |= _message_to_json(value)
        elif field.name == "messages":
            data["messages"] = [_place_to_json(place) for place in value]
        elif value is not None:
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data if last_choice is None else {**data, "last_choice": last_choice}


def write_closed(question: Question | None, last_choice: str | None) -> dict[str, Any]:
    """Keep no message, only what tells a repeated press from an unknown button."""
    data: dict[str, Any] = {} if last_choice is None else {"last_choice": last_choice}
    if isinstance(question, Choosing):
        data["article_ids"] = list(question.article_ids)
    elif isinstance(question, Several | Found):
        data["messages"] = [{} for _ in question.messages]
    return data


def _question(state: str, data: Mapping[str, Any]) -> Question | None:
    try:
        return _READERS[State(state)](data)
    except (KeyError, ValueError):
        return None


def _message(data: Mapping[str, Any]) -> SentMessage:
    """Raises KeyError if there is no message in `data`."""
    burst = data.get("company")
    return SentMessage(
        text=data["text"],
        match_id=data["match_id"],
        message_id=data.get("message_id"),
        burst=Burst(tuple(burst["article_ids"]), tuple(burst["match_ids"])) if burst else None,
        file_id=data.get("file_id"),
        file_type=data.get("file_type", ""),
        has_faces=bool(data.get("has_faces")),
    )


def _message_if_any(data: Mapping[str, Any]) -> SentMessage | None:
    return _message(data) if "text" in data else None


def _messages(data: Mapping[str, Any]) -> tuple[SentMessage | None, ...]:
    return tuple(_message_if_any(place) for place in data["messages"])


def _found(places: Sequence[Mapping[str, Any]]) -> tuple[FoundMessage | None, ...]:
    return tuple(FoundMessage(_message(place), place["article_id"]) if place else None for place in places)


def _message_to_json(message: SentMessage) -> dict[str, Any]:
    data: dict[str, Any] = {"text": message.text, "match_id": message.match_id, "message_id": message.message_id}
    if message.file_id is not None or message.file_type or message.has_faces:
        data |= {"file_id": message.file_id, "file_type": message.file_type, "has_faces": message.has_faces}
    if message.burst is not None:
        burst = message.burst
        data["company"] = {"article_ids": list(burst.article_ids), "match_ids": list(burst.match_ids)}
    return data


def _place_to_json(place: SentMessage | FoundMessage | None) -> dict[str, Any]:
    if place is None:
        return {}
    if isinstance(place, FoundMessage):
        return {**_message_to_json(place.message), "article_id": place.article_id}
    return _message_to_json(place)


_READERS: Mapping[State, Callable[[Mapping[str, Any]], Question]] = {
    State.CHOOSING: lambda data: Choosing(_message(data), tuple(data["article_ids"])),
    State.SOURCE: lambda data: Source(_message(data)),
    State.CONSENT: lambda data: Consent(_message(data)),
    State.DIFFERING: lambda data: Differing(_message(data), data["article_id"]),
    State.WAITING: lambda data: Waiting(_message_if_any(data), data["article_id"]),
    State.RATING: lambda data: Rating(_message_if_any(data), data["article_id"], data["reply_id"]),
    State.TOGETHER: lambda data: Together(_messages(data)),
    State.SEPARATE: lambda data: Separate(_messages(data)),
    State.FOUND: lambda data: Found(_found(data["messages"])),
    State.CONSENT_ALL: lambda data: ConsentAll(_messages(data)),
    State.ERASING: lambda _data: Erasing(),
    State.WRITING: lambda data: Writing(Purpose(data["purpose"]), data["article_id"], data["reply_id"]),
    State.ADDING: lambda data: Adding(_message(data), Purpose(data["purpose"]), data["article_id"], data["reply_id"]),
}
