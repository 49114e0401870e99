"""The job that sorts into the queue what time, an import or another release changed, and then picks the day's set."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.languages import language_of
from factcheck.models import Article, Need, Status
from factcheck.services.clusters import reply_counters
from factcheck.services.daily import pick_day
from factcheck.services.needs import COLUMNS, RETIRED_AFTER, STUCK_AFTER, facts_of, values_of

SORT_QUEUE = "sort_queue"
EVERY = timedelta(minutes=10)
BATCH = 300
"""Articles that one job sorts."""


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    """Makes the job that sorts what time or another release changed."""

    def handle(_payload: dict[str, Any]) -> Effects:
        now = clock()
        article_ids = misplaced(factory, now)

        def effects(session: Session) -> Next | None:
            if article_ids:
                sort(session, article_ids, now=now)
                return Next.AT_ONCE
            pick_day(session, now=now)
            return None

        return effects

    return (JobKind(SORT_QUEUE, handle, every=EVERY, is_keyed=True, is_due_at_start=True),)


def sort_all(factory: SessionFactory, *, now: datetime) -> None:
    """Sorts all that is not in its place, in batches."""
    while article_ids := misplaced(factory, now):
        with transaction(factory) as session:
            sort(session, article_ids, now=now)


def misplaced(factory: SessionFactory, now: datetime) -> list[str]:
    """Lists some articles that are not in their place. Each condition has an index, and all at once have none."""
    found: list[str] = []
    with read_only(factory) as session:
        for condition in _misplaced(now):
            found += session.scalars(select(Article.id).where(condition).limit(BATCH - len(found)))
            if len(found) >= BATCH:
                break
    return list(dict.fromkeys(found))


def sort(session: Session, article_ids: Sequence[str], *, now: datetime) -> None:
    """Reads them again: somebody may have asked meanwhile. What was never sorted has no counted votes and verdicts,
    either."""
    never = or_(Article.need.is_(None), _without_verdicts())
    counted = update(Article).where(Article.id.in_(article_ids), never).values(reply_counters())
    session.execute(counted.execution_options(synchronize_session=False))
    query = select(*COLUMNS, Article.language, Article.text).where(Article.id.in_(article_ids)).order_by(Article.id)
    changes = [
        {"id": row.id, **values_of(facts_of(row), now), "language": _language(row.language, row.text)}
        for row in session.execute(query.with_for_update(key_share=True))
    ]
    if changes:
        session.execute(update(Article), changes)


def _misplaced(now: datetime) -> list[ColumnElement[bool]]:
    shown = and_(Article.listed, Article.status == Status.NORMAL)
    late = or_(Article.cluster_requested_at.is_(None), Article.cluster_requested_at < now - RETIRED_AFTER)
    return [
        Article.need.is_(None),
        and_(shown, Article.need == Need.REPLY, or_(late, Article.need_since < now - STUCK_AFTER)),
        and_(shown, Article.need == Need.STUCK, late),
        # Replied to under a release that knows no needs.
        and_(shown, Article.need.in_((Need.REPLY, Need.STUCK)), Article.cluster_reply_count > 0),
        # Replied to under a release that keeps no verdicts.
        and_(shown, _without_verdicts()),
    ]


def _without_verdicts() -> ColumnElement[bool]:
    return and_(Article.cluster_reply_count > 0, Article.cluster_verdicts == 0)


def _language(known: str | None, text: str) -> str:
    if known is not None:
        return known
    found = language_of(text)
    return found.tag if found else ""
