"""The events that LINE sent, as rows: what is waiting, what was taken back, what a newer one has overtaken."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.events import Event, parse_event
from factcheck.models import InboxEvent

MESSAGE, EDITED, UNSEND = "message", "messageEdited", "unsend"


@dataclass(frozen=True)
class Received:
    """An event that has not been handled yet."""

    id: str
    event: Event
    received_at: datetime
    told_to_wait: bool
    """Its reply token has been used."""

    @property
    def reply_token(self) -> str | None:
        return None if self.told_to_wait else self.event.reply_token


def load_received(session: Session, event_id: str) -> Received | None:
    """None when there is nothing to do about it any more."""
    row = session.get(InboxEvent, event_id)
    if row is None or row.handled_at is not None or row.payload is None:
        return None
    return _received(row)


def _received(row: InboxEvent) -> Received:
    return Received(row.id, parse_event(row.payload or {}), row.received_at, row.told_to_wait_at is not None)


def lock_received(session: Session, event_id: str) -> Received | None:
    """As it is now, and nobody else changes it until the transaction ends: what `load_received` found may have been
    told to wait, or taken back, while the message was looked up."""
    row = session.get(InboxEvent, event_id, with_for_update=True, populate_existing=True)
    if row is None or row.handled_at is not None or row.payload is None:
        return None
    return _received(row)


def mark_handled(session: Session, event_id: str, *, now: datetime) -> None:
    """Its text is forgotten; its id stays, so that LINE's repeating it changes nothing."""
    row = session.get(InboxEvent, event_id)
    if row is not None:
        row.handled_at = row.handled_at or now
        row.payload = None
        row.held_at = None


def is_taken_back(session: Session, event: Event) -> bool:
    """Its sender has unsent the message, before or after it came here."""
    if event.type not in (MESSAGE, EDITED) or event.message_id is None:
        return False
    same = (InboxEvent.chat_id == event.chat_id, InboxEvent.message_id == event.message_id)
    return bool(session.scalar(select(exists().where(*same, InboxEvent.type == UNSEND))))


def is_overtaken(session: Session, event: Event) -> bool:
    """There is a later version of the same message (LINE delivers edits in any order; the latest one counts)."""
    if event.type not in (MESSAGE, EDITED) or event.message_id is None or event.at is None:
        return False
    same = (InboxEvent.chat_id == event.chat_id, InboxEvent.message_id == event.message_id)
    later = InboxEvent.event_at > event.at
    return bool(session.scalar(select(exists().where(*same, InboxEvent.type == EDITED, later))))
