"""Changes in an order of their own, by which copies follow and webhooks are called.

Whatever changes what an article shows takes its number away in the same transaction. The worker gives the next ones,
one job at a time, so that a reader never passes a number whose transaction was still under way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import ELSEWHERE, Article, ArticleReply, GoneArticle, Status, ToldArticle
from factcheck.services.webhooks import Event, announce

NUMBER_CHANGES = "number_changes"
EVERY = timedelta(seconds=10)
BATCH = 100
"""Articles of one transaction: nobody else can write to SQLite meanwhile."""


@dataclass(frozen=True)
class State:
    """What the world sees of an article."""

    status: str
    replies: Mapping[str, str]
    """Reply -> the status of its link."""


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    def handle(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            if not _waiting(session, limit=1) and not _gone(session, limit=1):
                return no_effects

        def effects(session: Session) -> Next | None:
            return Next.AT_ONCE if number_changes(session, now=clock()) == BATCH else None

        return effects

    return (JobKind(NUMBER_CHANGES, handle, every=EVERY, is_keyed=True),)


def number_changes(session: Session, *, now: datetime) -> int:
    """Numbers a batch of changed articles, has webhooks told, and returns how many there were."""
    rows = _waiting(session, limit=BATCH, lock=True)
    gone = _gone(session, limit=BATCH - len(rows))
    if not rows and not gone:
        return 0
    last = max(session.scalar(select(func.max(model.change_number))) or 0 for model in (Article, GoneArticle))
    told, present = _told(session, rows), _present(session, rows)
    events: list[Event] = []
    for number, row in enumerate(rows, last + 1):
        row.change_number = number
        if row.app_id != ELSEWHERE:
            events += events_of(row.id, told.get(row.id), present[row.id], row.created_at)
    for number, lost in enumerate(gone, last + 1 + len(rows)):
        lost.change_number = number
        events.append(Event("article.status", lost.article_id, "", Status.DELETED, None))
    session.flush()
    if present:
        _keep(session, present, now)
    announce(session, events, now=now)
    return len(rows) + len(gone)


def note_gone(session: Session, article_id: str, *, now: datetime) -> None:
    """Keeps that an article's row goes."""
    session.execute(insert(session, GoneArticle).values(article_id=article_id, gone_at=now).on_conflict_do_nothing())


def events_of(article_id: str, before: State | None, after: State, created_at: datetime | None) -> list[Event]:
    """Says what became of an article. What was never shown is no event."""
    known = before or State("", {})
    found = []
    if before is None and after.status == Status.NORMAL:
        found.append(Event("article.created", article_id, "", after.status, created_at))
    elif before is not None and before.status != after.status:
        found.append(Event("article.status", article_id, "", after.status, None))
    for reply_id, status in after.replies.items():
        if known.replies.get(reply_id) == status:
            continue
        is_new = reply_id not in known.replies
        if is_new and status == Status.NORMAL:
            found.append(Event("reply.created", article_id, reply_id, status, created_at if before is None else None))
        elif not is_new:
            found.append(Event("reply.status", article_id, reply_id, status, None))
    return found


def _waiting(session: Session, *, limit: int, lock: bool = False) -> list[Article]:
    """Lists articles without a number, but for those that are just being changed."""
    query = select(Article).where(Article.change_number.is_(None)).order_by(Article.id).limit(limit)
    if lock:
        query = query.with_for_update(key_share=True, skip_locked=True)
    return list(session.scalars(query))


def _gone(session: Session, *, limit: int) -> list[GoneArticle]:
    query = select(GoneArticle).where(GoneArticle.change_number.is_(None)).order_by(GoneArticle.article_id)
    return list(session.scalars(query.limit(limit)))


def _told(session: Session, rows: Sequence[Article]) -> dict[str, State]:
    query = select(ToldArticle).where(ToldArticle.article_id.in_([row.id for row in rows]))
    return {row.article_id: State(row.status, row.replies) for row in session.scalars(query)}


def _present(session: Session, rows: Sequence[Article]) -> dict[str, State]:
    links: dict[str, dict[str, str]] = {row.id: {} for row in rows}
    query = select(ArticleReply.article_id, ArticleReply.reply_id, ArticleReply.status)
    for article_id, reply_id, status in session.execute(query.where(ArticleReply.article_id.in_(links))):
        links[article_id][reply_id] = status
    return {row.id: State(row.status, links[row.id]) for row in rows}


def _keep(session: Session, present: Mapping[str, State], now: datetime) -> None:
    values = [
        {"article_id": one, "status": state.status, "replies": dict(state.replies), "changed_at": now}
        for one, state in present.items()
    ]
    adding = insert(session, ToldArticle).values(values)
    new = {name: adding.excluded[name] for name in ("status", "replies", "changed_at")}
    session.execute(adding.on_conflict_do_update(index_elements=["article_id"], set_=new))
