"""Replies that wait to be published, as whoever sent them sees them: clients look for what they have just sent, and the
schema has no status for it. Nobody else sees them, and no list, count or vote knows them."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factcheck.models import ArticleReply, PendingKind, PendingReply, Reply, Status, User


def waiting_links(
    session: Session, viewer_id: str | None, *, article_ids: Collection[str] = (), reply_ids: Collection[str] = ()
) -> list[ArticleReply]:
    """Makes, of what a person has waiting at these articles or as these replies, the rows that publishing will make.
    They are in no session."""
    if viewer_id is None:
        return []
    query = select(PendingReply, User.app_id).join(User, User.id == PendingReply.user_id)
    names = (
        PendingReply.article_id.in_(article_ids),
        PendingReply.id.in_(reply_ids),
        PendingReply.reply_id.in_(reply_ids),
    )
    mine = (PendingReply.user_id == viewer_id, or_(*names), *_IS_WAITING)
    return [_link(row, app_id) for row, app_id in session.execute(query.where(*mine))]


def waiting_replies(session: Session, reply_ids: Collection[str], viewer_id: str | None) -> list[Reply]:
    """Makes those of these replies that a person wrote and has waiting."""
    if viewer_id is None or not reply_ids:
        return []
    return _replies(session, PendingReply.user_id == viewer_id, PendingReply.id.in_(reply_ids))


def waiting_reply(session: Session, reply_id: str, app_id: str) -> Sequence[Reply]:
    """Makes the reply that a person of an app has waiting: an app finds by its id what it has just sent."""
    return _replies(session, User.app_id == app_id, PendingReply.id == reply_id) if app_id else ()


def own_waiting(session: Session, article_id: str, reply_id: str, user: User) -> PendingReply | None:
    """Finds what waits to stand at an article as this reply."""
    named = or_(PendingReply.id == reply_id, PendingReply.reply_id == reply_id)
    query = select(PendingReply).where(PendingReply.article_id == article_id, named, PendingReply.user_id == user.id)
    return session.scalar(query.where(*_IS_WAITING).limit(1))


_IS_WAITING = (PendingReply.kind != PendingKind.CHANGE, PendingReply.refused_at.is_(None))


def _link(row: PendingReply, app_id: str) -> ArticleReply:
    return ArticleReply(
        article_id=row.article_id,
        reply_id=row.reply_id or row.id,
        user_id=row.user_id,
        app_id=app_id,
        status=Status.NORMAL,
        positive_feedback_count=0,
        negative_feedback_count=0,
        created_at=row.created_at,
        updated_at=row.created_at,
    )


def _replies(session: Session, *which: object) -> list[Reply]:
    query = select(PendingReply, User.app_id).join(User, User.id == PendingReply.user_id)
    new = (PendingReply.kind == PendingKind.NEW, *_IS_WAITING, *which)
    return [
        Reply(
            id=row.id,
            type=row.type,
            text=row.text,
            reference=row.reference,
            user_id=row.user_id,
            app_id=app_id,
            created_at=row.created_at,
        )
        for row, app_id in session.execute(query.where(*new))  # type: ignore[arg-type]
    ]
