"""Votes on ArticleReplies: one a person, changeable, never on one's own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.errors import CheckedElsewhereError, ForbiddenError, InvalidInputError, NotFoundError
from factcheck.limits import MAX_COMMENT_LENGTH
from factcheck.models import ELSEWHERE, Article, ArticleReply, ArticleReplyFeedback, Status, User
from factcheck.services.articles import lock_article
from factcheck.services.clusters import recount_votes_of_cluster
from factcheck.services.persons import rows_of
from factcheck.services.replies import replies_for
from factcheck.services.roles import Action, require

SCORES = (1, 0, -1)


def vote(
    session: Session, article_id: str, reply_id: str, user: User, score: int, *, now: datetime, comment: str = ""
) -> ArticleReplyFeedback:
    """Record or change a person's vote, at the copy that has the reply. An earlier comment stays unless a new one is
    given or the score changes. Raises NotFoundError, ForbiddenError (one's own reply), InvalidInputError."""
    require(user, Action.CONTRIBUTE)
    if score not in SCORES:
        raise InvalidInputError("score", "Choose helpful or not helpful.")
    if len(comment) > MAX_COMMENT_LENGTH:
        raise InvalidInputError("comment", "Please use at most %(limit)d characters.", limit=MAX_COMMENT_LENGTH)
    article_id = _place_of(session, article_id, reply_id)
    article = lock_article(session, article_id)  # whoever counts the cluster takes the locks in this order
    link = _locked_link(session, article_id, reply_id)
    if article is None or link is None or link.status != Status.NORMAL or link.article.status != Status.NORMAL:
        raise NotFoundError(f"no reply {reply_id!r} at article {article_id!r}")
    if link.app_id == ELSEWHERE:
        raise CheckedElsewhereError("This was checked elsewhere, and is not rated here.")
    rows = rows_of(session, user.id)
    if link.user_id in rows or link.reply.user_id in rows:
        raise ForbiddenError("You cannot rate your own reply.")
    feedback = _own_feedback(session, link, rows)
    if feedback is None:
        feedback = ArticleReplyFeedback(
            article_id=article_id, reply_id=reply_id, user_id=user.id, score=score, comment="", created_at=now
        )
        feedback.status = Status.NORMAL
        session.add(feedback)
    if comment or feedback.score != score:
        feedback.comment = comment
    feedback.score = score
    feedback.updated_at = now
    session.flush()
    recount_votes(session, link)
    recount_votes_of_cluster(session, article.cluster_id)
    return feedback


def _place_of(session: Session, article_id: str, reply_id: str) -> str:
    article = session.get(Article, article_id)
    shown = replies_for(article) if article is not None and article.status == Status.NORMAL else []
    return next((link.article_id for link in shown if link.reply_id == reply_id), article_id)


def _locked_link(session: Session, article_id: str, reply_id: str) -> ArticleReply | None:
    """Locks the link, so that votes cast at the same moment count each other."""
    return session.get(
        ArticleReply, (article_id, reply_id), with_for_update={"key_share": True}, populate_existing=True
    )


def _own_feedback(session: Session, link: ArticleReply, rows: Sequence[str]) -> ArticleReplyFeedback | None:
    """Finds what the person said here, in the chat or on the web; of two, the one that counts."""
    said = select(ArticleReplyFeedback).where(
        ArticleReplyFeedback.article_id == link.article_id,
        ArticleReplyFeedback.reply_id == link.reply_id,
        ArticleReplyFeedback.user_id.in_(rows),
    )
    return session.scalars(said.order_by(ArticleReplyFeedback.score == 0, ArticleReplyFeedback.id)).first()


def count_again(session: Session, article_id: str, reply_id: str) -> None:
    """Counts the votes on a reply anew, after votes were changed by other ways."""
    article = lock_article(session, article_id)
    link = _locked_link(session, article_id, reply_id)
    if article is not None and link is not None:
        recount_votes(session, link)
        recount_votes_of_cluster(session, article.cluster_id)


def recount_votes(session: Session, link: ArticleReply) -> None:
    query = (
        select(ArticleReplyFeedback.score, func.count())
        .where(
            ArticleReplyFeedback.article_id == link.article_id,
            ArticleReplyFeedback.reply_id == link.reply_id,
            ArticleReplyFeedback.status == Status.NORMAL,
        )
        .group_by(ArticleReplyFeedback.score)
    )
    counts: dict[int, int] = dict(session.execute(query).all())
    link.positive_feedback_count = counts.get(1, 0)
    link.negative_feedback_count = counts.get(-1, 0)
