"""The events that LINE sent, as rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, bindparam, exists, func, null, or_, select, update
from sqlalchemy.orm import Session

from bot.inbound.event_types import EventType
from bot.inbound.events import Event, parse_event
from factcheck.db.insert import table_of
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
    session.execute(_FORGET, {"of_event": event_id, "now": now})


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
    return _not_taken_back(session, chat_id, session.scalars(_HELD, {"in_chat": chat_id}).all())


def messages_around(session: Session, event: Event, window: timedelta) -> list[Received]:
    """Load the other messages within `window` before or after this one; the newest LOOKED_THROUGH."""
    if event.at is None:
        return []
    rows = session.scalars(_AROUND, _moment(event, event.at, window)).all()
    return _not_taken_back(session, event.chat_id, rows)


def message_ids_around(session: Session, event: Event, window: timedelta) -> list[str]:
    """Find the other messages, handled ones too."""
    if event.at is None:
        return []
    ids = session.scalars(_IDS_AROUND, _moment(event, event.at, window))
    return [one for one in ids if one is not None]


def _moment(event: Event, at: datetime, window: timedelta) -> dict[str, object]:
    return {"in_chat": event.chat_id, "but": event.message_id or "", "since": at - window, "until": at + window}


def sent_last_at(session: Session, chat_id: str, message_ids: Sequence[str]) -> datetime | None:
    """Return None if the inbox has none of the messages."""
    query = select(func.max(InboxEvent.event_at)).where(*_MESSAGES, InboxEvent.message_id.in_(message_ids))
    return session.scalar(query, {"in_chat": chat_id})


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
    return _is_followed(session, event, _UNSENT)


def is_moot(session: Session, event: Event) -> bool:
    """Tell whether the message was taken back or edited later; LINE delivers edits in any order."""
    return _is_followed(session, event, _UNSENT if event.at is None else _UNSENT_OR_EDITED)


def _is_followed(session: Session, event: Event, query: Select[bool]) -> bool:
    if event.type not in (EventType.MESSAGE, EventType.EDITED) or event.message_id is None:
        return False
    same = {"in_chat": event.chat_id, "of_message": event.message_id, "after": event.at}
    return bool(session.scalar(query, same))


# Made once: to put a statement together takes longer than SQLite takes for it, and each message needs these.
_MESSAGES = (InboxEvent.chat_id == bindparam("in_chat"), InboxEvent.type == EventType.MESSAGE)
_NEAR = (
    *_MESSAGES,
    InboxEvent.event_at.between(bindparam("since"), bindparam("until")),
    InboxEvent.message_id != bindparam("but"),
)
_AROUND = (
    select(InboxEvent).where(*_NEAR).order_by(InboxEvent.event_at.desc(), InboxEvent.id.desc()).limit(LOOKED_THROUGH)
)
_IDS_AROUND = select(InboxEvent.message_id).where(*_NEAR).limit(LOOKED_THROUGH)
_HELD = (
    select(InboxEvent)
    .where(*_MESSAGES, InboxEvent.handled_at.is_(None), InboxEvent.held_at.is_not(None))
    .order_by(InboxEvent.event_at, InboxEvent.id)
    .with_for_update()
)
_SAME = (InboxEvent.chat_id == bindparam("in_chat"), InboxEvent.message_id == bindparam("of_message"))
_IS_UNSEND = InboxEvent.type == EventType.UNSEND
_IS_LATER_EDIT = and_(InboxEvent.type == EventType.EDITED, InboxEvent.event_at > bindparam("after"))
_UNSENT = select(exists().where(*_SAME, _IS_UNSEND))
_UNSENT_OR_EDITED = select(exists().where(*_SAME, or_(_IS_UNSEND, _IS_LATER_EDIT)))
_FORGET = (
    update(table_of(InboxEvent))
    .where(InboxEvent.id == bindparam("of_event"), InboxEvent.handled_at.is_(None))
    .values(handled_at=bindparam("now"), payload=null(), held_at=None)
)
