"""Which events are handled: not those of blocked people, and of one chat only so many a minute.

The usual limit of 60 lets through the 50 messages of one question (`bot.private.burst_question.MOST`) and its buttons.
One message a second, at a fifth of a second each, leaves the others their answers.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.inbound.event_types import COUNTED, EventType, traits_of
from bot.inbound.events import Event
from factcheck.models import InboxEvent


class Admission(StrEnum):
    HANDLE = "HANDLE"
    SAY_TOO_FAST = "SAY_TOO_FAST"
    IGNORE = "IGNORE"


GROUP_FACTOR = 10
"""A group is many people; what one asks must not drown in what the others say."""


def decide(event: Event, place: int, *, limit: int, blocked: frozenset[str]) -> Admission:
    """Decide whether an event is handled. `place`: from 1, among the counted events of its chat in the same minute. In
    a private chat the first one over the limit gets a sentence. A blocked person can still take a message back."""
    if event.user_id in blocked and event.type != EventType.UNSEND:
        return Admission.IGNORE
    if not traits_of(event.type).is_counted or place <= (limit if event.is_one_to_one else GROUP_FACTOR * limit):
        return Admission.HANDLE
    return Admission.SAY_TOO_FAST if place == limit + 1 and event.is_one_to_one else Admission.IGNORE


def place_in_minute(session: Session, chat_id: str, event_id: str, received_at: datetime) -> int:
    """Count by the minutes of the clock, so that the place is the same whenever the event is handled."""
    minute = received_at.replace(second=0, microsecond=0)
    place = {"in_chat": chat_id, "of_event": event_id, "since": minute, "until": received_at}
    return session.scalar(_COUNTED_BEFORE, place) or 0


_COUNTED_BEFORE = select(func.count()).where(
    InboxEvent.chat_id == bindparam("in_chat"),
    InboxEvent.received_at >= bindparam("since"),
    InboxEvent.type.in_(COUNTED),
    or_(
        InboxEvent.received_at < bindparam("until"),
        and_(InboxEvent.received_at == bindparam("until"), InboxEvent.id <= bindparam("of_event")),
    ),
)
