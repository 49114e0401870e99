"""Webhook events as LINE builds them, as pure functions."""

import secrets
from collections.abc import Mapping

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import Chat
from bot.simulator.world.history import Message

ANSWERABLE = frozenset(
    {"message", "messageEdited", "follow", "join", "memberJoined", "postback", "videoPlayComplete", "beacon"}
)
KNOWN = ANSWERABLE | {"unsend", "unfollow", "leave", "memberLeft", "accountLink", "membership"}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_QUOTING = ("text", "image", "video", "sticker")


def ulid(now: float) -> str:
    """Make an event id: 48 bits of milliseconds and 80 random bits in Crockford's base 32."""
    number = (int(now * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def source_of(chat: Chat, person: Chat | None, kind: str) -> JSONObject:
    """Name the person as LINE does: in groups only in message events, and only people on phones."""
    if chat.is_person:
        return {"type": "user", "userId": chat.id}
    source: JSONObject = {"type": chat.kind, f"{chat.kind}Id": chat.id}
    if kind == "message" and person is not None and person.on_phone:
        source["userId"] = person.id
    return source


def build(
    kind: str,
    source: JSONObject | None,
    now: float,
    *,
    reply_token: str | None = None,
    mode: str = "active",
    event_id: str | None = None,
    fields: Mapping[str, object] | None = None,
) -> JSONObject:
    """Build any kind, even an unknown one. None as `source` leaves the field out."""
    event: JSONObject = {"type": kind, "mode": mode, "timestamp": int(now * 1000)}
    if source is not None:
        event["source"] = source
    event["webhookEventId"] = event_id or ulid(now)
    event["deliveryContext"] = {"isRedelivery": False}
    if reply_token is not None:
        event["replyToken"] = reply_token
    return event | dict(fields or {})


def message_body(message: Message) -> JSONObject:
    body: JSONObject = {"id": message.id, **message.content}
    kind = message.content.get("type")
    if kind in _QUOTING and message.quote_token:
        body["quoteToken"] = message.quote_token
    if kind == "text" and message.read_token:
        body["markAsReadToken"] = message.read_token
    return body


def redelivered(event: Mapping[str, object]) -> JSONObject:
    return {**event, "deliveryContext": {"isRedelivery": True}}
