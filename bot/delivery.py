"""The one way out to LINE: every message to a person is a Delivery row and a job.

A reply token works once and for a minute, so a reply that may already have arrived can be tried again within that
minute: if LINE then says that the token is used, the first try had worked. After the minute nobody can tell any
more; such a delivery is put down as UNCERTAIN and not sent a second time. Pushes carry a retry key, which LINE
remembers for 24 hours.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.line_client import Line, LineError, LineUnreachableError
from bot.messages.limits import MAX_MESSAGES
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Delivery, DeliveryState
from factcheck.services import jobs
from factcheck.services.jobs import Effects, Handler
from factcheck.worker import PermanentJobError, PostponeJobError

log = structlog.get_logger()

DELIVER = "deliver"
LINE_TIME = timezone(timedelta(hours=9))
REPLY_TOKEN_LIFE = timedelta(seconds=50)
"""LINE promises a minute from the webhook; the rest is left for the network."""

MAX_ATTEMPTS = 30
"""With pauses growing to 15 minutes: about six hours, within the 24 in which LINE knows a retry key."""

DELIVERIES = Counter("factline_deliveries_total", "Messages handed to LINE", ["way", "outcome"])


@dataclass(frozen=True)
class Address:
    """Where to send: a chat, with the reply token of the event that is answered if there is one."""

    to: str
    reply_token: str | None = None
    received_at: datetime | None = None
    message_id: str | None = None
    """The message that is answered: if it is taken back before the answer is sent, that is not sent."""
    reply_only: bool = False
    """Never push instead (groups)."""


def send(
    session: Session, address: Address, messages: Sequence[dict[str, Any]], *, now: datetime, priority: int
) -> Delivery:
    """Have messages sent, in the caller's transaction: sent if and only if it commits."""
    if not 1 <= len(messages) <= MAX_MESSAGES:
        raise ValueError(f"{len(messages)} messages; LINE takes 1 to {MAX_MESSAGES}")
    deadline = (address.received_at or now) + REPLY_TOKEN_LIFE
    delivery = Delivery(
        to=address.to,
        reply_only=address.reply_only,
        answers_message_id=address.message_id,
        reply_token=address.reply_token,
        reply_deadline=deadline if address.reply_token else None,
        retry_key=str(uuid.uuid4()),
        messages=list(messages),
        state=DeliveryState.PENDING,
        created_at=now,
    )
    session.add(delivery)
    session.flush()  # the job needs its id
    jobs.enqueue(
        session,
        DELIVER,
        {"delivery_id": delivery.id},
        now=now,
        # Notices have an order of their own: one that waits for next month's quota must not hold up answers.
        key=f"{'send' if address.reply_token else 'push'}:{address.to}",
        priority=priority,
        max_attempts=MAX_ATTEMPTS,
    )
    return delivery


class Verdict(StrEnum):
    """What to do about LINE's refusal of a call."""

    SENT_BEFORE = "sent_before"
    """An earlier try had worked."""
    REPLY_IMPOSSIBLE = "reply_impossible"
    """Push instead."""
    REFUSED = "refused"
    """Say it as plain text."""
    TRY_LATER = "try_later"
    QUOTA = "quota"
    """No more pushes this month; replies are not counted."""
    GIVE_UP = "give_up"


@dataclass(frozen=True)
class Outcome:
    state: DeliveryState
    request_id: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Attempt:
    """What one try needs to know of its delivery."""

    to: str
    messages: list[dict[str, Any]]
    retry_key: str
    reply_token: str | None
    """None: push."""
    replied_before: bool
    """An earlier reply call may have worked."""
    token_expired: bool


def deliver_handler(factory: SessionFactory, line: Line, clock: Clock) -> Handler:
    def handle(payload: dict[str, Any]) -> Effects:
        delivery_id = int(payload["delivery_id"])
        with transaction(factory) as session:
            attempt = _begin(session, delivery_id, clock())
        if attempt is None:
            return _nothing
        try:
            outcome = _try_reply(line, attempt)
            if outcome is None:
                if attempt.reply_token:
                    _note(factory, delivery_id, reply_deadline=clock(), attempted_at=None)  # from now on only pushes
                outcome = _push(line, attempt)
        except (LineError, LineUnreachableError) as error:
            if surely_not_sent(error) and not attempt.replied_before:
                _note(factory, delivery_id, attempted_at=None)
            if isinstance(error, LineError) and judge(error, replied_before=False) == Verdict.QUOTA:
                raise PostponeJobError(next_month(clock()), str(error)) from error
            raise
        log.info("delivery", delivery=delivery_id, state=outcome.state, line_request_id=outcome.request_id)
        return _record(delivery_id, outcome, clock)

    return handle


