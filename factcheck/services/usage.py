"""What happened in the chats, counted by day and kind, without people or texts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Function, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.db.insert import insert
from factcheck.models import UsageEvent


class Usage(StrEnum):
    """Kinds of events. `detail` adds the type of a message, the score of a vote, or the new value of a setting."""

    MESSAGE = "message"
    """It was not taken back."""
    NOT_TAKEN = "not_taken"
    """A picture, film or sound; `detail` says why."""
    ANSWERED = "answered"
    WAITING = "waiting"
    """The message is known, but has no reply."""
    DIFFERED = "differed"
    """It is nearly a known message, and what differs was said."""
    OFFERED = "offered"
    UNKNOWN = "unknown"
    CHOSEN = "chosen"
    HELPED = "helped"
    """A person who was cheated or wants one to talk to was told whom to call."""
    REFUSED = "refused"
    """None of those offered, or not what was shown."""
    SUBMITTED = "submitted"
    DECLINED = "declined"
    VOTED = "voted"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    JOINED = "joined"
    LEFT = "left"
    TUTORIAL = "tutorial"
    SHARED = "shared"
    LISTED = "listed"
    """A person's own messages were shown."""
    LANGUAGE = "language"
    NOTICES = "notices"
    ERASED = "erased"
    UNSENT = "unsent"
    VOLUNTEER = "volunteer"
    """A person asked for the link by which they can help."""
    TOO_FAST = "too_fast"
    """The first message over the limit of a minute."""


SHOWN = (Usage.ANSWERED, Usage.WAITING, Usage.DIFFERED)
"""Kinds that name the article which was taken for the message."""


def note(
    session: Session,
    kind: Usage,
    *,
    now: datetime,
    chat_kind: str = "user",
    article_id: str | None = None,
    reply_id: str | None = None,
    detail: str = "",
) -> None:
    """Counts an event. `chat_kind`: user, group or room."""
    values = {"at": now, "kind": kind, "chat_kind": chat_kind, "article_id": article_id, "reply_id": reply_id}
    session.execute(insert(session, UsageEvent), values | {"detail": detail})


def daily_counts(session: Session, *, now: datetime, days: int) -> dict[str, Mapping[str, int]]:
    """Counts each kind by day (UTC, as 2026-01-31), for the last `days` days that have any, oldest first."""
    day = utc_day(session, UsageEvent.at)
    recent = UsageEvent.at >= _beginning(now, days)
    rows = session.execute(select(day, UsageEvent.kind, func.count()).where(recent).group_by(day, UsageEvent.kind))
    found: dict[str, Counter[str]] = {}
    for date, kind, number in rows:
        found.setdefault(str(date), Counter())[kind] = number
    return dict(sorted(found.items()))


def utc_day(session: Session, moment: InstrumentedAttribute[datetime]) -> Function[Any]:
    """Makes the expression for a moment's day, whose rows begin like 2026-01-31."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"  # its dates follow the connection's zone
    return func.date(func.timezone("UTC", moment) if is_postgresql else moment)


@dataclass(frozen=True)
class Refused:
    """An article that was shown to people who said that they had sent something else."""

    article_id: str
    refused: int
    shown: int


def refused_answers(session: Session, *, now: datetime, days: int) -> list[Refused]:
    """Lists what was refused in the last `days` days, most often first: what matching takes for the same and is not."""
    recent = UsageEvent.at >= _beginning(now, days)
    counted = select(UsageEvent.article_id, UsageEvent.kind, func.count()).where(recent)
    counted = counted.where(UsageEvent.kind.in_([Usage.REFUSED, *SHOWN]), UsageEvent.article_id.is_not(None))
    refused: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for article_id, kind, number in session.execute(counted.group_by(UsageEvent.article_id, UsageEvent.kind)):
        (refused if kind == Usage.REFUSED else shown)[str(article_id)] += number
    return [Refused(article_id, number, shown[article_id]) for article_id, number in refused.most_common()]


def _beginning(now: datetime, days: int) -> datetime:
    return (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
