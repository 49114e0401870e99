"""Reviewers, spam and shortcuts for the tests of moderation."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.models import (
    Article,
    Job,
    ModerationAction,
    ModerationKind,
    PendingKind,
    PendingReply,
    Reason,
    Role,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.pending import Written, publish_or_wait
from factcheck.moderation.targets import Target
from tests.factcheck.world import NOW, draft, user

KEY = "k" * 40
WINDOW = timedelta(minutes=2)


def reviewer(session: Session, name: str = "rita") -> User:
    found = user(session, name)
    found.role, found.email = Role.REVIEWER, f"{name}@example.org"
    session.flush()
    return found


def send(
    session: Session,
    article: Article,
    author: User,
    text: str = "Not true.",
    *,
    window: timedelta = WINDOW,
    now: datetime = NOW,
    key: str = "",
) -> PendingReply | None:
    written = Written(PendingKind.NEW, draft(text, key=key))
    return publish_or_wait(session, article, written, author, window=window, secret_key=KEY, now=now)


def do(
    session: Session,
    kind: ModerationKind,
    target: Target,
    by: User | None,
    *,
    reason: Reason = Reason.SPAM,
    now: datetime = NOW,
) -> ModerationAction:
    return decide(session, target, Decision(kind, reason), by, now=now)


def target(kind: TargetKind, name: object) -> Target:
    return Target(kind, str(name))


def jobs(session: Session, kind: str) -> list[Job]:
    session.flush()
    return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))
