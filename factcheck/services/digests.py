"""One mail a day to volunteers who asked for it, if something happened to their work. It ends with one click, and by
itself when a mail comes back."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import WEBSITE, User
from factcheck.services.daily import local_time
from factcheck.services.inbox import since_of

PLAN_DIGESTS, MAIL_DIGEST = "plan_digests", "mail_digest"
EVERY = timedelta(minutes=10)
FROM_HOUR = 8
"""Nobody is mailed at night."""
BATCH = 200
STOP = "stop-digest"
"""What the token of a link that ends it is for (`mail_requests.token_of`)."""


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the planning; `bot` sends."""

    def handle(_payload: dict[str, Any]) -> Effects:
        now = clock()
        start = day_start(now)
        if start is None:
            return no_effects
        with read_only(factory) as session:
            waiting = due(session, start)

        def effects(session: Session) -> Next | None:
            for user_id in waiting:
                plan_one(session, user_id, start, now=now)
            return Next.AT_ONCE if len(waiting) == BATCH else None

        return effects

    return (JobKind(PLAN_DIGESTS, handle, every=EVERY),)


def day_start(now: datetime) -> datetime | None:
    """Says when today's mails may begin; None before that."""
    local = local_time(now)
    start = local.replace(hour=FROM_HOUR, minute=0, second=0, microsecond=0)
    return start if local >= start else None


def due(session: Session, start: datetime) -> list[str]:
    """Lists people whose digest of today was not planned."""
    query = select(User.id).where(*_wants(), or_(User.digest_at.is_(None), User.digest_at < start))
    return list(session.scalars(query.order_by(User.id).limit(BATCH)))


def _wants() -> tuple[Any, ...]:
    return (User.wants_digest, User.app_id == WEBSITE, User.email.is_not(None), User.mail_refused_at.is_(None))


def plan_one(session: Session, user_id: str, start: datetime, *, now: datetime) -> None:
    """Gives a person's digest a job of its own, once a day. The first covers what came since they last looked."""
    user = session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None or not user.wants_digest or (user.digest_at is not None and user.digest_at >= start):
        return
    known = max(filter(None, (user.digest_at, user.inbox_seen_at)), default=None)
    payload = {"user_id": user.id, "since": since_of(known, now).isoformat()}
    user.digest_at = now
    queue.enqueue(session, MAIL_DIGEST, payload, now=now, key=f"digest:{user.id}", priority=queue.NOTICES)


def want_digest(user: User, *, wanted: bool, now: datetime) -> None:
    """Begins with what comes from now on."""
    if wanted and not user.wants_digest:
        user.digest_at, user.mail_refused_at = now, None
    user.wants_digest = wanted


def mail_came_back(user: User, *, now: datetime) -> None:
    """Stops what nobody gets: who goes on mailing dead addresses is taken for a spammer."""
    user.wants_digest = False
    user.mail_refused_at = now


def mark_of(secret_key: str, user_id: str) -> str:
    """Makes what stands in the address to which a mail is returned, so that only what we sent can come back. A mail
    server may write it in capitals."""
    digest = hmac.new(secret_key.encode(), f"bounce: {user_id}".encode(), hashlib.sha256).hexdigest()[:16]
    return f"{user_id}-{digest}"


def user_of_mark(secret_key: str, address: str) -> str:
    """Finds whose mail came back to this address; '' for what we did not make."""
    found = re.fullmatch(r"[^@+]*\+([0-9a-z]+)-([0-9a-f]{16})@.*", address.strip().lower())
    if not found or not hmac.compare_digest(mark_of(secret_key, found[1]), f"{found[1]}-{found[2]}"):
        return ""
    return found[1]


def is_for_good(message: bytes) -> bool:
    """Tells whether a returned mail (RFC 3464) says that it failed for good, and not that it is late."""
    parsed = message_from_bytes(message, policy=policy.default)
    for part in parsed.walk():
        if part.get_content_type() == "message/delivery-status":
            for fields in part.iter_parts():
                action, status = (str(fields.get(name, "")).strip().lower() for name in ("Action", "Status"))
                if action == "failed" and status.startswith("5."):
                    return True
    return False
