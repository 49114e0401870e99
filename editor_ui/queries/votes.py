"""A viral message has tens of thousands of votes, so no page loads them all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
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


@dataclass(frozen=True)
class OwnVote:
    value: float
    """1 helpful, 0.5 somewhat, 0 not helpful."""
    reasons: Sequence[str]


_VOTE = ArticleReplyFeedback
_ON_LINKS = (
    _VOTE.article_id.in_(bindparam("article_ids", expanding=True)),
    _VOTE.reply_id.in_(bindparam("reply_ids", expanding=True)),
    _VOTE.status == Status.NORMAL,
)
_OWN_VOTES = select(_VOTE.article_id, _VOTE.reply_id, _VOTE.score, _VOTE.reasons).where(
    *_ON_LINKS, _VOTE.stands, _VOTE.user_id.in_(bindparam("viewer_ids", expanding=True))
)
_AT_LINK = (_VOTE.article_id, _VOTE.reply_id)
_NEWEST = (func.coalesce(_VOTE.updated_at, _VOTE.created_at).desc().nulls_last(), _VOTE.id.desc())
_RANKED = (
    select(
        _VOTE.id,
        func.row_number().over(partition_by=_AT_LINK, order_by=_NEWEST).label("place"),
        func.count().over(partition_by=_AT_LINK).label("total"),
    )
    .where(*_ON_LINKS, _VOTE.comment != "", _VOTE.stands)
    .subquery()
)
_COMMENTS = (
    select(_VOTE, _RANKED.c.total)
    .join(_RANKED, _RANKED.c.id == _VOTE.id)
    .where(_RANKED.c.place <= SHOWN_COMMENTS)
    .options(joinedload(_VOTE.user))
    .order_by(_RANKED.c.place)
)


def own_votes(session: Session, links: Sequence[ArticleReply], viewer_id: str | None) -> dict[Key, OwnVote]:
    if viewer_id is None:
        return {}
    rows = session.execute(_OWN_VOTES, {**_on(links), "viewer_ids": list(rows_of(session, viewer_id))})
    return {(article_id, reply_id): OwnVote((score + 1) / 2, reasons) for article_id, reply_id, score, reasons in rows}


def comments(session: Session, links: Sequence[ArticleReply]) -> dict[Key, Comments]:
    links = [link for link in links if rated(link)]
    if not links:
        return {}
    return _by_link((feedback, total) for feedback, total in session.execute(_COMMENTS, _on(links)))


def rated(link: ArticleReply) -> int:
    """Counts the people who rated it."""
    return link.positive_feedback_count + link.somewhat_feedback_count + link.negative_feedback_count


def _on(links: Sequence[ArticleReply]) -> dict[str, list[str]]:
    """Takes links that are all of one article and its copies, or all of one reply."""
    return {
        "article_ids": list({link.article_id for link in links}),
        "reply_ids": list({link.reply_id for link in links}),
    }


def _by_link(rows: Iterable[tuple[ArticleReplyFeedback, int]]) -> dict[Key, Comments]:
    shown: dict[Key, list[ArticleReplyFeedback]] = defaultdict(list)
    totals: dict[Key, int] = {}
    for feedback, total in rows:
        key = (feedback.article_id, feedback.reply_id)
        shown[key].append(feedback)
        totals[key] = total
    return {key: Comments(found, totals[key]) for key, found in shown.items()}
