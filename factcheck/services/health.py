import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.jobs import queue
from factcheck.models import Article, InboxEvent, Status, WorkerSign
from factcheck.services.line_quota import load_quota
from factcheck.services.media_checks import count_damaged

SIGN_OF_LIFE = timedelta(seconds=30)
"""A worker gives a sign every 5 s; after this long it is taken for dead."""

LEAST_FREE = 100_000_000
"""Bytes; SQLite's log alone can take some tens of millions."""

FORGET_SIGN = timedelta(days=1)


def workers_alive(session: Session, *, now: datetime) -> int:
    """Counts signs of about now: later ones are of before the clock was set back."""
    lately = (WorkerSign.seen_at > now - SIGN_OF_LIFE, WorkerSign.seen_at < now + SIGN_OF_LIFE)
    return session.scalar(select(func.count()).select_from(WorkerSign).where(*lately)) or 0


def last_sign(session: Session) -> datetime | None:
    return session.scalar(select(func.max(WorkerSign.seen_at)))


def forget_old_signs(session: Session, *, now: datetime) -> None:
    session.execute(delete(WorkerSign).where(WorkerSign.seen_at < now - FORGET_SIGN))


class DiskFullError(Exception):
    """Raised when next to nothing can be written any more."""


def free_bytes(folder: Path) -> int:
    """Returns what somebody without privileges may still write."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def require_room(folder: Path) -> None:
    """Raises DiskFullError, or PermissionError for a folder that lets nobody write."""
    if not os.access(folder, os.W_OK):
        raise PermissionError
    if free_bytes(folder) < LEAST_FREE:
        raise DiskFullError


def disk_figures(folder: Path) -> dict[str, float]:
    try:
        return {"factline_disk_free_bytes": free_bytes(folder)}
    except OSError:  # not there yet
        return {}


def _oldest_message_age(session: Session, *, now: datetime) -> float:
    """Measures seconds since the oldest open event came. A job that waits for index or model is never long due."""
    oldest = session.scalar(select(func.min(InboxEvent.received_at)).where(InboxEvent.handled_at.is_(None)))
    return (now - oldest).total_seconds() if oldest else 0.0


def figures(session: Session, *, now: datetime) -> dict[str, float]:
    """Reads numbers of the whole installation."""
    shown = Article.status == Status.NORMAL
    waiting = select(func.count()).select_from(Article).where(shown, Article.normal_article_reply_count == 0)
    values: dict[str, float] = {
        "factline_articles": session.scalar(select(func.count()).select_from(Article)) or 0,
        "factline_articles_waiting": session.scalar(waiting) or 0,
        "factline_media_damaged": count_damaged(session),
        "factline_workers_alive": workers_alive(session, now=now),
        "factline_oldest_due_job_seconds": queue.oldest_due_age(session, now=now),
        "factline_oldest_message_seconds": _oldest_message_age(session, now=now),
    }
    quota = load_quota(session)
    if quota is not None and quota.left is not None:
        values["factline_line_quota_left"] = quota.left
    for (kind, state), number in sorted(queue.counts(session).items()):
        values[f'factline_jobs{{kind="{kind}",state="{state}"}}'] = number
    return values
