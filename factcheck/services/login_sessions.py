"""Log-ins have a row each, and the row decides: a cookie whose row is gone or too old logs nobody in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError
from factcheck.ids import random_id
from factcheck.models import WEBSITE, LoginSession, User
from factcheck.settings import Settings

NOTED_EVERY = timedelta(hours=1)
"""How exactly it is known when somebody was last here."""


@dataclass(frozen=True)
class Lifetimes:
    longest: timedelta
    """From the log-in."""
    idle: timedelta
    """From the last visit."""

    def ended(self, now: datetime) -> ColumnElement[bool]:
        return or_(LoginSession.created_at <= now - self.longest, LoginSession.seen_at <= now - self.idle)


def lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(timedelta(days=settings.session_days), timedelta(days=settings.session_idle_days))


def begin_session(session: Session, user: User, device: str, *, now: datetime) -> LoginSession:
    """Logs a volunteer in on a device. Raises ForbiddenError for the row of a chat: whoever could write there as
    somebody would otherwise be them on the web."""
    if user.app_id != WEBSITE:
        raise ForbiddenError("Only volunteers log in.")
    row = LoginSession(id=random_id(), user_id=user.id, device=device, created_at=now, seen_at=now)
    session.add(row)
    return row


def find_session(session: Session, session_id: str, limits: Lifetimes, *, now: datetime) -> LoginSession | None:
    return session.scalar(select(LoginSession).where(LoginSession.id == session_id, ~limits.ended(now)))


def sessions_of(session: Session, user: User, limits: Lifetimes, *, now: datetime) -> Sequence[LoginSession]:
    """Lists those that have not ended, the last used first."""
    query = select(LoginSession).where(LoginSession.user_id == user.id, ~limits.ended(now))
    return session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id)).all()


def note_seen(session: Session, session_id: str, *, now: datetime) -> None:
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))


def end_session(session: Session, user_id: str, session_id: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.user_id == user_id, LoginSession.id == session_id))


def end_others(session: Session, user_id: str, session_id: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.user_id == user_id, LoginSession.id != session_id))
