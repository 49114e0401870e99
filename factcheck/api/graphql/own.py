"""What the person who asks did themselves; one statement a kind."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.models import ArticleCategoryFeedback, ArticleReplyFeedback, ReplyRequest, ReplyRequestFeedback


class Own:
    """Finds nothing for a stranger."""

    def __init__(self, session: Session, viewer_id: str | None) -> None:
        self._session, self._viewer_id = session, viewer_id

    def requested(self, article_ids: Collection[str]) -> dict[str, bool]:
        row = ReplyRequest
        rows = self._rows(select(row.article_id), row, row.article_id.in_(article_ids))
        return {article_id: True for (article_id,) in rows}

    def votes(self, article_ids: Collection[str]) -> dict[tuple[str, str], int]:
        """Maps article and reply to a score."""
        row = ArticleReplyFeedback
        query = select(row.article_id, row.reply_id, row.score)
        return {tuple(key): score for *key, score in self._rows(query, row, row.article_id.in_(article_ids))}

    def votes_on_topics(self, article_ids: Collection[str]) -> dict[tuple[str, str], int]:
        """Maps article and topic to a score."""
        row = ArticleCategoryFeedback
        query = select(row.article_id, row.category_id, row.score)
        return {tuple(key): score for *key, score in self._rows(query, row, row.article_id.in_(article_ids))}

    def votes_on_reasons(self, request_ids: Collection[int]) -> dict[int, int]:
        row = ReplyRequestFeedback
        query = select(row.reply_request_id, row.score)
        return dict(self._rows(query, row, row.reply_request_id.in_(request_ids)))

    def _rows(self, query: Any, model: Any, which: Any) -> Any:
        if self._viewer_id is None:
            return []
        return [tuple(row) for row in self._session.execute(query.where(model.user_id == self._viewer_id, which))]
