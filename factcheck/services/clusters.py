"""Clusters: articles that are copies of one message, share their replies and are listed as one.

A cluster is named by its first article, whose row is the lock for its counters. Whoever changes what belongs to a
cluster first takes the membership lock, so that such changes see each other.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, distinct, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.db.aliases import shared_alias
from factcheck.db.named_lock import lock_name
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleReply,
    Notice,
    NoticeKind,
    Reply,
    ReplyRequest,
    ReplyType,
    Status,
    User,
)
from factcheck.services import needs
from factcheck.services.notices import enqueue_notices

VERDICT_BITS = {ReplyType.RUMOR: 1, ReplyType.NOT_RUMOR: 2, ReplyType.OPINIONATED: 4, ReplyType.NOT_ARTICLE: 8}
OTHER_VERDICT = 16
"""Of a reply with a type that we do not know: every cluster with a reply has a verdict."""

_COPY = shared_alias(Article)
_IN_CLUSTER = (_COPY.cluster_id == Article.cluster_id, _COPY.status == Status.NORMAL)


def cluster_counters() -> dict[InstrumentedAttribute[Any], ColumnElement[Any]]:
    """Says in SQL what the `cluster_...` columns and `listed` of an article must be."""
    people = select(func.count(distinct(ReplyRequest.user_id))).join(_COPY, _COPY.id == ReplyRequest.article_id)
    replies = select(func.count(distinct(ArticleReply.reply_id))).join(_COPY, _COPY.id == ArticleReply.article_id)
    replies = replies.where(ArticleReply.app_id != ELSEWHERE)
    ours = and_(Article.status == Status.NORMAL, Article.app_id != ELSEWHERE)
    return {
        Article.listed: and_(ours, ~exists().where(*_IN_CLUSTER, _is_before(_COPY))),
        Article.cluster_size: _of_cluster(select(func.count(_COPY.id))),
        Article.cluster_request_count: _of_cluster(people.where(ReplyRequest.status == Status.NORMAL)),
        Article.cluster_reply_count: _of_cluster(replies.where(ArticleReply.status == Status.NORMAL)),
        Article.cluster_requested_at: _of_cluster(select(func.max(_COPY.last_requested_at))),
        **reply_counters(),
    }


def reply_counters() -> dict[InstrumentedAttribute[Any], ColumnElement[Any]]:
    """Says in SQL what the counters of votes and verdicts must be."""
    bit = case(*((Reply.type == kind, bit) for kind, bit in VERDICT_BITS.items()), else_=OTHER_VERDICT)
    verdicts = (
        select(func.coalesce(func.sum(distinct(bit)), 0))
        .select_from(ArticleReply)
        .join(_COPY, _COPY.id == ArticleReply.article_id)
        .join(Reply, Reply.id == ArticleReply.reply_id)
        .where(ArticleReply.status == Status.NORMAL, ArticleReply.app_id != ELSEWHERE)
    )
    return {Article.cluster_verdicts: _of_cluster(verdicts), **vote_counters()}


def vote_counters() -> dict[InstrumentedAttribute[Any], ColumnElement[Any]]:
    """Says in SQL what the counters of votes must be."""
    ups, downs = ArticleReply.positive_feedback_count, ArticleReply.negative_feedback_count
    most = select(func.coalesce(func.max(ups + downs), 0)).join(_COPY, _COPY.id == ArticleReply.article_id)
    helpful = select(func.count(distinct(ArticleReply.reply_id))).join(_COPY, _COPY.id == ArticleReply.article_id)
    shown = ArticleReply.status == Status.NORMAL
    return {
        Article.cluster_votes: _of_cluster(most.where(shown)),
        Article.cluster_helpful: _of_cluster(helpful.where(shown, ups > downs)),
    }


def _of_cluster(query: Select[Any]) -> ColumnElement[Any]:
    return query.where(*_IN_CLUSTER).correlate(Article).scalar_subquery()


def _is_before(copy: type[Article]) -> ColumnElement[bool]:
    """Tells whether `copy` was reported before `Article`; without a date it comes last."""
    dated = and_(copy.created_at.is_not(None), Article.created_at.is_(None))
    undated = and_(copy.created_at.is_(None), Article.created_at.is_(None))
    at_once = or_(copy.created_at == Article.created_at, undated)
    return or_(copy.created_at < Article.created_at, dated, and_(at_once, copy.id < Article.id))


def recount_cluster(session: Session, cluster_id: str) -> None:
    """Set the counters of all its articles, and what it needs. The caller holds the cluster's lock."""
    _recount(session, cluster_id, cluster_counters())


def recount_replies_of(session: Session, article_ids: Iterable[str]) -> None:
    """Set the verdicts of articles and their copies. The caller changed a reply's, and locks the clusters here."""
    clusters = select(Article.cluster_id).where(Article.id.in_(list(article_ids))).distinct()
    for cluster_id in session.scalars(clusters.order_by(Article.cluster_id)).all():
        lock_cluster(session, cluster_id)
        _recount(session, cluster_id, reply_counters())


def recount_votes_of_cluster(session: Session, cluster_id: str) -> None:
    """Set the counters of votes, and what it needs. A vote changes no more, and a viral message has thousands of
    requests to count."""
    _recount(session, cluster_id, vote_counters())


