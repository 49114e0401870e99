"""Notices, to each person once: that a message they asked about, or a copy, has its first reply; and that a reply they
were shown was taken back or changed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Subquery, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from factcheck.jobs import queue
from factcheck.models import (
    LINE_BOT,
    Article,
    ArticleView,
    Delivery,
    DeliveryState,
    Notice,
    NoticeKind,
    Reply,
    ReplyRequest,
    Status,
    User,
)
from factcheck.services.mail_notices import enqueue_mails

NOTIFY_ASKERS, CORRECT, TELL_CHANGE = "notify_askers", "correct", "tell_change"
CORRECTION_DELAY = timedelta(minutes=5)
"""Whoever takes a reply back often writes a better one at once; people then hear of both together."""

CORRECTED_FOR = timedelta(days=90)
"""People hardly remember a reply shown longer ago."""


def enqueue_notices(session: Session, article: Article, *, now: datetime) -> None:
    """Have everyone who asked told by `bot`, in chats and by mail. Call it in the transaction that publishes the
    reply."""
    queue.enqueue(
        session,
        NOTIFY_ASKERS,
        {"article_id": article.id},
        now=now,
        key=f"notify:{article.cluster_id}",
        priority=queue.NOTICES,
    )
    enqueue_mails(session, article, now=now)


def enqueue_reader_notices(
    session: Session, kind: str, article_id: str, reply_id: str, *, now: datetime, delay: timedelta = CORRECTION_DELAY
) -> None:
    """Have everyone who was shown the reply told by `bot` that it was taken back (CORRECT) or changed (TELL_CHANGE).
    Call it in the transaction that does so."""
    about = {"article_id": article_id, "reply_id": reply_id}
    key = f"{kind}:{article_id}:{reply_id}"
    queue.enqueue(session, kind, about, now=now, key=key, priority=queue.NOTICES, delay=delay)


def people_to_tell(
    session: Session, article: Article, limit: int, *, blocked: Collection[str] = ()
) -> list[tuple[User, str]]:
    """Finds people who may and want to be told of the reply, each with the article (or copy) they asked about first.
    `blocked`: LINE user ids not written to."""
    same = Article.cluster_id == article.cluster_id
    told = select(Notice.user_id).join(Article, Article.id == Notice.article_id)
    told = told.where(same, Notice.kind == NoticeKind.REPLY, ~_waits_again(article))
    first = (
        select(func.min(ReplyRequest.id))
        .join(Article)
        .where(same, Article.status == Status.NORMAL, ReplyRequest.status == Status.NORMAL)
        .group_by(ReplyRequest.user_id)
    )
    query = (
        select(User, ReplyRequest.article_id)
        .join(ReplyRequest, ReplyRequest.user_id == User.id)
        .where(ReplyRequest.id.in_(first), *_reachable(blocked), User.wants_notices, User.id.not_in(told))
        .order_by(ReplyRequest.id)
        .limit(limit)
    )
    return [(user, article_id) for user, article_id in session.execute(query)]


def people_to_correct(
    session: Session, article: Article, reply_id: str, limit: int, *, since: datetime, blocked: Collection[str] = ()
) -> list[tuple[User, str]]:
    """Finds people who were shown the reply in LINE since then and have not been told of its withdrawal, each with the
    article it was shown for.

    People who want no notices are included: we told them ourselves, and they may have passed it on.
    """
    shown = _shown(article, reply_id, since)
    told = select(Notice.user_id).join(Article, Article.id == Notice.article_id)
    told = told.where(
        Article.cluster_id == article.cluster_id, Notice.kind == NoticeKind.CORRECTION, Notice.reply_id == reply_id
    )
    query = (
        select(User, func.min(shown.c.article_id))
        .join(shown, shown.c.user_id == User.id)
        .where(*_reachable(blocked), User.id.not_in(told))
        .group_by(User.id)
        .order_by(User.id)
        .limit(limit)
    )
    return [(user, article_id) for user, article_id in session.execute(query)]


def people_to_tell_of_change(
    session: Session, article: Article, reply: Reply, limit: int, *, since: datetime, blocked: Collection[str] = ()
) -> list[tuple[User, str]]:
    """Finds people as `people_to_correct` does, who have not seen the last change."""
    shown = _shown(article, reply.id, since)
    last_shown = func.max(shown.c.at)
    query = (
        select(User, func.min(shown.c.article_id))
        .join(shown, shown.c.user_id == User.id)
        .where(*_reachable(blocked))
        .group_by(User.id)
        .having(last_shown <= reply.edited_at)
        .order_by(User.id)
        .limit(limit)
    )
    return [(user, article_id) for user, article_id in session.execute(query)]


def _shown(article: Article, reply_id: str, since: datetime) -> Subquery:
    """Selects who was shown the reply in LINE since then, for which article of the cluster, and when."""
    shown_now = (Article.cluster_id == article.cluster_id, Article.status == Status.NORMAL)
    viewed = (
        select(ArticleView.user_id, ArticleView.article_id, ArticleView.viewed_at.label("at"))
        .join(Article, Article.id == ArticleView.article_id)
        .where(*shown_now, ArticleView.reply_id == reply_id, ArticleView.viewed_at >= since)
    )
    noticed = (
        select(Notice.user_id, Notice.article_id, Notice.created_at.label("at"))
        .join(Article, Article.id == Notice.article_id)
        .where(*shown_now, Notice.shown_reply_id == reply_id, Notice.created_at >= since)
    )
    return viewed.union(noticed).subquery()


def _reachable(blocked: Collection[str]) -> list[ColumnExpressionArgument[bool]]:
    may = [User.app_user_id.not_in(blocked)] if blocked else []
    return [User.app_id == LINE_BOT, User.app_user_id.is_not(None), User.is_friend, *may]


def _waits_again(article: Article) -> ColumnElement[bool]:
    """Tells whether the reader of a notice has since been told that the reply is gone."""
    later = aliased(Notice)
    copies = select(Article.id).where(Article.cluster_id == article.cluster_id)
    corrected = (later.kind == NoticeKind.CORRECTION, later.shown_reply_id == "", later.article_id.in_(copies))
    return exists().where(later.user_id == Notice.user_id, later.id > Notice.id, *corrected)


def record_notice(
    session: Session,
    user: User,
    article_id: str,
    delivery_id: int,
    *,
    now: datetime,
    kind: NoticeKind = NoticeKind.REPLY,
    reply_id: str = "",
    shown_reply_id: str = "",
) -> None:
    """Records `article_id`, what the person asked about or was shown; `reply_id`, what was taken back;
    `shown_reply_id`, what the notice quotes."""
    session.add(
        Notice(
            user_id=user.id,
            article_id=article_id,
            kind=kind,
            reply_id=reply_id,
            shown_reply_id=shown_reply_id,
            delivery_id=delivery_id,
            created_at=now,
        )
    )


def delete_outdated_notices(session: Session, article: Article, people: list[User]) -> None:
    """Delete what these people were told of a first reply and then of its withdrawal: they will be told again, and may
    have only one such notice."""
    copies = select(Article.id).where(Article.cluster_id == article.cluster_id)
    theirs = Notice.user_id.in_([user.id for user in people])
    told = delete(Notice).where(
        theirs, Notice.kind == NoticeKind.REPLY, Notice.article_id.in_(copies), _waits_again(article)
    )
    session.execute(told.execution_options(synchronize_session=False))


def forget_change_notices(session: Session, reply_id: str, people: list[tuple[User, str]]) -> None:
    """Delete what these people were told of earlier changes, since each may have only one such notice."""
    theirs = Notice.user_id.in_([user.id for user, _ in people])
    told = delete(Notice).where(theirs, Notice.kind == NoticeKind.CHANGE, Notice.reply_id == reply_id)
    session.execute(told.execution_options(synchronize_session=False))


def call_back(session: Session, article: Article, *, now: datetime, reply_id: str | None = None) -> None:
    """Stops notices that quote a message, or a reply to it or a copy, and of which nobody has begun the sending: it is
    no longer shown. What they told of is decided anew."""
    copies = select(Article.id).where(Article.cluster_id == article.cluster_id)
    about = [Notice.article_id == article.id]
    if reply_id is not None:
        about = [Notice.article_id.in_(copies), Notice.shown_reply_id == reply_id]
    waiting = (Delivery.state == DeliveryState.PENDING, Delivery.attempted_at.is_(None))
    quoting = Delivery.id.in_(select(Notice.delivery_id).where(*about))
    for delivery in session.scalars(select(Delivery).where(quoting, *waiting).with_for_update()).all():
        delivery.messages, delivery.state = None, DeliveryState.CANCELLED
        plan_again(session, delivery.id, now=now)


def plan_again(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Undoes the notices of a delivery that reached nobody, to be decided anew when there is quota."""
    ours = Notice.delivery_id == delivery_id
    columns = (Notice.article_id, Notice.kind, Notice.reply_id)
    notices = session.execute(select(*columns).where(ours).distinct().order_by(*columns)).all()
    session.execute(delete(Notice).where(ours).execution_options(synchronize_session=False))
    for article_id, kind, reply_id in notices:
        if kind == NoticeKind.REPLY:
            enqueue_notices(session, session.get_one(Article, article_id), now=now)
        else:
            told = TELL_CHANGE if kind == NoticeKind.CHANGE else CORRECT
            enqueue_reader_notices(session, told, article_id, reply_id, now=now, delay=timedelta(0))
