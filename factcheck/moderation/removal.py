"""What the law forbids goes at once and for good: from the tables, the index and every release of the dataset. Keyed
digests keep it from coming back, and no public page tells of it."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    ArticleView,
    DailyPick,
    Delivery,
    ModerationAction,
    ModerationChange,
    Notice,
    PendingReply,
    Reply,
    ReplyRequest,
    Report,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, noted, permitted
from factcheck.moderation.reports import close_reports
from factcheck.moderation.targets import Seen, Target
from factcheck.services import hyperlinks
from factcheck.services.articles import lock_article, recount_requests
from factcheck.services.changes import note_gone
from factcheck.services.clusters import leave, recount_votes_of_cluster
from factcheck.services.erasure import cancel_deliveries, note_erasure
from factcheck.services.erasure_log import CONTENT
from factcheck.services.feedback import recount_votes
from factcheck.services.indexing import enqueue_indexing
from factcheck.services.media import forget_of_article
from factcheck.services.removed import digest_of, digest_of_id, list_removed
from factcheck.services.replies import links_changed
from factcheck.services.sweeping import sweep_later

REMOVABLE = {
    TargetKind.ARTICLE: Article.id,
    TargetKind.REPLY: Reply.id,
    TargetKind.PENDING: PendingReply.id,
    TargetKind.REQUEST: ReplyRequest.id,
    TargetKind.COMMENT: ArticleReplyFeedback.id,
}


def remove(
    session: Session, target: Target, decision: Decision, moderator: User | None, *, secret_key: str, now: datetime
) -> ModerationAction:
    """Raises NotFoundError, ForbiddenError; InvalidInputError for a person, who is blocked instead."""
    seen = permitted(session, target, decision, moderator)
    if target.kind == TargetKind.USER:
        raise InvalidInputError("action", "A person cannot be removed. Block them, and remove what they wrote.")
    digests = [digest_of_id(secret_key, str(target))]
    if target.kind in (TargetKind.ARTICLE, TargetKind.REPLY) and seen.words.strip():
        digests.append(digest_of(secret_key, _plain(session, seen)))
    list_removed(session, digests, now=now)
    close_reports(session, [target], by=moderator, upheld=True, appeals_upheld=False, now=now)
    delete_content(session, target, now)
    note_erasure(session, CONTENT, str(target), until=now, now=now)
    action = noted(session, seen, decision, moderator, now=now)
    action.is_public, action.size, action.target_id = False, 1, ""
    _forget_traces(session, target)
    sweep_later(session, was_published=True, now=now)
    return action


def _plain(session: Session, seen: Seen) -> str:
    """Takes a reply's text without its references."""
    reply = session.get(Reply, seen.target.id) if seen.target.kind == TargetKind.REPLY else None
    return reply.text if reply is not None else seen.words


def delete_content(session: Session, target: Target, now: datetime) -> None:
    if target.kind == TargetKind.ARTICLE:
        _delete_article(session, target.id, now)
    elif target.kind == TargetKind.REPLY:
        _delete_reply(session, target.id, now)
    elif target.kind == TargetKind.PENDING:
        session.execute(delete(PendingReply).where(PendingReply.id == target.id))
    elif target.kind == TargetKind.REQUEST:
        _delete_request(session, int(target.id))
    else:
        _delete_comment(session, int(target.id))


def _delete_article(session: Session, article_id: str, now: datetime) -> None:
    leave(session, article_id)
    article = lock_article(session, article_id)
    if article is None:
        return
    cancel_deliveries(session, Delivery.article_id == article_id)
    urls = [link.url for link in article.hyperlinks]
    forget_of_article(session, article, now=now)
    session.execute(delete(Report).where(Report.target_kind == TargetKind.ARTICLE, Report.target_id == article_id))
    for model in (Notice, ArticleView, DailyPick):
        session.execute(delete(model).where(model.article_id == article_id))
    enqueue_indexing(session, article_id, now=now)
    if article.app_id != ELSEWHERE:
        note_gone(session, article_id, now=now)
    session.flush()
    session.execute(delete(Article).where(Article.id == article_id))  # what hangs on it goes by cascade
    hyperlinks.forget(session, urls)


def _delete_reply(session: Session, reply_id: str, now: datetime) -> None:
    reply = session.get_one(Reply, reply_id)
    urls = [link.url for link in reply.hyperlinks]
    places = session.scalars(
        select(ArticleReply.article_id).where(ArticleReply.reply_id == reply_id).order_by(ArticleReply.article_id)
    ).all()
    articles = [article for place in places if (article := lock_article(session, place)) is not None]
    session.execute(delete(ArticleReplyFeedback).where(ArticleReplyFeedback.reply_id == reply_id))
    session.flush()
    session.execute(delete(Reply).where(Reply.id == reply_id))
    session.expire_all()
    for article in articles:
        links_changed(session, article, now)
    hyperlinks.forget(session, urls)


def _delete_request(session: Session, number: int) -> None:
    row = session.get_one(ReplyRequest, number)
    article = lock_article(session, row.article_id)
    session.delete(row)
    session.flush()
    if article is not None:
        recount_requests(session, article)


def _delete_comment(session: Session, number: int) -> None:
    row = session.get_one(ArticleReplyFeedback, number)
    article = lock_article(session, row.article_id)
    link = session.get(ArticleReply, (row.article_id, row.reply_id))
    session.delete(row)
    session.flush()
    if link is not None:
        recount_votes(session, link)
    if article is not None:
        recount_votes_of_cluster(session, article.cluster_id)


def _forget_traces(session: Session, target: Target) -> None:
    """Earlier decisions and reports about it name its id and, in notes, perhaps its words."""
    about = (ModerationAction.target_kind == target.kind, ModerationAction.target_id == target.id)
    for action in session.scalars(select(ModerationAction).where(*about)).all():
        session.execute(delete(ModerationChange).where(ModerationChange.action_id == action.id))
        action.is_public, action.target_id, action.note = False, "", ""
    reports = (Report.target_kind == target.kind, Report.target_id == target.id)
    for report in session.scalars(select(Report).where(*reports)):
        report.target_id, report.note = "", ""