def _recount(session: Session, cluster_id: str, counters: dict[InstrumentedAttribute[Any], ColumnElement[Any]]) -> None:
    session.flush()
    counted = update(Article).where(Article.cluster_id == cluster_id).values(counters).returning(*needs.COLUMNS)
    rows = session.execute(counted.execution_options(synchronize_session=False)).all()
    first = next((row for row in rows if row.id == cluster_id), rows[0] if rows else None)
    if first is None:
        return
    needed = needs.values_of(needs.facts_of(first))
    if any(getattr(row, name) != value for row in rows for name, value in needed.items()):
        moved = update(Article).where(Article.cluster_id == cluster_id).values(needed)
        session.execute(moved.execution_options(synchronize_session=False))
    names = [*(column.key for column in counters), *needed]
    for row in list(session.identity_map.values()):
        if isinstance(row, Article) and row.cluster_id == cluster_id:
            session.refresh(row, names)


def lock_cluster(session: Session, cluster_id: str) -> None:
    """Locks a cluster until the transaction ends.

    `key_share` lets others point to the article with a foreign key. A vote does so while it holds the link that we may
    want next, which would be a deadlock.
    """
    session.execute(select(Article.id).where(Article.id == cluster_id).with_for_update(key_share=True))


def copies_of(session: Session, article: Article, limit: int) -> list[Article]:
    """Lists the other shown articles of its cluster in the order they were reported."""
    query = select(Article).where(
        Article.cluster_id == article.cluster_id, Article.id != article.id, Article.status == Status.NORMAL
    )
    return list(session.scalars(query.order_by(Article.created_at.asc().nulls_last(), Article.id).limit(limit)))


def listed_for(session: Session, articles: list[Article]) -> list[Article]:
    """Finds the articles that lists show for these, one a cluster, in the given order."""
    clusters = list(dict.fromkeys(article.cluster_id for article in articles))
    query = select(Article).where(Article.cluster_id.in_(clusters), Article.listed, Article.status == Status.NORMAL)
    found = {article.cluster_id: article for article in session.scalars(query)}
    return [found[cluster_id] for cluster_id in clusters if cluster_id in found]


def one_each(articles: Iterable[Article]) -> list[Article]:
    found: dict[str, Article] = {}
    for article in articles:
        found.setdefault(article.cluster_id, article)
    return list(found.values())


def join(session: Session, one_id: str, other_id: str, *, now: datetime) -> bool:
    """Merge the clusters of two articles under the older first article, and tell whoever asked if there is a reply.
    False if they are in one cluster, or if a person said that what would move is no copy."""
    lock_membership(session)
    query = select(Article.cluster_id).where(Article.id.in_((one_id, other_id))).distinct().order_by(Article.cluster_id)
    cluster_ids = list(session.scalars(query))
    if len(cluster_ids) < 2:
        return False
    for cluster_id in cluster_ids:
        lock_cluster(session, cluster_id)
    first, second = sorted((session.get_one(Article, cluster_id) for cluster_id in cluster_ids), key=_age)
    if second.not_a_copy_by is not None:
        first, second = second, first
    if second.not_a_copy_by is not None:
        return False
    _rename(session, second.id, first.id)
    recount_cluster(session, first.id)
    if first.cluster_reply_count:
        enqueue_notices(session, first, now=now)
    return True


def take_out(session: Session, article_id: str, user: User) -> bool:
    """Removes from its cluster an article that a person says is no copy; none of its articles is compared again. People
    told of another's reply will be told of its own. False if it was alone."""
    rest = leave(session, article_id)
    if not rest:
        return False
    article = session.get_one(Article, article_id)
    for row in (article, *rest):
        row.cluster_checked = True
    article.not_a_copy_by = user.id
    article.similar_checked = False  # what it was a copy of may now be similar to it
    if not article.cluster_reply_count:
        session.execute(delete(Notice).where(Notice.article_id == article.id, Notice.kind == NoticeKind.REPLY))
    return True


def leave(session: Session, article_id: str) -> list[Article]:
    """Makes an article alone in its cluster, locked until the transaction ends, and returns those it was with. If it
    named their cluster, the oldest now does."""
    lock_membership(session)
    session.flush()  # reading again must not lose a change
    article = session.get_one(Article, article_id, populate_existing=True)
    lock_cluster(session, article.cluster_id)
    others = select(Article).where(Article.cluster_id == article.cluster_id, Article.id != article.id)
    rest = sorted(session.scalars(others), key=_age)
    if rest:
        left = article.cluster_id if article.cluster_id != article.id else rest[0].id
        _rename(session, article.cluster_id, left)
        article.cluster_id = article.id
        session.flush()
        recount_cluster(session, left)
        recount_cluster(session, article.id)
    return rest


def _rename(session: Session, cluster_id: str, new_id: str) -> None:
    session.flush()
    statement = update(Article).where(Article.cluster_id == cluster_id).values(cluster_id=new_id)
    session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()


def lock_membership(session: Session) -> None:
    """Takes the lock that comes before any cluster's."""
    lock_name(session, "membership")


def _age(article: Article) -> tuple[bool, float, str]:
    created = article.created_at
    return created is None, created.timestamp() if created else 0.0, article.id
