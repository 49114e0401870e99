"""The platform's side of the webhook."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import cast
from urllib.parse import urlsplit

from flask import current_app

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.events import redelivered
from bot.simulator.world.store import Store

TIMEOUT_SECONDS = 5.0
LINE_TIMEOUT_SECONDS = 2.0
"""LINE itself waits no longer; a slower answer is marked in the traffic."""
_KEPT_ANSWER = 4000
EXTENSION = "line_simulator"


def sign(body: bytes, channel_secret: str) -> str:
    """Return the x-line-signature of these bytes."""
    return base64.b64encode(hmac.new(channel_secret.encode(), body, hashlib.sha256).digest()).decode()


@dataclass(frozen=True)
class WebhookDelivery:
    status: int | None
    """None if there was no answer."""
    body: bytes
    error: str
    """'', or LINE's class: could_not_connect, request_timeout, error_status_code."""
    seconds: float


class Platform:
    """Sends webhooks of one channel. `webhook_url` may change at any time; '' sends nothing."""

    def __init__(self, store: Store, *, channel_secret: str, webhook_url: str, bot_name: str) -> None:
        self.store = store
        self.channel_secret = channel_secret
        self.webhook_url = webhook_url
        self.bot_name = bot_name

    def body(self, events: Sequence[Mapping[str, object]], destination: str | None = None) -> bytes:
        webhook = {"destination": destination or self.store.bot_user_id(), "events": list(events)}
        # Lone surrogates cannot be UTF-8, so a text with one goes out escaped.
        try:
            return json.dumps(webhook, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            return json.dumps(webhook, separators=(",", ":")).encode()

    def deliver(self, *events: JSONObject, destination: str | None = None) -> WebhookDelivery:
        """Send events in one webhook and wait for the answer. No events: the connection check."""
        return self.post(self.body(events, destination))

    def deliver_in_background(self, *events: JSONObject) -> None:
        """Do not wait, so that a bot in this very process can answer."""
        if events:
            threading.Thread(target=self.deliver, args=events, daemon=True).start()

    def redeliver_in_background(self, *events: JSONObject) -> None:
        threading.Thread(target=self.redeliver, args=events, daemon=True).start()

    def redeliver(self, *events: JSONObject) -> WebhookDelivery:
        """Send again with the same ids and tokens, marked as a redelivery."""
        for event in events:
            token = event.get("replyToken")
            if isinstance(token, str):
                self.store.reply_tokens.deliver_again(token, self.store.clock())
        return self.deliver(*(redelivered(event) for event in events))

    def post(
        self, body: bytes, *, signature: str | None = None, headers: Mapping[str, str] | None = None
    ) -> WebhookDelivery:
        """Send any bytes. `signature` replaces the right one; `headers` replace all the usual ones."""
        if headers is None:
            signature = sign(body, self.channel_secret) if signature is None else signature
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "LineBotWebhook/2.0 (simulator)",
                "x-line-signature": signature,
            }
        if not self.webhook_url:
            return WebhookDelivery(None, b"", "could_not_connect", 0.0)
        traffic = self.store.traffic
        number = traffic.begin("webhook", "POST", self.webhook_url, headers, _readable(body), self.store.clock())
        delivery = _send(self.webhook_url, body, headers)
        note = delivery.error
        if not note and delivery.seconds > LINE_TIMEOUT_SECONDS:
            note = "slower than the 2 s that LINE waits"
        answer = delivery.body[:_KEPT_ANSWER].decode(errors="replace")
        traffic.finish(number, delivery.status, answer, note=note, seconds=delivery.seconds)
        return delivery


def platform() -> Platform:
    return cast(Platform, current_app.extensions[EXTENSION])


def _readable(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body[:_KEPT_ANSWER].decode(errors="replace")


def _send(url: str, body: bytes, headers: Mapping[str, str]) -> WebhookDelivery:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    started = time.monotonic()
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        status, answer = response.status, response.read()
    except TimeoutError:
        return WebhookDelivery(None, b"", "request_timeout", time.monotonic() - started)
    except (OSError, HTTPException):
        return WebhookDelivery(None, b"", "could_not_connect", time.monotonic() - started)
    finally:
        connection.close()
    error = "" if 200 <= status < 300 else "error_status_code"
    return WebhookDelivery(status, answer, error, time.monotonic() - started)
