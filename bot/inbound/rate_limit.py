"""Which events are handled at all: not those of people who are blocked by a setting, and of one chat only so many a
minute, so that one person (or a program) cannot hold up everybody else's answers.

How many: the usual limit of 60 lets 50 messages through that are forwarded in one go
(`bot.private.burst_question.MOST`, as many as one question is about), and the buttons pressed then. Forwards are
not counted apart: a program can send any number of messages in one moment, too, and a limit that let each burst pass
would be none. One message a second, at a fifth of a second each, is a flood that leaves the others their answers.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.inbound.event_types import COUNTED, EventType, traits_of
from bot.inbound.events import Event
from factcheck.models import InboxEvent


class Admission(StrEnum):
    HANDLE = "HANDLE"
    SAY_TOO_FAST = "SAY_TOO_FAST"
    IGNORE = "IGNORE"


GROUP_FACTOR = 10
"""A group is many people; what one of them asks for must not drown in what the others say."""


def decide(event: Event, place: int, *, limit: int, blocked: frozenset[str]) -> Admission:
    """Decides whether an event is handled. `place`: from 1, of this event among those of its chat that are counted
    and came in the same minute. The first one over the limit is answered with a sentence, in a private chat; the
    others with silence until the minute is over. Somebody who is blocked can still take a message back."""
    if event.user_id in blocked and event.type != EventType.UNSEND:
        return Admission.IGNORE
    if not traits_of(event.type).is_counted or place <= (limit if event.is_one_to_one else GROUP_FACTOR * limit):
        return Admission.HANDLE
    return Admission.SAY_TOO_FAST if place == limit + 1 and event.is_one_to_one else Admission.IGNORE


def place_in_minute(session: Session, chat_id: str, event_id: str, received_at: datetime) -> int:
    """Minutes by the clock, so that it is the same whenever the event is handled."""
    minute = received_at.replace(second=0, microsecond=0)
    before = or_(
        InboxEvent.received_at < received_at,
        and_(InboxEvent.received_at == received_at, InboxEvent.id <= event_id),
    )
    query = select(func.count()).where(
        InboxEvent.chat_id == chat_id, InboxEvent.received_at >= minute, InboxEvent.type.in_(COUNTED), before
    )
    return session.scalar(query) or 0
