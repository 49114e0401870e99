"""LINE's webhook events, read from the JSON, where any field may be missing or of another type.

The SDK's models are not used: for an unknown event, message or enum value they drop the reply token, the message and
the sender, or refuse the whole batch.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

DUMMY_REPLY_TOKENS = ("0" * 32, "f" * 32)
"""LINE's older console check sends events with these; answering them is an error."""


@dataclass(frozen=True)
class ImageSet:
    """The pictures of an album come as events of their own, in any order."""

    id: str
    index: int | None
    """From 1; None (as `total`) from old apps."""
    total: int | None


@dataclass(frozen=True)
class Event:
    """Fields are None where LINE sent nothing usable."""

    type: str
    chat_id: str
    """User, group or room id; '' for none."""
    source_type: str
    """user, group, room, or something new"""
    user_id: str | None
    reply_token: str | None
    mode: str
    at: datetime | None
    message_type: str | None = None
    message_id: str | None = None
    text: str | None = None
    readable: str | None = None
    """`text` without mentions and the words that stand for LINE's own emoji."""
    mentions_bot: bool = False
    quoted_message_id: str | None = None
    quote_token: str | None = None
    image_set: ImageSet | None = None
    content_url: str | None = None
    """Where a stranger's server has the file; None: LINE has it."""
    postback_data: str | None = None
    is_console_check: bool = False
    """Made up by LINE's older console for Verify."""
    is_unblocked: bool = False
    """The follower had blocked the bot; LINE says that this is not always reliable."""

    @property
    def is_one_to_one(self) -> bool:
        return self.source_type == "user" and bool(self.user_id)

    @property
    def is_in_group(self) -> bool:
        return self.source_type in ("group", "room") and bool(self.chat_id)


def parse_event(raw: Mapping[str, Any]) -> Event:
    """Read an event. Never raises, whatever `raw` holds."""
    source, message, postback, unsend, follow = (
        _mapping(raw.get(name)) for name in ("source", "message", "postback", "unsend", "follow")
    )
    token = _text(raw.get("replyToken"))
    text = message.get("text") if isinstance(message.get("text"), str) else None
    mentions = _list(_mapping(message.get("mention")).get("mentionees"))
    return Event(
        type=_text(raw.get("type")) or "",
        chat_id=next((_id(source[key]) or "" for key in ("groupId", "roomId", "userId") if key in source), ""),
        source_type=_text(source.get("type")) or "",
        user_id=_id(source.get("userId")),
        reply_token=None if token in DUMMY_REPLY_TOKENS else token,
        mode=_text(raw.get("mode")) or "active",
        at=_time(raw.get("timestamp")),
        message_type=_text(message.get("type")),
        message_id=_id(message.get("id")) or _id(unsend.get("messageId")),
        text=None if text is None else storable(text),
        readable=None if text is None else storable(_without_spans(text, [*mentions, *_list(message.get("emojis"))])),
        mentions_bot=any(mention.get("isSelf") is True for mention in mentions),
        quoted_message_id=_id(message.get("quotedMessageId")),
        quote_token=_text(message.get("quoteToken")),
        image_set=_image_set(_mapping(message.get("imageSet"))),
        content_url=_content_url(_mapping(message.get("contentProvider"))),
        postback_data=_text(postback.get("data")),
        is_console_check=token in DUMMY_REPLY_TOKENS,
        is_unblocked=follow.get("isUnblocked") is True,
    )


def event_id(raw: Mapping[str, Any]) -> str:
    """Return LINE's webhookEventId, else the message id, else a digest without what a redelivery changes."""
    given = _text(raw.get("webhookEventId"))
    if given and len(given) <= 200:
        return given
    message = _mapping(raw.get("message"))
    if _text(message.get("id")):
        return storable(f"message-{raw.get('type')}-{message['id']}")[:200]
    stable = {key: value for key, value in raw.items() if key != "deliveryContext"}
    return "digest-" + hashlib.sha256(json.dumps(stable, sort_keys=True).encode()).hexdigest()


def storable(text: str) -> str:
    """Drop what databases refuse and JSON escapes can hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _without_spans(text: str, spans: Sequence[Mapping[str, Any]]) -> str:
    """Cuts out spans, counted in UTF-16 units. What does not fit is left."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    places = {(_whole(span.get("index")), _whole(span.get("length"))) for span in spans}
    for start, length in sorted(places, reverse=True):
        if start >= 0 and length > 0 and 2 * (start + length) <= len(encoded):
            encoded = encoded[: 2 * start] + encoded[2 * (start + length) :]
    return encoded.decode("utf-16-le", "surrogatepass")


def _image_set(value: Mapping[str, Any]) -> ImageSet | None:
    identity = _id(value.get("id"))
    if identity is None:
        return None
    index, total = _whole(value.get("index")), _whole(value.get("total"))
    return ImageSet(identity, index if index > 0 else None, total if total > 0 else None)


def _content_url(provider: Mapping[str, Any]) -> str | None:
    return _text(provider.get("originalContentUrl")) if provider.get("type") == "external" else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _list(value: object) -> list[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return storable(value) if isinstance(value, str) and value else None


def _id(value: object) -> str | None:
    """LINE's ids have some 30 characters; columns take 255."""
    found = _text(value)
    return found if found and len(found) <= 200 else None


def _time(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
