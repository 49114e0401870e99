"""Webhooks out: who is told what, and what becomes of it. Signed as standardwebhooks.com says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only
from factcheck.errors import NotFoundError, OperatorError
from factcheck.ids import random_id
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import UNTIRING, JobKind
from factcheck.limits import MAX_URL_BYTES
from factcheck.models import HookState, Webhook, WebhookDelivery
from factcheck.ports import Answered, ServiceCaller
from factcheck.services.apps import HOOKS, registered

SEND_WEBHOOK = "send_webhook"
EVENTS = ("article.created", "article.status", "reply.created", "reply.status")
TEST = "test"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
"""Before each further try: a receiver may be away for most of a day."""
MOST_FAILURES = 20
"""Deliveries given up in a row, after which a webhook is switched off."""
MOST_HOOKS = 10
"""Of one app."""


@dataclass(frozen=True)
class Event:
    kind: str
    article_id: str
    reply_id: str
    status: str
    since: datetime | None
    """When what was just noticed came: a webhook made later is not told of it."""

    @property
    def data(self) -> dict[str, str]:
        reply = {"replyId": self.reply_id} if self.reply_id else {}
        return {"articleId": self.article_id, **reply, "status": self.status}


def add_webhook(session: Session, app_id: str, url: str, events: Iterable[str], *, now: datetime) -> Webhook:
    """Raises OperatorError, NotFoundError."""
    if HOOKS not in registered(session, app_id).scopes:
        raise OperatorError("app_id", "This app lacks the scope 'hooks'.")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or len(url) > MAX_URL_BYTES:
        raise OperatorError("url", "An address of a webhook begins with https://.")
    wanted = sorted(set(events)) or list(EVENTS)
    if unknown := [one for one in wanted if one not in EVENTS]:
        raise OperatorError("events", f"There is no event {unknown[0]}.")
    if len(webhooks_of(session, app_id)) >= MOST_HOOKS:
        raise OperatorError("url", f"An app has {MOST_HOOKS} webhooks at most.")
    hook = Webhook(id=random_id(), app_id=app_id, url=url, events=wanted, failures=0, created_at=now)
    session.add(hook)
    return hook


def webhooks_of(session: Session, app_id: str = "") -> list[Webhook]:
    """Lists an app's, or all."""
    query = select(Webhook).order_by(Webhook.app_id, Webhook.created_at, Webhook.id)
    return list(session.scalars(query.where(Webhook.app_id == app_id) if app_id else query))


def webhook(session: Session, webhook_id: str) -> Webhook:
    """Finds a webhook. Raises NotFoundError."""
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise NotFoundError(f"There is no webhook {webhook_id!r}.")
    return found


def remove_webhook(session: Session, webhook_id: str) -> None:
    """Forgets a webhook and its deliveries. Raises NotFoundError."""
    session.delete(webhook(session, webhook_id))


def set_enabled(session: Session, webhook_id: str, *, enabled: bool, now: datetime) -> None:
    """Switches a webhook off or on. Raises NotFoundError."""
    found = webhook(session, webhook_id)
    found.disabled_at, found.failures = (None, 0) if enabled else (now, found.failures)


def secret_of(secret_key: str, webhook_id: str) -> str:
    """Makes what the receiver checks signatures with."""
    digest = hmac.new(secret_key.encode(), f"webhook: {webhook_id}".encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(digest).decode()


def announce(session: Session, events: Iterable[Event], *, now: datetime) -> None:
    """Has all webhooks told that want to hear of it, by rows in this transaction."""
    hooks = session.scalars(select(Webhook).where(Webhook.disabled_at.is_(None))).all()
    for event in events if hooks else ():
        for hook in hooks:
            if event.kind in hook.events and (event.since is None or event.since >= hook.created_at):
                _add(session, hook, event.kind, event.data, now)


def send_test(session: Session, webhook_id: str, *, now: datetime) -> WebhookDelivery:
    """Sends an event that tells nothing. Raises NotFoundError."""
    return _add(session, webhook(session, webhook_id), TEST, {}, now)


def replay(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Sends a delivery once more, under its old id. Raises NotFoundError."""
    row = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if row is None:
        raise NotFoundError(f"There is no delivery {delivery_id}.")
    if row.state != HookState.PENDING:  # else it is under way
        row.state, row.attempts = HookState.PENDING, 0
        _enqueue(session, row, now, timedelta(0))


def deliveries_of(session: Session, webhook_id: str, limit: int = 50) -> list[WebhookDelivery]:
    """Lists the newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return list(session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)))


def _add(session: Session, hook: Webhook, kind: str, data: Mapping[str, str], now: datetime) -> WebhookDelivery:
    body = {"type": kind, "timestamp": now.isoformat(), "data": dict(data)}
    row = WebhookDelivery(webhook_id=hook.id, event=kind, body=body, attempts=0, status=0, error="", created_at=now)
    row.state = HookState.PENDING
    session.add(row)
    session.flush()
    _enqueue(session, row, now, timedelta(0))
    return row


def _enqueue(session: Session, row: WebhookDelivery, now: datetime, delay: timedelta) -> None:
    """Plans a try. One webhook is called for one delivery at a time; those tried again wait among themselves, each kind
    of pause in its own line, so that what comes new waits for none of them."""
    payload, key = {"delivery_id": row.id}, f"webhook:{row.webhook_id}:{row.attempts}"
    queue.enqueue(session, SEND_WEBHOOK, payload, now=now, key=key, delay=delay, max_attempts=UNTIRING)


def job_kinds(factory: SessionFactory, caller: ServiceCaller, clock: Clock, *, secret_key: str) -> tuple[JobKind, ...]:
    def send(payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            row = session.get(WebhookDelivery, int(payload["delivery_id"]))
            hook = session.get(Webhook, row.webhook_id) if row else None
        if row is None or hook is None or row.state != HookState.PENDING:
            return no_effects
        is_off = hook.disabled_at is not None and row.event != TEST
        answer = None if is_off else _sent(caller, hook, row, secret_key, clock())
        return lambda session: note(session, row.id, answer, now=clock())

    return (JobKind(SEND_WEBHOOK, send),)


def _sent(caller: ServiceCaller, hook: Webhook, row: WebhookDelivery, secret_key: str, now: datetime) -> Answered:
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
    name, moment = f"msg_{row.id}", str(int(now.timestamp()))
    key = base64.b64decode(secret_of(secret_key, hook.id).removeprefix("whsec_"))
    signature = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
    return caller.post(hook.url, body, headers)


def note(session: Session, delivery_id: int, answer: Answered | None, *, now: datetime) -> None:
    """Keeps what came of a try, and plans the next. None: the webhook was switched off."""
    row = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    hook = session.get(Webhook, row.webhook_id, with_for_update=True) if row else None
    if row is None or hook is None:
        return
    row.tried_at = now
    if answer is None:
        row.state, row.error = HookState.FAILED, "switched off"
        return
    row.attempts += 1
    row.status, row.error = answer.status, answer.trouble[:255]
    if answer.is_good:
        row.state, hook.failures = HookState.SENT, 0
    elif row.attempts <= len(PAUSES) and row.event != TEST:
        _enqueue(session, row, now, PAUSES[row.attempts - 1])
    else:
        row.state = HookState.FAILED
        hook.failures += row.event != TEST
        hook.disabled_at = now if hook.failures >= MOST_FAILURES else hook.disabled_at
