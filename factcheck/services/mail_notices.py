"""Telling those who asked on the web, by mail, of a reply: each once."""

from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from factcheck.jobs import queue
from factcheck.models import Article, MailRequest

MAIL_ASKERS, MAIL_REPLY = "mail_askers", "mail_reply"
AT_ONCE = 200
"""Mails that one job plans."""


def enqueue_mails(session: Session, article: Article, *, now: datetime) -> None:
    """Has those who asked about the article or a copy told by `bot`."""
    if session.scalar(select(exists(_untold(article.cluster_id).subquery()))):
        payload, key = {"cluster_id": article.cluster_id}, f"mail:{article.cluster_id}"
        queue.enqueue(session, MAIL_ASKERS, payload, now=now, key=key, priority=queue.NOTICES)


def plan_mails(session: Session, cluster_id: str, *, now: datetime) -> None:
    """Gives each mail a job of its own, so that one that fails keeps none from the others."""
    for request_id in session.scalars(_untold(cluster_id).limit(AT_ONCE)).all():
        key = f"mail:{request_id}"
        queue.enqueue(session, MAIL_REPLY, {"request_id": request_id}, now=now, key=key, priority=queue.NOTICES)


def _untold(cluster_id: str) -> Select[str]:
    waits = (MailRequest.confirmed_at.is_not(None), MailRequest.told_at.is_(None))
    return select(MailRequest.id).join(Article).where(Article.cluster_id == cluster_id, *waits).order_by(MailRequest.id)
