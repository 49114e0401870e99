"""The one way out to LINE: every message is a Delivery row and a job.

A reply token works once and for a minute. A reply that may have arrived is tried again within it: if the token is used,
the first try had worked. Later the delivery becomes UNCERTAIN and is never pushed. The same holds for pushes after the
24 hours for which LINE remembers their retry key.
"""

import uuid
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.messages.limits import MAX_MESSAGES
from bot.outbound.error_policy import Way
from bot.outbound.quota import room_again_at
from factcheck.jobs import queue
from factcheck.jobs.worker import PostponeJobError
from factcheck.models import Delivery, DeliveryState
from factcheck.services.line_quota import load_quota

DELIVER = "deliver"
REPLY_TOKEN_LIFE = timedelta(seconds=50)
"""LINE promises a minute from the webhook; the rest is for the network. A first try may come as late: a push would cost
quota, and hardly any reply call breaks off."""

REPEAT_TIME = timedelta(seconds=25)
"""How much longer a tried reply is repeated: it cannot arrive twice, and LINE may still take the token. Room for one
repeat: a call takes up to 13 s, the pause before it a few seconds."""

RETRY_KEY_LIFE = timedelta(hours=23)
"""LINE promises 24 hours."""

MAX_RECIPIENTS = 500
MAX_ATTEMPTS = 30
"""About six hours, with pauses growing to 15 minutes; within the life of a retry key."""


@dataclass(frozen=True)
class Address:
    to: str
    reply_token: str | None = None
    received_at: datetime | None = None
    """When the answered event came; None: nothing is answered."""
    message_id: str | None = None
    """The answered message; if it is taken back first, the answer is not sent."""
    reply_only: bool = False
    """Never push instead (groups)."""


def send(
    session: Session,
    address: Address,
    messages: Sequence[dict[str, Any]],
    *,
    now: datetime,
    priority: int,
    about: str | None = None,
) -> Delivery:
    """Add messages in the caller's transaction: they are sent if and only if it commits. `about`: the article that
    somebody means who quotes them. Raises ValueError for more or fewer than LINE takes."""
    answers = address.received_at is not None or address.reply_token is not None
    delivery = Delivery(
        to=address.to,
        reply_only=address.reply_only,
        answers_message_id=address.message_id,
        article_id=about,
        reply_token=address.reply_token,
        reply_deadline=(address.received_at or now) + REPLY_TOKEN_LIFE if answers else None,
    )
    # What nobody waits for has an order of its own: while it waits for quota, it must not hold up answers.
    key = f"{'send' if answers else 'push'}:{address.to}"
    return _store(session, delivery, messages, key, priority, now, at_once=answers)


def send_to_many(
    session: Session, people: Sequence[str], messages: Sequence[dict[str, Any]], *, now: datetime
) -> Delivery:
    """Address at most 500 LINE user ids that did not ask at this moment. Raises ValueError."""
    if not 1 <= len(people) <= MAX_RECIPIENTS:
        raise ValueError(f"{len(people)} recipients; LINE takes 1 to {MAX_RECIPIENTS}")
    return _store(session, Delivery(to="", recipients=list(people)), messages, None, queue.NOTICES, now)


def _store(
    session: Session,
    delivery: Delivery,
    messages: Sequence[dict[str, Any]],
    key: str | None,
    priority: int,
    now: datetime,
    *,
    at_once: bool = False,
) -> Delivery:
    if not 1 <= len(messages) <= MAX_MESSAGES:
        raise ValueError(f"{len(messages)} messages; LINE takes 1 to {MAX_MESSAGES}")
    delivery.retry_key = str(uuid.uuid4())
    delivery.messages = list(messages)
    delivery.state = DeliveryState.PENDING
    delivery.created_at = now
    session.add(delivery)
    session.flush()
    payload = {"delivery_id": delivery.id}
    queue.enqueue(
        session, DELIVER, payload, now=now, key=key, priority=priority, max_attempts=MAX_ATTEMPTS, at_once=at_once
    )
    return delivery


@dataclass(frozen=True)
class Attempt:
    delivery_id: int
    way: Way
    to: str
    recipients: list[str]
    messages: list[dict[str, Any]]
    retry_key: str
    reply_token: str
    tried_before: bool
    """An earlier call may have worked."""
    is_answer: bool
    """Somebody waits for it, so next month would be too late."""
    is_late: bool
    """The reply token may be too old: a refusal does not say that an earlier call had worked."""


@dataclass(frozen=True)
class DeliveryOutcome:
    state: DeliveryState
    request_id: str | None = None
    error: str | None = None
    plan_again: bool = False
    message_ids: tuple[str, ...] = ()
    """LINE's, of what was sent."""


def begin(
    session: Session, delivery_id: int, now: datetime, *, blocked: Set[str] = frozenset()
) -> Attempt | DeliveryOutcome | None:
    """Decide what to do and note it before it is done; None when nothing is left to do. `blocked`: LINE user ids.
    Raises PostponeJobError when there is no quota."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.state != DeliveryState.PENDING or not delivery.messages:
        return None
    if _is_for_nobody(delivery, blocked):
        return DeliveryOutcome(DeliveryState.FAILED, error="its recipients are blocked by a setting")
    tried_before = delivery.attempted_at is not None
    way = Way.MULTICAST if delivery.recipients else Way.PUSH
    deadline = delivery.reply_deadline
    if delivery.reply_token and deadline and now < deadline + (REPEAT_TIME if tried_before else timedelta(0)):
        way = Way.REPLY
    else:
        outcome = _why_not_push(session, delivery, now)
        if outcome is not None:
            return outcome
        delivery.reply_token = None
    delivery.attempted_at = delivery.attempted_at or now
    return Attempt(
        delivery_id=delivery_id,
        way=way,
        to=delivery.to,
        recipients=delivery.recipients or [],
        messages=delivery.messages,
        retry_key=delivery.retry_key,
        reply_token=delivery.reply_token or "",
        tried_before=tried_before,
        is_answer=deadline is not None,
        is_late=deadline is not None and now >= deadline,
    )


def _is_for_nobody(delivery: Delivery, blocked: Set[str]) -> bool:
    """Takes out blocked people. A tried multicast keeps its recipients: LINE knows it by its retry key."""
    if delivery.recipients and delivery.attempted_at is None and not blocked.isdisjoint(delivery.recipients):
        delivery.recipients = [one for one in delivery.recipients if one not in blocked]
    return delivery.to in blocked or delivery.recipients == []


def _why_not_push(session: Session, delivery: Delivery, now: datetime) -> DeliveryOutcome | None:
    tried_at = delivery.attempted_at
    if tried_at is not None and delivery.reply_token is not None:
        return DeliveryOutcome(DeliveryState.UNCERTAIN, error="a reply was tried, and its token has expired since")
    if tried_at is not None and now - tried_at > RETRY_KEY_LIFE:
        reason = "it was tried, and LINE has forgotten the retry key since"
        return DeliveryOutcome(DeliveryState.UNCERTAIN, error=reason)
    if delivery.reply_only:
        return DeliveryOutcome(DeliveryState.FAILED, error="the reply token is too old or was refused")
    quota = load_quota(session)
    if quota is None or not quota.is_exhausted(now):
        return None
    if delivery.recipients and tried_at is None:
        return DeliveryOutcome(DeliveryState.CANCELLED, error="no quota is left this month", plan_again=True)
    if delivery.reply_deadline is None:
        raise PostponeJobError(room_again_at(now), "no quota is left this month")
    return DeliveryOutcome(DeliveryState.FAILED, error="too late for the reply token, and no quota is left this month")
