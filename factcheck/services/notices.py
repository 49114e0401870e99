"""Telling people that a message they asked about, or a copy of it, has its first reply: each person once, ever."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.models import LINE_BOT, Article, Notice, ReplyRequest, Status, User
from factcheck.services import jobs

NOTIFY_ASKERS = "notify_askers"


def enqueue_notices(session: Session, article: Article, *, now: datetime) -> None:
    """Have everyone who asked told, in the transaction that publishes the reply. `bot` sends."""
    jobs.enqueue(
        session,
        NOTIFY_ASKERS,
        {"article_id": article.id},
        now=now,
        key=f"notify:{article.cluster_id}",
        priority=jobs.NOTICES,
    )


def people_to_tell(session: Session, article: Article, limit: int) -> list[tuple[User, str]]:
    """People who asked through LINE about the article or a copy of it, can be reached, and have not been told about
    any of these; with the id of the one they asked about first."""
    same = Article.cluster_id == article.cluster_id
    told = select(Notice.user_id).join(Article, Article.id == Notice.article_id).where(same)
    first = (
        select(func.min(ReplyRequest.id))
        .join(Article)
        .where(same, Article.status == Status.NORMAL, ReplyRequest.status == Status.NORMAL)
        .group_by(ReplyRequest.user_id)
    )
    query = (
        select(User, ReplyRequest.article_id)
        .join(ReplyRequest, ReplyRequest.user_id == User.id)
        .where(
            ReplyRequest.id.in_(first),
            User.app_id == LINE_BOT,
            User.app_user_id.is_not(None),
            User.is_friend,
            User.id.not_in(told),
        )
        .order_by(ReplyRequest.id)
        .limit(limit)
    )
    return [(user, article_id) for user, article_id in session.execute(query)]


def record_notice(session: Session, user: User, article: Article, delivery_id: int, *, now: datetime) -> None:
    """`article`: the one the person asked about."""
    session.add(Notice(user_id=user.id, article_id=article.id, delivery_id=delivery_id, created_at=now))
