from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from factcheck.models import Article, Status

PAGE_SIZE = 20


class Waiting(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    ALL = "all"


class Order(StrEnum):
    WANTED = "wanted"
    """Most requests first, then the most recent request."""
    RECENT = "recent"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Page:
    """One page of a list, numbered from 1; `pages` is at least 1."""

    articles: list[Article]
    total: int
    number: int
    pages: int


def list_articles(session: Session, which: Waiting, order: Order, number: int, *, size: int = PAGE_SIZE) -> Page:
    """Gives the first or last page for a number outside of the list."""
    condition = _condition(which)
    total = session.scalar(select(func.count()).select_from(Article).where(*condition)) or 0
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    query = _ordered(select(Article).where(*condition), order).limit(size).offset((number - 1) * size)
    return Page(list(session.scalars(query)), total, number, pages)


def totals(session: Session) -> dict[Waiting, int]:
    return {
        which: session.scalar(select(func.count()).select_from(Article).where(*_condition(which))) or 0
        for which in Waiting
    }


def search_text(session: Session, words: str, *, limit: int = PAGE_SIZE) -> list[Article]:
    """Finds articles that contain `words` literally, newest request first, for when the index is away."""
    pattern = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    query = (
        select(Article)
        .where(Article.status == Status.NORMAL, Article.text.ilike(f"%{pattern}%", escape="\\"))
        .order_by(Article.last_requested_at.desc().nulls_last(), Article.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _condition(which: Waiting) -> list[ColumnElement[bool]]:
    shown = [Article.status == Status.NORMAL, Article.listed == true()]
    if which == Waiting.WAITING:
        return [*shown, Article.cluster_reply_count == 0]
    if which == Waiting.ANSWERED:
        return [*shown, Article.cluster_reply_count > 0]
    return shown


def _ordered(query: Select[Article], order: Order) -> Select[Article]:
    """Ends with the id, so that pages never overlap."""
    if order == Order.RECENT:
        return query.order_by(Article.cluster_requested_at.desc().nulls_last(), Article.id)
    if order == Order.OLDEST:
        return query.order_by(Article.created_at.asc().nulls_last(), Article.id)
    newest = Article.cluster_requested_at.desc().nulls_last()
    return query.order_by(Article.cluster_request_count.desc(), newest, Article.id)
