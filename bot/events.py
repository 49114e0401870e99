"""LINE's webhook events, read one by one from the JSON.

The SDK's models are not used here: an unknown event, message or enum value makes them drop the reply token, the
message and the sender, or refuse the whole batch. Every field below may be missing or of another type.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

DUMMY_REPLY_TOKENS = ("0" * 32, "f" * 32)
"""LINE's older console check sends events with these; answering them is an error."""


@dataclass(frozen=True)
class Event:
    """What we use of one event; None where LINE sent nothing usable."""

    type: str
    chat_id: str
    """User, group or room id; '' when the event has no source."""
    source_type: str
    user_id: str | None
    reply_token: str | None
    mode: str
    at: datetime | None
    message_type: str | None = None
    message_id: str | None = None
    text: str | None = None
    postback_data: str | None = None

    @property
    def is_one_to_one(self) -> bool:
        return self.source_type == "user" and bool(self.user_id)


def parse_event(raw: Mapping[str, Any]) -> Event:
    """Never raises, whatever `raw` holds."""
    source, message, postback = (_mapping(raw.get(name)) for name in ("source", "message", "postback"))
    token = _text(raw.get("replyToken"))
    return Event(
        type=_text(raw.get("type")) or "",
        chat_id=next((_text(source[key]) or "" for key in ("groupId", "roomId", "userId") if key in source), ""),
        source_type=_text(source.get("type")) or "",
        user_id=_text(source.get("userId")),
        reply_token=None if token in DUMMY_REPLY_TOKENS else token,
        mode=_text(raw.get("mode")) or "active",
        at=_time(raw.get("timestamp")),
        message_type=_text(message.get("type")),
        message_id=_text(message.get("id")),
        text=storable(message["text"]) if isinstance(message.get("text"), str) else None,
        postback_data=_text(postback.get("data")),
    )


def event_id(raw: Mapping[str, Any]) -> str:
    """LINE's webhookEventId; without one the message id, and without that a digest of the event without what a
    redelivery changes."""
    given = _text(raw.get("webhookEventId"))
    if given and len(given) <= 200:
        return given
    message = _mapping(raw.get("message"))
    if _text(message.get("id")):
        return f"message-{raw.get('type')}-{message['id']}"[:200]
    stable = {key: value for key, value in raw.items() if key != "deliveryContext"}
    return "digest-" + hashlib.sha256(json.dumps(stable, sort_keys=True).encode()).hexdigest()


def storable(text: str) -> str:
    """Text as databases take it: no NUL, no lone surrogate (both can come out of JSON escapes)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return storable(value) if isinstance(value, str) and value else None


def _time(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