def _begin(session: Session, delivery_id: int, now: datetime) -> Attempt | None:
    """Note that a reply is about to be tried, before it is; None when there is nothing left to do."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.state != DeliveryState.PENDING or not delivery.messages:
        return None
    expired = delivery.reply_deadline is None or now >= delivery.reply_deadline
    replied_before = delivery.attempted_at is not None
    if delivery.reply_token and not expired:
        delivery.attempted_at = now
    return Attempt(
        to=delivery.to,
        messages=delivery.messages,
        retry_key=delivery.retry_key,
        reply_token=delivery.reply_token,
        replied_before=replied_before,
        token_expired=expired,
    )


def _note(factory: SessionFactory, delivery_id: int, **values: datetime | None) -> None:
    """What is known at once and must survive a crash before the job's end."""
    with transaction(factory) as session:
        session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))


def _try_reply(line: Line, attempt: Attempt) -> Outcome | None:
    """By the reply token, if there is one that may still work; None: push instead. Raises what is worth another try
    later, and what only next month's quota allows."""
    token = attempt.reply_token
    if token is None or (attempt.token_expired and not attempt.replied_before):
        return None
    if attempt.token_expired:
        return Outcome(DeliveryState.UNCERTAIN, error="a reply was tried, and its token has expired since")
    return _send(lambda messages: line.reply(token, messages), attempt, "reply")


def _push(line: Line, attempt: Attempt) -> Outcome:
    outcome = _send(lambda messages: line.push(attempt.to, messages, attempt.retry_key), attempt, "push")
    if outcome is None:
        raise PermanentJobError("LINE spoke of a reply token when a message was pushed")
    return outcome


def _send(call: Callable[[list[dict[str, Any]]], str | None], attempt: Attempt, way: str) -> Outcome | None:
    """None: the reply token does not work, push instead."""
    messages, plain = attempt.messages, False
    while True:
        try:
            request_id = call(messages)
        except LineError as error:
            verdict = judge(error, replied_before=attempt.replied_before)
            DELIVERIES.labels(way, verdict).inc()
            if verdict == Verdict.SENT_BEFORE:
                return Outcome(DeliveryState.SENT, error.request_id)
            if verdict == Verdict.REPLY_IMPOSSIBLE:
                return None
            if verdict == Verdict.REFUSED and not plain:
                log.error("line_refused_message", line_request_id=error.request_id, error=str(error))
                messages, plain = plain_text(attempt.messages), True
                continue
            late_answer = attempt.reply_token is not None and way == "push"
            if verdict == Verdict.TRY_LATER or (verdict == Verdict.QUOTA and not late_answer):
                raise
            return Outcome(DeliveryState.FAILED, error.request_id, str(error))
        DELIVERIES.labels(way, "sent").inc()
        return Outcome(DeliveryState.SENT, request_id, "sent as plain text" if plain else None)


def judge(error: LineError, *, replied_before: bool) -> Verdict:
    """What a refusal means (LINE's table of errors)."""
    text = error.message.lower()
    if error.status == 400 and "reply token" in text:
        return Verdict.SENT_BEFORE if replied_before else Verdict.REPLY_IMPOSSIBLE
    if error.status == 400 and "failed to send" not in text:
        return Verdict.REFUSED
    if error.status == 413:
        return Verdict.REFUSED
    if error.status == 429 and "monthly" in text:
        return Verdict.QUOTA
    if error.status in (401, 429):
        return Verdict.TRY_LATER
    return Verdict.GIVE_UP


def surely_not_sent(error: LineError | LineUnreachableError) -> bool:
    """LINE refused, or was never reached. Without that certainty a reply must not be replaced by a push."""
    return isinstance(error, LineError) or not error.maybe_sent


def next_month(now: datetime) -> datetime:
    """When LINE counts anew: midnight of the first in Japan, and a little later."""
    first = (now.astimezone(LINE_TIME).replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(hour=0, minute=10, second=0, microsecond=0).astimezone(UTC)


def plain_text(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same messages with nothing in them that LINE could object to: what can be read of them, as text."""
    texts = [message.get("text") or message.get("altText") for message in messages]
    return [{"type": "text", "text": text} for text in texts if text][:MAX_MESSAGES]


def _record(delivery_id: int, outcome: Outcome, clock: Clock) -> Effects:
    def effects(session: Session) -> None:
        delivery = session.get_one(Delivery, delivery_id)
        delivery.state = outcome.state
        delivery.request_id = outcome.request_id
        delivery.error = outcome.error
        delivery.sent_at = clock() if outcome.state == DeliveryState.SENT else None
        delivery.messages = None  # what was said is between LINE and the person; it quotes what they sent

    return effects


def _nothing(_session: Session) -> None:
    """The effects of a delivery that was settled before."""
