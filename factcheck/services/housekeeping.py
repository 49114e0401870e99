"""An hourly job that removes what is kept only for a time. Old rows are found without a lock, then removed by id in
batches, so that nobody waits long for SQLite's one writer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import (
    BlockedName,
    ChatLink,
    Claim,
    DailyPick,
    Delivery,
    DeliveryState,
    Dialogue,
    Draft,
    EditorNotice,
    Evening,
    GoneArticle,
    GroupMatch,
    InboxEvent,
    Job,
    JobState,
    KeptQuery,
    LoginSession,
    LoginToken,
    MailRequest,
    Notice,
    PendingReply,
    Report,
    Task,
    TaskState,
    TaskTurn,
    UsageEvent,
    VoteTrace,
    WebhookDelivery,
)
from factcheck.services.blocks import KEEP as KEEP_BLOCKED
from factcheck.services.daily import day_of
from factcheck.services.evenings import KEPT_FOR as KEEP_EVENINGS
from factcheck.services.health import forget_old_signs
from factcheck.services.login_sessions import Lifetimes, lifetimes
from factcheck.services.mail_requests import LINK_LIFE
from factcheck.services.second_accounts import KEEP_TRACES
from factcheck.settings import Settings

HOUSEKEEPING = "housekeeping"
EVERY = timedelta(hours=1)

BATCH = 1_000
"""Rows of a table that one job removes."""

KEEP_DIALOGUES = timedelta(days=90)
"""An expired row is emptied, but kept this long to tell an old button from an unknown one."""

KEEP_GROUP_MATCHES = timedelta(days=7)
"""How long a message in a group can be asked about by quoting it."""

KEEP_USAGE = timedelta(days=400)
"""Enough to compare a month with the same month of the year before."""

KEEP_LINKS = timedelta(days=1)
KEEP_CLAIMS = timedelta(days=1)
KEEP_QUERIES = timedelta(days=7)
"""How long the address of a search for a long text works."""

KEEP_DAYS = timedelta(days=60)

KEEP_TURNS = timedelta(days=180)
"""How long it is known what somebody answered to a small task; what was agreed upon stays."""

KEEP_DRAFTS = timedelta(days=180)
"""How long a draft is kept that nobody touches, and an unread notice to a volunteer."""

KEEP_REFUSED = timedelta(days=200)
"""How long a reply that reviewers refused is kept: somewhat longer than its author may object."""

KEEP_TOMBSTONES = timedelta(days=180)
"""Ids of what was removed for good; copies of the data must be brought up to date within this time."""

KEEP_REPORTS = timedelta(days=400)
"""From when it was looked at: it tells how often the same person was right."""


@dataclass(frozen=True)
class Old:
    """Keys of what is to be removed, or (`expired`) emptied; at most BATCH of each."""

    expired: Sequence[str]
    of_table: Sequence[tuple[InstrumentedAttribute[Any], Sequence[Any]]]

    @property
    def more(self) -> bool:
        return any(len(keys) == BATCH for keys in (self.expired, *(keys for _, keys in self.of_table)))


def job_kinds(factory: SessionFactory, settings: Settings, clock: Clock) -> tuple[JobKind, ...]:
    limits = lifetimes(settings)

    def handle(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            old = find_old(session, limits, now=clock(), keep=timedelta(days=settings.retention_days))

        def effects(session: Session) -> Next | None:
            remove(session, old, now=clock())
            return Next.AT_ONCE if old.more else None

        return effects

    return (JobKind(HOUSEKEEPING, handle, every=EVERY),)


def find_old(session: Session, limits: Lifetimes, *, now: datetime, keep: timedelta) -> Old:
    """Finds what is too old. `keep`: for events (LINE redelivers within hours; the rest is margin), deliveries that are
    not waiting to be sent, and dead jobs from their last try on."""
    expired = select(Dialogue.id).where(Dialogue.expires_at < now, Dialogue.closed_at.is_(None))
    sent = (Delivery.created_at < now - keep, Delivery.state != DeliveryState.PENDING)
    unconfirmed = and_(MailRequest.confirmed_at.is_(None), MailRequest.created_at < now - LINK_LIFE)
    conditions: list[tuple[InstrumentedAttribute[Any], Any]] = [
        (Dialogue.id, [Dialogue.expires_at < now - KEEP_DIALOGUES]),
        (InboxEvent.id, [InboxEvent.received_at < now - keep]),
        (Delivery.id, sent),
        (Job.id, [Job.state == JobState.DEAD, Job.due_at < now - keep]),
        (GroupMatch.message_id, [GroupMatch.event_at < now - KEEP_GROUP_MATCHES]),
        (UsageEvent.id, [UsageEvent.at < now - KEEP_USAGE]),
        (MailRequest.id, [or_(unconfirmed, MailRequest.told_at < now - keep)]),
        (LoginToken.token_hash, [LoginToken.expires_at < now - KEEP_LINKS]),
        (LoginSession.id, [limits.ended(now)]),
        (Claim.expires_at, [Claim.expires_at < now - KEEP_CLAIMS]),
        (KeptQuery.id, [KeptQuery.created_at < now - KEEP_QUERIES]),
        (DailyPick.day, [DailyPick.day < day_of(now - KEEP_DAYS)]),
        (ChatLink.token_hash, [ChatLink.expires_at < now - KEEP_LINKS]),
        (Task.id, [Task.state == TaskState.DROPPED, Task.decided_at < now - KEEP_CLAIMS]),
        (TaskTurn.taken_at, [TaskTurn.taken_at < now - KEEP_TURNS]),
        (VoteTrace.id, [VoteTrace.at < now - KEEP_TRACES]),
        (Evening.id, [Evening.created_at < now - KEEP_EVENINGS]),
        (Draft.id, [Draft.updated_at < now - KEEP_DRAFTS]),
        (WebhookDelivery.id, [WebhookDelivery.created_at < now - keep]),
        (GoneArticle.article_id, [GoneArticle.gone_at < now - KEEP_TOMBSTONES]),
        (BlockedName.digest, [BlockedName.kept_at < now - KEEP_BLOCKED]),
        (EditorNotice.id, [EditorNotice.created_at < now - KEEP_DRAFTS]),
        (PendingReply.id, [PendingReply.refused_at < now - KEEP_REFUSED]),
        (Report.id, [Report.closed_at < now - KEEP_REPORTS]),
    ]
    return Old(
        expired=session.scalars(expired.limit(BATCH)).all(),
        of_table=[(key, session.scalars(select(key).where(*which).limit(BATCH)).all()) for key, which in conditions],
    )


def remove(session: Session, old: Old, *, now: datetime) -> None:
    if old.expired:
        closing = update(Dialogue).where(Dialogue.id.in_(old.expired))
        session.execute(closing.values(data={}, closed_at=now))
    for key, keys in old.of_table:
        if not keys:
            continue
        if key is Delivery.id:  # notices stay, so that nobody is told twice
            session.execute(update(Notice).where(Notice.delivery_id.in_(keys)).values(delivery_id=None))
        session.execute(delete(key.class_).where(key.in_(keys)))
    forget_old_signs(session, now=now)
