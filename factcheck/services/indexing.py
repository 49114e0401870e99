"""Telling the search index that an article changed, by a job in the transaction of the change."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import queue
from factcheck.models import Article, ArticleFacts, Status

INDEX_ARTICLE = "index_article"


def article_changed(session: Session, article: Article, *, now: datetime) -> None:
    """Have it indexed under a new version, which keeps a late write from undoing a newer one."""
    article.version += 1
    article.change_number = None
    forget_facts(session, [article.id])
    enqueue_indexing(session, article.id, now=now)


def articles_changed(session: Session, article_ids: Sequence[str], *, now: datetime) -> None:
    """Has several indexed, without a lock on them before: the rows count up."""
    raised = update(Article).where(Article.id.in_(article_ids)).values(version=Article.version + 1, change_number=None)
    session.execute(raised)
    forget_facts(session, article_ids)
    for article_id in article_ids:
        enqueue_indexing(session, article_id, now=now)


def forget_facts(session: Session, article_ids: Sequence[str]) -> None:
    """Removes what was derived of words that may be taken back. The job of the change derives it again."""
    if article_ids:
        session.execute(delete(ArticleFacts).where(ArticleFacts.article_id.in_(article_ids)))


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
