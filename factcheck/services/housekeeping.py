"""What is kept only for a time is removed by an hourly job."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.models import Delivery, DeliveryState, Dialogue, InboxEvent, JobState, LoginToken, Notice
from factcheck.services import jobs
from factcheck.services.health import forget_old_signs
from factcheck.services.jobs import Effects, Handler

HOUSEKEEPING = "housekeeping"
EVERY = timedelta(hours=1)

KEEP_INBOX = timedelta(days=30)
"""Ids of events. LINE redelivers within hours; the rest is margin, also for an event whose job is dead."""

KEEP_DELIVERIES = timedelta(days=30)
KEEP_DIALOGUES = timedelta(days=90)
"""After the buttons expired their row is emptied; it stays this long to tell an old button from an unknown one."""


def job_handlers(clock: Clock) -> dict[str, Handler]:
    def handle(_payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            now = clock()
            clean(session, now=now)
            jobs.enqueue(session, HOUSEKEEPING, {}, now=now, delay=EVERY, max_attempts=1000)

        return effects

    return {HOUSEKEEPING: handle}


def ensure_scheduled(session: Session, *, now: datetime) -> None:
    """Have exactly one such job. Call it when a worker starts."""
    if jobs.alive(session, HOUSEKEEPING, JobState.READY, JobState.RUNNING) == 0:
        jobs.enqueue(session, HOUSEKEEPING, {}, now=now, max_attempts=1000)


def clean(session: Session, *, now: datetime) -> None:
    expired = Dialogue.expires_at < now
    session.execute(update(Dialogue).where(expired, Dialogue.closed_at.is_(None)).values(data={}, closed_at=now))
    session.execute(delete(Dialogue).where(Dialogue.expires_at < now - KEEP_DIALOGUES))
    session.execute(delete(InboxEvent).where(InboxEvent.received_at < now - KEEP_INBOX))
    session.execute(delete(LoginToken).where(LoginToken.expires_at < now - timedelta(days=1)))
    _forget_deliveries(session, now - KEEP_DELIVERIES)
    forget_old_signs(session, now=now)


def _forget_deliveries(session: Session, before: datetime) -> None:
    """Notices outlive their deliveries: they are what keeps people from being told twice."""
    old = select(Delivery.id).where(Delivery.created_at < before, Delivery.state != DeliveryState.PENDING)
    session.execute(update(Notice).where(Notice.delivery_id.in_(old)).values(delivery_id=None))
    session.execute(delete(Delivery).where(Delivery.id.in_(old)))
