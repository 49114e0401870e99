"""Telling the search index that an article changed, by a job in the transaction of the change."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import queue
from factcheck.models import Article, Status

INDEX_ARTICLE = "index_article"


def article_changed(session: Session, article: Article, *, now: datetime) -> None:
    """Have it indexed under a new version, which keeps a late write from undoing a newer one."""
    article.version += 1
    enqueue_indexing(session, article.id, now=now)


def enqueue_indexing(session: Session, article_id: str, *, now: datetime) -> None:
    queue.enqueue(
        session,
        INDEX_ARTICLE,
        {"article_id": article_id},
        now=now,
        key=f"index:{article_id}",
        priority=queue.NOTICES,
        max_attempts=50,
    )


def count_shown(factory: SessionFactory) -> int:
    """Counts the articles that the index should have."""
    with read_only(factory) as session:
        return session.scalar(select(func.count()).select_from(Article).where(Article.status == Status.NORMAL)) or 0
