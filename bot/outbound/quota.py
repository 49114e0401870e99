"""How many messages may still be pushed this month. Whoever plans many pushes locks the row (`bot.line.account`), since
several workers use the quota at once."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.line.account import ACCOUNT, store_fact
from bot.line.client import LineError, LineUnreachableError, ToldQuota
from bot.outbound.error_policy import next_month
from factcheck.db.session import read_only, transaction
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.models import Delivery, DeliveryState
from factcheck.services.line_quota import QUOTA, LineQuota, load_quota, quota_value

log = structlog.get_logger()

ASK_LINE = "ask_line"
EVERY = timedelta(days=1)
FRESH = timedelta(minutes=10)
RESERVE_SHARE, RESERVE_LEAST = 0.05, 10
"""What notices leave for late answers: a part of the limit, but at least so many (small accounts have 200)."""


def room_for(quota: LineQuota, now: datetime, *, reserve: bool = True) -> int | None:
    """Count the people who may be written to; None: any number. `reserve`: leave some for late answers."""
    if quota.is_exhausted(now):
        return 0
    if quota.limit is None:
        return None
    kept = max(RESERVE_LEAST, round(quota.limit * RESERVE_SHARE)) if reserve else 0
    return max(0, quota.limit - kept - quota.used)


def room_again_at(now: datetime) -> datetime:
    """Return next month, or tomorrow if somebody buys a larger plan."""
    return min(next_month(now), now + EVERY)


def fresh_quota(context: BotContext) -> None:
    """Ask LINE unless that was done lately. Raises LineError, LineUnreachableError when nothing is known."""
    with read_only(context.factory) as session:
        known = load_quota(session)
    now = context.clock()
    if known is not None and timedelta(0) <= now - known.asked_at < FRESH:
        return
    try:
        quota = context.line.quota()
    except (LineError, LineUnreachableError) as error:
        log.warning("line_quota_unknown", error=type(error).__name__)
        if known is None:
            raise
        return
    with transaction(context.factory) as session:
        note_quota(session, quota, now=now)


def note_quota(session: Session, told: ToldQuota, *, now: datetime) -> None:
    """Record what LINE says, and what is promised and not sent yet. A grown limit ends an exhaustion."""
    known = load_quota(session, lock=True)
    pending = select(Delivery.recipients).where(Delivery.state == DeliveryState.PENDING)
    begun = sum(len(recipients or ()) for recipients in session.scalars(pending))
    until = known.exhausted_until if known is not None else None
    grown = known is not None and known.limit is not None and (told.limit is None or told.limit > known.limit)
    _store_quota(session, LineQuota(told.limit, told.used + begun, now, None if grown else until), now)


def spend(session: Session, quota: LineQuota, people: int, *, now: datetime) -> None:
    """`quota` must be locked."""
    _store_quota(session, replace(quota, used=quota.used + people), now)


def note_exhausted(session: Session, *, now: datetime) -> bool:
    """Record that LINE refuses pushes for this month; returns whether that is news."""
    known = load_quota(session, lock=True) or LineQuota(None, 0, now)
    if known.is_exhausted(now):
        return False
    _store_quota(session, replace(known, exhausted_until=next_month(now)), now)
    return True


def _store_quota(session: Session, quota: LineQuota, now: datetime) -> None:
    store_fact(session, QUOTA, quota_value(quota), now=now)


def job_kinds(context: BotContext) -> tuple[JobKind, ...]:
    """LINE is asked soon after a start: the account may be another one since."""
    return (JobKind(ASK_LINE, lambda _payload: ask_line(context), every=EVERY, is_due_at_start=True),)


def ask_line(context: BotContext) -> Effects:
    account, quota = context.line.account(), context.line.quota()

    def effects(session: Session) -> None:
        now = context.clock()
        store_fact(session, ACCOUNT, asdict(account), now=now)
        note_quota(session, quota, now=now)

    return effects
