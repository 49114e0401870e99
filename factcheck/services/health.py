from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.jobs import queue
from factcheck.models import Article, Status, WorkerSign
from factcheck.services.line_quota import load_quota

SIGN_OF_LIFE = timedelta(seconds=30)
"""A worker gives a sign every 5 s; after this long it is taken for dead."""

FORGET_SIGN = timedelta(days=1)


def workers_alive(session: Session, *, now: datetime) -> int:
    """Counts signs of about now: later ones are of before the clock was set back."""
    lately = (WorkerSign.seen_at > now - SIGN_OF_LIFE, WorkerSign.seen_at < now + SIGN_OF_LIFE)
    return session.scalar(select(func.count()).select_from(WorkerSign).where(*lately)) or 0


def last_sign(session: Session) -> datetime | None:
    return session.scalar(select(func.max(WorkerSign.seen_at)))


def forget_old_signs(session: Session, *, now: datetime) -> None:
    session.execute(delete(WorkerSign).where(WorkerSign.seen_at < now - FORGET_SIGN))


def figures(session: Session, *, now: datetime) -> dict[str, float]:
    """Reads numbers of the whole installation."""
    shown = Article.status == Status.NORMAL
    waiting = select(func.count()).select_from(Article).where(shown, Article.normal_article_reply_count == 0)
    values: dict[str, float] = {
        "factline_articles": session.scalar(select(func.count()).select_from(Article)) or 0,
        "factline_articles_waiting": session.scalar(waiting) or 0,
        "factline_workers_alive": workers_alive(session, now=now),
        "factline_oldest_due_job_seconds": queue.oldest_due_age(session, now=now),
    }
    quota = load_quota(session)
    if quota is not None and quota.left is not None:
        values["factline_line_quota_left"] = quota.left
    for (kind, state), number in sorted(queue.counts(session).items()):
        values[f'factline_jobs{{kind="{kind}",state="{state}"}}'] = number
    return values
