"""Rows as the models of `/api/v1/`; each kind is loaded in one statement for a whole list."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from factcheck.api import cursors
from factcheck.api.cursors import Key
from factcheck.api.rest import models
from factcheck.models import Article, ArticleCategory, ArticleReply, OutsideCheck, Reply, Status
from factcheck.services.replies import reply_order

Rows = Sequence[Any]


class Reader:
    """Makes models within one session. `base_url` is where people find the pages."""

    def __init__(self, session: Session, base_url: str) -> None:
        self._session, self._base_url = session, base_url

    def articles(self, rows: Sequence[Article]) -> list[models.Article]:
        """Keeps the order. Texts of what may not be shown are left out."""
        shown = [row for row in rows if row.status == Status.NORMAL]
        ids = [row.id for row in shown]
        links = self._links(ids)
        topics = self._topics(ids)
        return [self._article(row, links.get(row.id, ()), topics.get(row.id, ())) for row in rows]

    def links(self, rows: Sequence[ArticleReply]) -> list[models.ArticleReply]:
        replies = {row.id: row for row in self._among(Reply, Reply.id, {link.reply_id for link in rows})}
        checks = self._checks(replies)
        return [self._link(link, replies[link.reply_id], checks) for link in rows]

    def replies(self, rows: Sequence[Reply]) -> list[models.Reply]:
        checks = self._checks({row.id for row in rows})
        return [self._reply(row, checks.get(row.id)) for row in rows]

    def _article(self, row: Article, links: Sequence[models.ArticleReply], topics: Iterable[str]) -> models.Article:
        is_shown = row.status == Status.NORMAL
        return models.Article(
            id=row.id,
            type=row.article_type,
            status=row.status,
            text=row.text if is_shown else "",
            language=(row.language or "") if is_shown else "",
            request_count=row.reply_request_count,
            topics=list(topics),
            created_at=row.created_at,
            last_requested_at=row.last_requested_at,
            url=f"{self._base_url}/article/{row.id}",
            replies=list(links),
        )

    def _link(self, link: ArticleReply, reply: Reply, checks: dict[str, models.CheckedBy]) -> models.ArticleReply:
        said = self._reply(reply, checks.get(reply.id))
        if link.status != Status.NORMAL:
            said.text = said.reference = ""
        return models.ArticleReply(
            article_id=link.article_id,
            reply_id=link.reply_id,
            status=link.status,
            helpful=link.positive_feedback_count,
            not_helpful=link.negative_feedback_count,
            created_at=link.created_at,
            reply=said,
        )

    def _reply(self, row: Reply, check: models.CheckedBy | None) -> models.Reply:
        return models.Reply(
            id=row.id,
            type=row.type,
            text=row.text,
            reference=row.reference,
            created_at=row.created_at,
            edited_at=row.edited_at,
            url=f"{self._base_url}/reply/{row.id}",
            checked_by=check,
        )

    def _links(self, article_ids: Sequence[str]) -> dict[str, list[models.ArticleReply]]:
        rows = self._among(ArticleReply, ArticleReply.article_id, article_ids, ArticleReply.status == Status.NORMAL)
        replies = self._among(Reply, Reply.id, {link.reply_id for link in rows})
        found: dict[str, list[models.ArticleReply]] = {}
        for link in self.links(sorted(rows, key=reply_order)) if replies else ():  # held, so that none is loaded alone
            found.setdefault(link.article_id, []).append(link)
        return found

    def _topics(self, article_ids: Sequence[str]) -> dict[str, list[str]]:
        topic = ArticleCategory
        not_refused = topic.positive_feedback_count >= topic.negative_feedback_count
        found: dict[str, list[str]] = {}
        for row in self._among(topic, topic.article_id, article_ids, topic.status == Status.NORMAL, not_refused):
            found.setdefault(row.article_id, []).append(row.category_id)
        return {article_id: sorted(ids) for article_id, ids in found.items()}

    def _checks(self, reply_ids: Iterable[str]) -> dict[str, models.CheckedBy]:
        rows = self._among(OutsideCheck, OutsideCheck.reply_id, reply_ids)
        return {
            row.reply_id: models.CheckedBy(publisher=row.publisher, licence=row.licence, url=row.url) for row in rows
        }

    def _among(self, model: Any, column: Any, ids: Iterable[str], *which: Any) -> list[Any]:
        wanted = list(ids)
        return list(self._session.scalars(select(model).where(column.in_(wanted), *which))) if wanted else []


def page_of(
    session: Session,
    query: Select[Any],
    keys: Sequence[Key],
    asked: models.Paged,
    build: Callable[[Rows], list[Any]],
) -> tuple[list[Any], str | None]:
    """Gives a page and the cursor of the next. Raises CursorError."""
    query = query.add_columns(*(key.expression for key in keys)).order_by(*(key.order for key in keys))
    if asked.cursor:
        query = query.where(cursors.behind(keys, cursors.read(asked.cursor, keys)))
    rows = session.execute(query.limit(asked.limit + 1)).all()
    kept = rows[: asked.limit]
    following = cursors.written(kept[-1][1:]) if len(rows) > asked.limit else None
    return build([row[0] for row in kept]), following


def in_order(column: Any, last: Any, order: str) -> list[Key]:
    descending = order == "newest"
    return [Key(column, descending), Key(last, descending)]
