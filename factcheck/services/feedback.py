"""Votes on ArticleReplies: one a person, changeable, never on one's own. What they make of a reply, each night decides
(`services.vote_nights`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.errors import CheckedElsewhereError, ForbiddenError, InvalidInputError, NotFoundError
from factcheck.limits import MAX_COMMENT_LENGTH
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Status,
    TargetKind,
    User,
    VoteReason,
)
from factcheck.moderation.flags import flag_words
from factcheck.services.articles import lock_article
from factcheck.services.clusters import recount_votes_of_cluster
from factcheck.services.persons import rows_of
from factcheck.services.replies import replies_for
from factcheck.services.roles import Action, require
from factcheck.services.second_accounts import note_origin

SCORES = (1, 0, -1)
FOR = (
    *(VoteReason.CLEAR, VoteReason.GOOD_SOURCES, VoteReason.ADDRESSES_CLAIM),
    *(VoteReason.CONTEXT, VoteReason.NEUTRAL, VoteReason.OTHER),
)
AGAINST = (*(reason for reason in VoteReason if reason not in FOR), VoteReason.OTHER)


@dataclass(frozen=True)
class Why:
    """What a person says about their vote. A vote against a reply that gives no reason is shown, but does not count in
    its status."""

    reasons: Sequence[str] = ()
    comment: str = ""


def vote(
    session: Session,
    article_id: str,
    reply_id: str,
    user: User,
    score: int,
    *,
    now: datetime,
    comment: str = "",
    reasons: Sequence[str] = (),
    somewhat: bool = False,
    origin: str = "",
) -> ArticleReplyFeedback:
    """Record or change a person's vote, at the copy that has the reply. `somewhat`: a score of 0 is not a withdrawal
    but "somewhat helpful". Earlier words and reasons stay unless new ones are given or the vote changes. `origin`: see
    `second_accounts.origin_of`. Raises NotFoundError, ForbiddenError (one's own reply), InvalidInputError."""
    require(user, Action.CONTRIBUTE)
    somewhat = somewhat and score == 0
    why = _checked(score, Why(reasons, comment), somewhat=somewhat)
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
        feedback = ArticleReplyFeedback(article_id=article_id, reply_id=reply_id, user_id=user.id, created_at=now)
        feedback.score, feedback.somewhat, feedback.comment = score, somewhat, ""
        feedback.status = Status.NORMAL
        session.add(feedback)
        feedback.reasons = list(why.reasons)
    _change(feedback, score, why, somewhat=somewhat)
    feedback.updated_at = now
    session.flush()
    flag_words(session, TargetKind.COMMENT, feedback.id, why.comment, user, now=now)
    if origin:
        note_origin(session, feedback, origin, now=now)
    recount_votes(session, link)
    recount_votes_of_cluster(session, article.cluster_id)
    return feedback


def _checked(score: int, why: Why, *, somewhat: bool) -> Why:
    if score not in SCORES:
        raise InvalidInputError("score", "Choose helpful or not helpful.")
    if len(why.comment) > MAX_COMMENT_LENGTH:
        raise InvalidInputError("comment", "Please use at most %(limit)d characters.", limit=MAX_COMMENT_LENGTH)
    allowed = {*(FOR if score > 0 or somewhat else ()), *(AGAINST if score < 0 or somewhat else ())}
    reasons = list(dict.fromkeys(why.reasons))
    if not allowed.issuperset(reasons):
        raise InvalidInputError("reasons", "Choose reasons that fit your rating.")
    if score < 0 and why.comment and not reasons:
        reasons = [VoteReason.OTHER]
    return Why(reasons, why.comment)


def _change(feedback: ArticleReplyFeedback, score: int, why: Why, *, somewhat: bool) -> None:
    is_other = (feedback.score, feedback.somewhat) != (score, somewhat)
    if why.comment or is_other:
        feedback.comment = why.comment
    if is_other:
        feedback.reasons = list(why.reasons)
    else:
        only_other = list(why.reasons) == [VoteReason.OTHER] and bool(feedback.reasons)
        feedback.reasons = feedback.reasons if only_other or not why.reasons else list(why.reasons)
    feedback.score, feedback.somewhat = score, somewhat


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
    return session.scalars(said.order_by(ArticleReplyFeedback.stands.desc(), ArticleReplyFeedback.id)).first()


def count_again(session: Session, article_id: str, reply_id: str) -> None:
    """Counts the votes on a reply anew, after votes were changed by other ways."""
    article = lock_article(session, article_id)
    link = _locked_link(session, article_id, reply_id)
    if article is not None and link is not None:
        recount_votes(session, link)
        recount_votes_of_cluster(session, article.cluster_id)


def recount_votes(session: Session, link: ArticleReply) -> None:
    vote = ArticleReplyFeedback
    query = (
        select(vote.score, vote.somewhat, func.count())
        .where(
            vote.article_id == link.article_id,
            vote.reply_id == link.reply_id,
            vote.status == Status.NORMAL,
        )
        .group_by(vote.score, vote.somewhat)
    )
    counts = {1: 0, 0: 0, -1: 0}
    for score, somewhat, number in session.execute(query):
        counts[score] += number if score or somewhat else 0
    link.positive_feedback_count, link.negative_feedback_count = counts[1], counts[-1]
    link.somewhat_feedback_count = counts[0]
