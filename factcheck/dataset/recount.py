"""Sets counters of articles and links to what the rows say, also after an interrupted import."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, func, or_, select, text, update
from sqlalchemy.orm import InstrumentedAttribute

from factcheck.dataset.store import among
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import ELSEWHERE, Article, ArticleReply, ArticleReplyFeedback, ReplyRequest, Status
from factcheck.services.clusters import cluster_counters

ROWS_AT_A_TIME = 1_000

Counters = Mapping[InstrumentedAttribute[Any], ColumnElement[Any]]


def recount(factory: SessionFactory) -> int:
    """Corrects counters, a thousand rows a transaction; returns how many rows were wrong."""
    _look_at_tables(factory)
    requests = select(func.count(ReplyRequest.id)).where(
        ReplyRequest.article_id == Article.id, ReplyRequest.status == Status.NORMAL
    )
    replies = select(func.count(ArticleReply.reply_id)).where(
        ArticleReply.article_id == Article.id, ArticleReply.status == Status.NORMAL, ArticleReply.app_id != ELSEWHERE
    )
    links: Counters = {
        ArticleReply.positive_feedback_count: _of_row(_votes(1), ArticleReply),
        ArticleReply.negative_feedback_count: _of_row(_votes(-1), ArticleReply),
        ArticleReply.somewhat_feedback_count: _of_row(_votes(0).where(ArticleReplyFeedback.somewhat), ArticleReply),
    }
    # The votes first: articles count them.
    changed = _correct(factory, ArticleReply, (ArticleReply.article_id, ArticleReply.reply_id), links)
    articles: Counters = {
        Article.reply_request_count: _of_row(requests, Article),
        Article.normal_article_reply_count: _of_row(replies, Article),
        **cluster_counters(),
    }
    return changed + _correct(factory, Article, (Article.id,), articles)


def _look_at_tables(factory: SessionFactory) -> None:
    """Has PostgreSQL count anew. If it looked while rows were loaded and not yet committed, it takes the tables for
    empty, and compares each article with every pair of article and request: minutes for 1,500."""
    with transaction(factory) as session:
        if session.get_bind().dialect.name == "postgresql":
            tables = (model.__tablename__ for model in (Article, ArticleReply, ArticleReplyFeedback, ReplyRequest))
            session.execute(text(f"ANALYZE {', '.join(tables)}"))


def _votes(score: int) -> Select[Any]:
    return select(func.count(ArticleReplyFeedback.id)).where(
        ArticleReplyFeedback.article_id == ArticleReply.article_id,
        ArticleReplyFeedback.reply_id == ArticleReply.reply_id,
        ArticleReplyFeedback.status == Status.NORMAL,
        ArticleReplyFeedback.score == score,
    )


def _of_row(query: Select[Any], model: type) -> ColumnElement[Any]:
    return query.correlate(model).scalar_subquery()


def _correct(
    factory: SessionFactory, model: type, key: Sequence[InstrumentedAttribute[str]], counters: Counters
) -> int:
    wrong = or_(*(counter.is_distinct_from(value) for counter, value in counters.items()))
    with read_only(factory) as session:
        keys = [tuple(row) for row in session.execute(select(*key).where(wrong).order_by(*key))]
    changed = 0
    for start in range(0, len(keys), ROWS_AT_A_TIME):
        batch = keys[start : start + ROWS_AT_A_TIME]
        chosen = among(key, batch)
        with transaction(factory) as session:
            # Locked first, so that the counts see votes and requests of this moment.
            session.execute(select(*key).where(chosen).order_by(*key).with_for_update())
            values = {**counters, **({Article.need: None} if model is Article else {})}  # to be sorted anew
            query = update(model).where(chosen, wrong).values(values).execution_options(synchronize_session=False)
            changed += cast("CursorResult[Any]", session.execute(query)).rowcount
    return changed
