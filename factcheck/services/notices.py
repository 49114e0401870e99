"""Telling people that a message they asked about has its first reply: each person once, ever."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.models import LINE_BOT, Article, Notice, ReplyRequest, Status, User
from factcheck.services import jobs

NOTIFY_ASKERS = "notify_askers"


def enqueue_notices(session: Session, article: Article, *, now: datetime) -> None:
    """Have everyone who asked told, in the transaction that publishes the reply. `bot` sends."""
    jobs.enqueue(
        session, NOTIFY_ASKERS, {"article_id": article.id}, now=now, key=f"notify:{article.id}", priority=jobs.NOTICES
    )


def people_to_tell(session: Session, article: Article, limit: int) -> list[User]:
    """People who asked through LINE, can be reached, and have not been told about this article."""
    told = select(Notice.user_id).where(Notice.article_id == article.id)
    query = (
        select(User)
        .join(ReplyRequest, ReplyRequest.user_id == User.id)
        .where(
            ReplyRequest.article_id == article.id,
            ReplyRequest.status == Status.NORMAL,
            User.app_id == LINE_BOT,
            User.app_user_id.is_not(None),
            User.is_friend,
            User.id.not_in(told),
        )
        .order_by(ReplyRequest.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def record_notice(session: Session, user: User, article: Article, delivery_id: int, *, now: datetime) -> None:
    session.add(Notice(user_id=user.id, article_id=article.id, delivery_id=delivery_id, created_at=now))
