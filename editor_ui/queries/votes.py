"""A viral message has tens of thousands of votes, so no page loads them all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from factcheck.models import ArticleReply, ArticleReplyFeedback, Status
from factcheck.services.persons import rows_of

SHOWN_COMMENTS = 100

Key = tuple[str, str]
"""Article id and reply id."""


@dataclass(frozen=True)
class Comments:
    """The newest `shown` of `total`."""

    shown: Sequence[ArticleReplyFeedback] = ()
    total: int = 0


def own_scores(session: Session, links: Sequence[ArticleReply], viewer_id: str | None) -> dict[Key, int]:
    if viewer_id is None:
        return {}
    vote = ArticleReplyFeedback
    mine = (vote.user_id.in_(rows_of(session, viewer_id)), vote.score != 0)
    query = select(vote.article_id, vote.reply_id, vote.score).where(*_on(links), *mine)
    return {(article_id, reply_id): score for article_id, reply_id, score in session.execute(query)}


def comments(session: Session, links: Sequence[ArticleReply]) -> dict[Key, Comments]:
    links = [link for link in links if link.positive_feedback_count or link.negative_feedback_count]
    if not links:
        return {}
    vote = ArticleReplyFeedback
    at_link = (vote.article_id, vote.reply_id)
    newest = (func.coalesce(vote.updated_at, vote.created_at).desc().nulls_last(), vote.id.desc())
    ranked = (
        select(
            vote.id,
            func.row_number().over(partition_by=at_link, order_by=newest).label("place"),
            func.count().over(partition_by=at_link).label("total"),
        )
        .where(*_on(links), vote.comment != "", vote.score != 0)
        .subquery()
    )
    query = (
        select(vote, ranked.c.total)
        .join(ranked, ranked.c.id == vote.id)
        .where(ranked.c.place <= SHOWN_COMMENTS)
        .options(joinedload(vote.user))
        .order_by(ranked.c.place)
    )
    return _by_link((feedback, total) for feedback, total in session.execute(query))


def _on(links: Sequence[ArticleReply]) -> tuple[ColumnElement[bool], ...]:
    """Takes links that are all of one article and its copies, or all of one reply."""
    return (
        ArticleReplyFeedback.article_id.in_({link.article_id for link in links}),
        ArticleReplyFeedback.reply_id.in_({link.reply_id for link in links}),
        ArticleReplyFeedback.status == Status.NORMAL,
    )


def _by_link(rows: Iterable[tuple[ArticleReplyFeedback, int]]) -> dict[Key, Comments]:
    shown: dict[Key, list[ArticleReplyFeedback]] = defaultdict(list)
    totals: dict[Key, int] = {}
    for feedback, total in rows:
        key = (feedback.article_id, feedback.reply_id)
        shown[key].append(feedback)
        totals[key] = total
    return {key: Comments(found, totals[key]) for key, found in shown.items()}
