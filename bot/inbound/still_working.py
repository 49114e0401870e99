"""Answers that take long: before its reply token is too old, the token is used to say so, and the answer is pushed
later. This job and the deliveries have a thread of their own (`bot.worker`), since all others may hang in a search."""

from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.inbound import inbox
from bot.inbound.event_types import EventType
from bot.inbound.events import Event, parse_event
from bot.messages import notices
from bot.outbound.outbox import Address, send
from bot.outbound.quota import room_for
from factcheck.db.session import read_only
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import LINE_BOT, InboxEvent, User
from factcheck.services.line_quota import load_quota

TELL_WAITING = "tell_waiting"
EVERY = timedelta(seconds=4)
PATIENCE, TOO_LATE = timedelta(seconds=30), timedelta(seconds=46)
"""Ages of a message without an answer that is spoken about; later its token may be too old for the job and the call."""

ONCE_IN = timedelta(minutes=1)

_OPEN = InboxEvent.handled_at.is_(None)

AT_ONCE = 20
"""People told in one transaction, at some 2 ms each, since others wait for it."""


def job_kinds(context: BotContext) -> tuple[JobKind, ...]:
    return (
        JobKind(
            TELL_WAITING,
            lambda _payload: tell_waiting(context),
            every=EVERY,
            priority=queue.PEOPLE_WAIT,
            is_express=True,
        ),
    )


def tell_waiting(context: BotContext) -> Effects:
    with read_only(context.factory) as session:
        found = _to_be_told(context, session, context.clock())
    chosen = found[:AT_ONCE]

    def effects(session: Session) -> Next | None:
        now = context.clock()
        # Locked: a handler just done with one is skipped; one done later sees that the token is used.
        waiting = _waiting(now).where(InboxEvent.id.in_(chosen)).with_for_update(skip_locked=True)
        for row in session.scalars(waiting).all():
            event = parse_event(row.payload or {})
            if _can_be_told(context, session, event):
                _tell(context, session, row, event, now)
        return Next.AT_ONCE if len(found) > AT_ONCE else None

    return effects


def _to_be_told(context: BotContext, session: Session, now: datetime) -> list[str]:
    """Finds one message of each chat not told lately, oldest first; at most one more than AT_ONCE."""
    found: list[str] = []
    lately = InboxEvent.told_to_wait_at.between(now - ONCE_IN, now + ONCE_IN)  # later: the clock was set back
    told = set(session.scalars(select(InboxEvent.chat_id).where(_OPEN, lately)))
    with closing(session.scalars(_waiting(now).execution_options(yield_per=10 * AT_ONCE))) as rows:
        for row in rows:
            if row.chat_id not in told and _can_be_told(context, session, parse_event(row.payload or {})):
                told.add(row.chat_id)
                found.append(row.id)
                if len(found) > AT_ONCE:
                    break
    return found


def _waiting(now: datetime) -> Select[InboxEvent]:
    return (
        select(InboxEvent)
        .where(
            _OPEN,
            InboxEvent.received_at > now - TOO_LATE,
            InboxEvent.received_at <= now - PATIENCE,
            InboxEvent.type == EventType.MESSAGE,
            InboxEvent.held_at.is_(None),
            InboxEvent.told_to_wait_at.is_(None),
        )
        .order_by(InboxEvent.received_at, InboxEvent.id)
    )


def _can_be_told(context: BotContext, session: Session, event: Event) -> bool:
    return event.reply_token is not None and may_be_spoken_to(context, session, event)


def may_be_spoken_to(context: BotContext, session: Session, event: Event) -> bool:
    may = event.is_one_to_one and event.mode == "active" and event.user_id not in context.blocked_users
    return may and not inbox.is_taken_back(session, event)


def translator_of(context: BotContext, session: Session, event: Event) -> Translate:
    sender = select(User.locale).where(User.app_id == LINE_BOT, User.app_user_id == event.user_id)
    return translator(session.scalar(sender) or context.default_locale)


def _tell(context: BotContext, session: Session, row: InboxEvent, event: Event, now: datetime) -> None:
    t = translator_of(context, session, event)
    quota = load_quota(session)
    can_push = quota is None or room_for(quota, now, reserve=False) != 0
    messages = notices.still_looking(t) if can_push else notices.look_again_later(t)
    row.told_to_wait_at = now
    address = Address(event.chat_id, event.reply_token, row.received_at, event.message_id)
    send(session, address, messages, now=now, priority=queue.PEOPLE_WAIT)
