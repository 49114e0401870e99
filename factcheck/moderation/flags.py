"""Flags on what is published at once, as reasons and comments are: a person looks at what a rule found."""

from datetime import datetime

from sqlalchemy.orm import Session

from factcheck.models import ReportSource, TargetKind, User
from factcheck.moderation.reports import open_report
from factcheck.moderation.signals import Contribution, Signal, signals_of
from factcheck.moderation.targets import Target

COUNTING = frozenset({Signal.CONTACT})
"""Signals that raise a flag alone; others only say more of what is flagged."""


def flag_words(session: Session, kind: TargetKind, name: object, words: str, user: User, *, now: datetime) -> None:
    """Looks at what somebody has just written."""
    age = now - user.created_at if user.created_at else None
    found = signals_of(Contribution(words, age, None, 0))
    if COUNTING & set(found):
        target, source = Target(kind, str(name)), ReportSource.SIGNAL
        open_report(session, target, found[-1], note=", ".join(found), user=None, now=now, source=source)
