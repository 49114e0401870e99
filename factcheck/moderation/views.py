"""What pages show of decisions, and of what waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    ModerationAction,
    ModerationKind,
    PendingKind,
    PendingReply,
    Reply,
    ReplyRequest,
    Report,
    ReportSource,
    Status,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation.targets import Target
from factcheck.services.persons import rows_of

PAGE_SIZE = 50
SHOWN_WORK = 100
HIDING = (ModerationKind.HOLD, ModerationKind.HIDE, ModerationKind.BLOCK)


@dataclass(frozen=True)
class Work:
    """The newest of what one person did, of each at most SHOWN_WORK; `votes` counts all."""

    replies: Sequence[Reply]
    added: Sequence[ArticleReply]
    waiting: Sequence[PendingReply]
    requests: Sequence[ReplyRequest]
    comments: Sequence[ArticleReplyFeedback]
    articles: Sequence[Article]
    transcripts: Sequence[TranscriptRevision]
    votes: int


def public_log(session: Session, number: int) -> tuple[Sequence[ModerationAction], int, int]:
    """Gives a page of the decisions, the newest first, its number and how many pages there are."""
    public = ModerationAction.is_public
    total = session.scalar(select(func.count()).select_from(ModerationAction).where(public)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), pages)
    query = select(ModerationAction).where(public).order_by(ModerationAction.id.desc())
    return session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all(), number, pages


def is_hidden(session: Session, target: Target) -> bool:
    """Tells of a message or a reply whether moderation, and not its author, hides it."""
    if target.kind == TargetKind.ARTICLE:
        article = session.get(Article, target.id)
        return article is not None and article.status == Status.BLOCKED
    reply = session.get(Reply, target.id)
    blocked = exists().where(ArticleReply.reply_id == target.id, ArticleReply.status == Status.BLOCKED)
    return reply is not None and (reply.blocked_at is not None or bool(session.scalar(select(blocked))))


def decision_about(session: Session, target: Target) -> ModerationAction | None:
    """Finds the decision by which a target, or what its author did, is hidden now."""
    query = select(ModerationAction).where(
        ModerationAction.target_kind == target.kind,
        ModerationAction.target_id == target.id,
        ModerationAction.action.in_(HIDING),
        ModerationAction.undone_at.is_(None),
    )
    return session.scalar(query.order_by(ModerationAction.id.desc()).limit(1))


def actions_about(session: Session, target: Target) -> Sequence[ModerationAction]:
    query = select(ModerationAction).where(
        ModerationAction.target_kind == target.kind, ModerationAction.target_id == target.id
    )
    return session.scalars(query.order_by(ModerationAction.id.desc()).limit(PAGE_SIZE)).all()


def actions_concerning(session: Session, user: User) -> Sequence[ModerationAction]:
    """Lists what was decided about a person and their work, for them to see."""
    query = select(ModerationAction).where(
        ModerationAction.subject_id.in_(rows_of(session, user.id)), ModerationAction.is_public
    )
    return session.scalars(query.order_by(ModerationAction.id.desc()).limit(PAGE_SIZE)).all()


def appeals_of(session: Session, user: User) -> dict[int, Report]:
    query = select(Report).where(Report.user_id == user.id, Report.source == ReportSource.APPEAL)
    return {row.action_id: row for row in session.scalars(query) if row.action_id is not None}


def waiting_at(session: Session, article: Article, user_id: str, *, sees_all: bool) -> Sequence[PendingReply]:
    """Lists what waits at a message: one's own, to reviewers everybody's."""
    query = select(PendingReply).where(PendingReply.article_id == article.id)
    if not sees_all:
        query = query.where(PendingReply.user_id == user_id)
    return session.scalars(query.order_by(PendingReply.created_at, PendingReply.id).limit(PAGE_SIZE)).all()


def coming_at(session: Session, article: Article, user_id: str) -> Sequence[PendingReply]:
    """Lists others' replies at a message or its copies that are published in a moment: whoever writes there reads them
    first."""
    copies = select(Article.id).where(Article.cluster_id == article.cluster_id)
    by_themselves = (PendingReply.due_at.is_not(None), PendingReply.refused_at.is_(None))
    query = select(PendingReply).where(
        PendingReply.article_id.in_(copies),
        PendingReply.user_id != user_id,
        PendingReply.kind != PendingKind.CHANGE,
        *by_themselves,
    )
    return session.scalars(query.order_by(PendingReply.created_at, PendingReply.id).limit(PAGE_SIZE)).all()


def held_replies(session: Session, *, not_by: str = "") -> Sequence[PendingReply]:
    """Lists the oldest first."""
    query = select(PendingReply).where(
        PendingReply.due_at.is_(None), PendingReply.refused_at.is_(None), PendingReply.user_id != not_by
    )
    return session.scalars(query.order_by(PendingReply.created_at, PendingReply.id).limit(SHOWN_WORK)).all()


def own_waiting(session: Session, user: User) -> Sequence[PendingReply]:
    query = select(PendingReply).where(PendingReply.user_id == user.id)
    return session.scalars(query.order_by(PendingReply.created_at.desc(), PendingReply.id).limit(SHOWN_WORK)).all()


def work_of(session: Session, user: User) -> Work:
    """Lists it of all rows of the person, here and in a chat that is joined to them."""
    ids, feedback = rows_of(session, user.id), ArticleReplyFeedback
    mine = feedback.user_id.in_(ids)
    said = or_(feedback.comment != "", feedback.status != Status.NORMAL)
    added = select(ArticleReply).join(Reply).where(ArticleReply.user_id.in_(ids), Reply.user_id.not_in(ids))
    asked = select(ReplyRequest).where(ReplyRequest.user_id.in_(ids), ReplyRequest.reason != "")
    written = select(Reply).where(Reply.user_id.in_(ids))
    sent = select(Article).where(Article.user_id.in_(ids))
    words, newest = select(TranscriptRevision), TranscriptRevision.created_at.desc()
    words = words.where(TranscriptRevision.user_id.in_(ids))
    comments = select(feedback).where(mine, said).order_by(feedback.id.desc())
    return Work(
        replies=session.scalars(written.order_by(Reply.created_at.desc(), Reply.id).limit(SHOWN_WORK)).all(),
        added=session.scalars(added.order_by(ArticleReply.created_at.desc()).limit(SHOWN_WORK)).all(),
        waiting=own_waiting(session, user),
        requests=session.scalars(asked.order_by(ReplyRequest.id.desc()).limit(SHOWN_WORK)).all(),
        comments=session.scalars(comments.limit(SHOWN_WORK)).all(),
        articles=session.scalars(sent.order_by(Article.created_at.desc(), Article.id).limit(SHOWN_WORK)).all(),
        transcripts=session.scalars(words.order_by(newest, TranscriptRevision.number).limit(SHOWN_WORK)).all(),
        votes=session.scalar(select(func.count()).select_from(feedback).where(mine)) or 0,
    )
