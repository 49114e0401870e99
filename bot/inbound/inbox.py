"""The events that LINE sent, as rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, null, or_, select, update
from sqlalchemy.orm import Session

from bot.inbound.event_types import EventType
from bot.inbound.events import Event, parse_event
from factcheck.models import InboxEvent

LOOKED_THROUGH = 20
"""Messages around one moment that may belong together. Albums have at most 20."""
DOUBLE_CLICK = timedelta(seconds=1)
ANSWERABLE = timedelta(minutes=20)
"""The reply token of an older event, redelivered, does not work (LINE's documentation of redelivery)."""


@dataclass(frozen=True)
class Received:
    id: str
    event: Event
    received_at: datetime
    told_to_wait: bool
    """Its reply token was used to say that the answer takes long."""
    held_at: datetime | None = None
    handled: bool = False

    @property
    def reply_token(self) -> str | None:
        sent_at = self.event.at
        too_late = sent_at is not None and self.received_at - sent_at > ANSWERABLE
        return None if self.told_to_wait or too_late else self.event.reply_token


Reaction = Callable[[Session, Received, datetime], bool]
"""Handles an event in one transaction; returns whether it is now handled."""


def load_received(session: Session, event_id: str) -> Received | None:
    """Return None when there is nothing to do about the event any more."""
    row = session.get(InboxEvent, event_id)
    if row is None or row.handled_at is not None or row.payload is None:
        return None
    return _received(row)


def _received(row: InboxEvent) -> Received:
    told_to_wait, handled = row.told_to_wait_at is not None, row.handled_at is not None
    return Received(row.id, parse_event(row.payload or {}), row.received_at, told_to_wait, row.held_at, handled)


def lock_received(session: Session, event_id: str) -> Received | None:
    """Lock an event until the transaction ends: since `load_received` its reply token may have been used, or its
    message taken back."""
    row = session.get(InboxEvent, event_id, with_for_update=True, populate_existing=True)
    if row is None or row.handled_at is not None or row.payload is None:
        return None
    return _received(row)


def mark_handled(session: Session, event_id: str, *, now: datetime) -> None:
    """Forget the event's text. Its id stays, so that a redelivery changes nothing."""
    open_one = update(InboxEvent).where(InboxEvent.id == event_id, InboxEvent.handled_at.is_(None))
    session.execute(open_one.values(handled_at=now, payload=null(), held_at=None))


def mark_handled_and_keep(session: Session, event_id: str, *, now: datetime) -> None:
    """Keep what LINE told of the message: a picture cannot be read yet."""
    row = session.get(InboxEvent, event_id)
    if row is not None and row.handled_at is None:
        row.handled_at = now
        row.payload = {key: value for key, value in (row.payload or {}).items() if key != "replyToken"}
        row.held_at = None


def mark_held(session: Session, event_id: str, *, now: datetime) -> None:
    row = session.get(InboxEvent, event_id)
    if row is not None and row.handled_at is None:
        row.held_at = row.held_at or now


def held_messages(session: Session, chat_id: str) -> list[Received]:
    """Load and lock the held messages, in the order they were sent."""
    held = _messages(chat_id).where(InboxEvent.handled_at.is_(None), InboxEvent.held_at.is_not(None))
    rows = session.scalars(held.order_by(InboxEvent.event_at, InboxEvent.id).with_for_update()).all()
    return _not_taken_back(session, chat_id, rows)


def messages_around(session: Session, event: Event, window: timedelta) -> list[Received]:
    """Load the other messages within `window` before or after this one; the newest LOOKED_THROUGH."""
    if event.at is None:
        return []
    moment = InboxEvent.event_at.between(event.at - window, event.at + window)
    others = _messages(event.chat_id).where(moment, InboxEvent.message_id != event.message_id)
    rows = session.scalars(others.order_by(InboxEvent.event_at.desc(), InboxEvent.id.desc()).limit(LOOKED_THROUGH))
    return _not_taken_back(session, event.chat_id, rows.all())


def message_ids_around(session: Session, event: Event, window: timedelta) -> list[str]:
    """Find the other messages, handled ones too."""
    if event.at is None:
        return []
    moment = InboxEvent.event_at.between(event.at - window, event.at + window)
    others = select(InboxEvent.message_id).where(*_are_messages(event.chat_id), moment)
    ids = session.scalars(others.where(InboxEvent.message_id != event.message_id).limit(LOOKED_THROUGH))
    return [one for one in ids if one is not None]


def sent_last_at(session: Session, chat_id: str, message_ids: Sequence[str]) -> datetime | None:
    """Return None if the inbox has none of the messages."""
    query = select(func.max(InboxEvent.event_at)).where(*_are_messages(chat_id))
    return session.scalar(query.where(InboxEvent.message_id.in_(message_ids)))


def _messages(chat_id: str) -> Select[InboxEvent]:
    return select(InboxEvent).where(*_are_messages(chat_id))


def _are_messages(chat_id: str) -> tuple[ColumnElement[bool], ...]:
    return InboxEvent.chat_id == chat_id, InboxEvent.type == EventType.MESSAGE


def _not_taken_back(session: Session, chat_id: str, rows: Sequence[InboxEvent]) -> list[Received]:
    if not rows:
        return []
    unsent = select(InboxEvent.message_id).where(InboxEvent.chat_id == chat_id, InboxEvent.type == EventType.UNSEND)
    gone = set(session.scalars(unsent.where(InboxEvent.message_id.in_([row.message_id for row in rows]))))
    return [_received(row) for row in rows if row.payload and row.message_id not in gone]


def is_double_click(session: Session, event: Event) -> bool:
    """Tell whether the person pressed a button just before this one."""
    if event.at is None:
        return False
    pressed = (InboxEvent.chat_id == event.chat_id, InboxEvent.type == EventType.POSTBACK)
    moment = InboxEvent.event_at.between(event.at - DOUBLE_CLICK, event.at)
    return bool(session.scalar(select(exists().where(*pressed, InboxEvent.handled_at.is_not(None), moment))))


def is_taken_back(session: Session, event: Event) -> bool:
    """Tell whether the message was unsent, before or after it came here."""
    return _is_followed(session, event, InboxEvent.type == EventType.UNSEND)


def is_moot(session: Session, event: Event) -> bool:
    """Tell whether the message was taken back or edited later; LINE delivers edits in any order."""
    edited = and_(InboxEvent.type == EventType.EDITED, InboxEvent.event_at > event.at) if event.at else false()
    return _is_followed(session, event, or_(InboxEvent.type == EventType.UNSEND, edited))


def _is_followed(session: Session, event: Event, by: ColumnElement[bool]) -> bool:
    if event.type not in (EventType.MESSAGE, EventType.EDITED) or event.message_id is None:
        return False
    same = (InboxEvent.chat_id == event.chat_id, InboxEvent.message_id == event.message_id)
    return bool(session.scalar(select(exists().where(*same, by))))
