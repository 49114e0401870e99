from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.models import Article
from factcheck.services.queue import Wanted, list_ids
from factcheck.services.topics import titles_of

HEADINGS = (
    "id",
    "address",
    "text",
    "language",
    "topics",
    "createdAt",
    "lastRequestedAt",
    "people",
    "copies",
    "replies",
    "helpfulReplies",
    "need",
)
AT_ONCE = 500


def exported(session: Session, wanted: Wanted, limit: int, base_url: str) -> Iterator[Sequence[object]]:
    """Yields the headings, then a row a message, in the list's order."""
    yield HEADINGS
    ids = list_ids(session, wanted, 0, limit)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        rows = {row.id: row for row in session.scalars(select(Article).where(Article.id.in_(part)))}
        topics = titles_of(session, part)
        for article_id in part:
            yield _row(rows[article_id], topics.get(article_id, []), base_url)


def _row(article: Article, topics: Sequence[str], base_url: str) -> Sequence[object]:
    asked = article.cluster_requested_at
    return (
        article.id,
        f"{base_url}/article/{article.id}",
        article.text,
        article.language,
        "; ".join(topics),
        article.created_at.isoformat() if article.created_at else "",
        asked.isoformat() if asked else "",
        article.cluster_request_count,
        article.cluster_size,
        article.cluster_reply_count,
        article.cluster_helpful,
        article.need,
    )
