"""`POST /callback`: check the signature, keep the events, answer 200. The worker does the rest."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, Response, abort, request
from prometheus_client import Counter, Histogram
from sqlalchemy.orm import Session

from bot.inbound import event_types
from bot.inbound.events import event_id, parse_event
from bot.inbound.queue import have_handled
from bot.line.account import our_user_id
from factcheck.clock import Clock, utc_now
from factcheck.db.insert import insert
from factcheck.db.named_lock import lock_name
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.limits import MAX_WEBHOOK_BYTES, MAX_WEBHOOK_EVENTS
from factcheck.models import InboxEvent

log = structlog.get_logger()

WEBHOOKS = Counter("factline_webhooks_total", "Webhooks received", ["outcome"])
EVENTS = Counter("factline_events_total", "Webhook events stored", ["type"])
SECONDS = Histogram("factline_webhook_seconds", "Time to answer a webhook")


def signature(secret: str, body: bytes) -> str:
    """Return what LINE sends in `x-line-signature` for exactly these bytes."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_signed(secret: str, body: bytes, given: str | None) -> bool:
    """Compare as bytes, since a header may hold anything."""
    expected = signature(secret, body).encode()
    return given is not None and hmac.compare_digest(expected, given.encode("utf-8", "replace"))


def split_secrets(channel_secret: str) -> list[str]:
    """Split at commas: while a secret is being changed, LINE may sign with either."""
    return [part.strip() for part in channel_secret.split(",") if part.strip()]


def parse_body(body: bytes) -> tuple[str | None, list[Any]]:
    """Return destination and events. Raises ValueError when it is no webhook's body."""
    parsed = json.loads(body.decode("utf-8"))
    if not isinstance(parsed, dict) or not isinstance(parsed.get("events"), list):
        raise ValueError("no list of events")
    destination = parsed.get("destination")
    return destination if isinstance(destination, str) and destination else None, parsed["events"]


def callback_blueprint(channel_secret: str, factory: SessionFactory, *, clock: Clock = utc_now) -> Blueprint:
    """Make the route that LINE calls. `channel_secret`: one or several, comma-separated."""
    blueprint = Blueprint("line_callback", __name__)
    secrets = split_secrets(channel_secret)
    ours: set[str] = set()

    @blueprint.post("/callback")
    @SECONDS.time()
    def callback() -> Response:
        request.max_content_length = MAX_WEBHOOK_BYTES  # 413 before more than that is read
        body = request.get_data(cache=False)
        if len(body) >= MAX_WEBHOOK_BYTES:  # a chunked body is cut there silently
            abort(413)
        given = request.headers.get("x-line-signature")
        if not any(is_signed(secret, body, given) for secret in secrets):
            WEBHOOKS.labels("bad_signature").inc()
            abort(401)
        try:
            destination, events = parse_body(body)
        except (ValueError, RecursionError):
            WEBHOOKS.labels("malformed").inc()
            abort(400)
        if len(events) > MAX_WEBHOOK_EVENTS:
            WEBHOOKS.labels("too_many").inc()
            abort(413)
        outcome = "ok"
        if events:
            if _is_for_another(factory, destination, ours):
                outcome = "other_destination"
            else:
                with transaction(factory) as session:
                    store_events(session, events, now=clock())
        WEBHOOKS.labels(outcome).inc()
        return Response("OK", content_type="text/plain")

    return blueprint


def _is_for_another(factory: SessionFactory, destination: str | None, ours: set[str]) -> bool:
    """Everything signed is ours until LINE has told who we are. `ours` caches it: a process has one account."""
    if destination is None or destination in ours:
        return False
    with read_only(factory) as session:
        told = our_user_id(session)
    if told is None:
        return False
    ours.add(told)
    if destination == told:
        return False
    log.warning("webhook_for_another_account")
    return True


def store_events(session: Session, events: list[Any], *, now: datetime) -> int:
    """Store new events and a job for each; returns how many were new. Repeated events change nothing, even while
    another process stores them."""
    by_id = {event_id(raw): raw for raw in events if isinstance(raw, Mapping)}
    if not by_id:
        return 0
    _take_turns(session, sorted({parse_event(raw).chat_id for raw in by_id.values()}))
    added = 0
    for identity, raw in by_id.items():
        if not _insert_event(session, identity, raw, now):
            continue
        event = parse_event(raw)
        have_handled(session, identity, event.chat_id, now=now)
        EVENTS.labels(event.type if event.type in event_types.EVENTS else "other").inc()
        added += 1
    return added


def _take_turns(session: Session, chat_ids: list[str]) -> None:
    """Webhooks of one chat are stored in turn, so that its jobs become visible in the order of their numbers."""
    for chat_id in chat_ids:
        lock_name(session, f"chat: {chat_id}")


def _insert_event(session: Session, identity: str, raw: Mapping[str, Any], now: datetime) -> bool:
    event = parse_event(raw)
    values = {
        "id": identity,
        "chat_id": event.chat_id,
        "type": event.type[:100],
        "message_id": event.message_id,
        "payload": dict(raw),
        "event_at": event.at,
        "received_at": now,
    }
    new = insert(session, InboxEvent).on_conflict_do_nothing().returning(InboxEvent.id)
    return session.scalar(new, values) is not None
