"""What the law forbids goes at once and for good: from the tables, the index and every release of the dataset. Keyed
digests keep it from coming back, and no public page tells of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, or_, select
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
    MediaFile,
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
from factcheck.services.erasure import cancel_deliveries
from factcheck.services.erasure_log import CONTENT, note_erasure
from factcheck.services.feedback import recount_votes
from factcheck.services.indexing import enqueue_indexing
from factcheck.services.media import forget_of_article
from factcheck.services.notices import call_back
from factcheck.services.removed import digest_of, digest_of_id, hashes_of, list_removed, list_removed_pictures
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
    hashes = _hashes(session, target)
    list_removed_pictures(session, hashes, now=now)
    close_reports(session, [target], by=moderator, upheld=True, appeals_upheld=False, now=now)
    _forget_traces(session, target)
    delete_content(session, target, now)
    known_by = {"digests": digests, "pictures": [one.hex() for one in hashes]}
    note_erasure(session, CONTENT, str(target), until=now, now=now, more=known_by)
    action = noted(session, seen, decision, moderator, now=now)
    action.is_public, action.size, action.target_id = False, 1, ""
    sweep_later(session, was_published=True, now=now)
    return action


def _hashes(session: Session, target: Target) -> list[bytes]:
    """Gives what copies of a message's picture or film are known by."""
    article = session.get(Article, target.id) if target.kind == TargetKind.ARTICLE else None
    file = session.get(MediaFile, article.file_id) if article is not None and article.file_id else None
    return hashes_of(file) if file is not None else []


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
    call_back(session, article, now=now)
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
    for article in articles:
        call_back(session, article, reply_id=reply_id, now=now)
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
    """Earlier decisions and reports about it, and about what goes with it, name its id and, in notes and in what was
    taken out a moment ago, perhaps its words."""
    for action in session.scalars(select(ModerationAction).where(_is_about(ModerationAction, target))).all():
        session.execute(delete(ModerationChange).where(ModerationChange.action_id == action.id))
        action.is_public, action.target_id, action.note = False, "", ""
    for report in session.scalars(select(Report).where(_is_about(Report, target))):
        report.target_id, report.note, report.open_key = "", "", None


def _is_about(model: type[ModerationAction] | type[Report], target: Target) -> ColumnElement[bool]:
    """Selects what is about the target, or about a reason or comment that goes with it."""
    names: dict[TargetKind, Any] = {target.kind: [target.id]}
    if target.kind == TargetKind.ARTICLE:
        names[TargetKind.REQUEST] = select(cast(ReplyRequest.id, String)).where(ReplyRequest.article_id == target.id)
    of_it = {TargetKind.ARTICLE: ArticleReplyFeedback.article_id, TargetKind.REPLY: ArticleReplyFeedback.reply_id}
    if target.kind in of_it:
        comments = select(cast(ArticleReplyFeedback.id, String)).where(of_it[target.kind] == target.id)
        names[TargetKind.COMMENT] = comments
    return or_(*(and_(model.target_kind == kind, model.target_id.in_(which)) for kind, which in names.items()))
