"""Lists of messages in pages. A list is first read from an index that covers it, and only its page's rows in full."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from factcheck.db.base import time_key
from factcheck.models import Article, Need, Status
from factcheck.services.filters import NEEDS, Filters, Tab, conditions, shown

PAGE_SIZE = 20


class Order(StrEnum):
    WANTED = "wanted"
    """By people waiting, freshness and spread (`models.ranking`)."""
    ASKED = "asked"
    """Most people first."""
    RECENT = "recent"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Wanted:
    """One list: its tab, its filters, its order, and who looks at it when."""

    now: datetime
    tab: Tab = Tab.WAITING
    order: Order = Order.WANTED
    filters: Filters = field(default_factory=Filters)
    viewer_id: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return [*shown(self.tab), *conditions(self.filters, self.viewer_id, now=self.now)]

    def of(self, query: Select[Any]) -> Select[Any]:
        """Gives a query its conditions, as for a count. SQLite keeps no statistics: for what is filtered it would read
        the rows of an index that is narrower."""
        query = query.where(*self.conditions())
        return _read_from(query, "ix_articles_list") if self.filters.is_set else query

    def in_order(self, query: Select[Any]) -> Select[Any]:
        """Gives it its order, too. SQLite would take the index of the tab, and sort what it finds."""
        query = in_order(self.of(query), self.order)
        if self.filters.is_set:
            return query
        if self.order != Order.WANTED:
            return _read_from(query, f"ix_articles_{self.order}")
        return _read_from(query, "ix_articles_need" if len(NEEDS[self.tab]) == 1 else "ix_articles_list")


def _read_from(query: Select[Any], index: str) -> Select[Any]:
    return query.with_hint(Article.__table__, f"INDEXED BY {index}", "sqlite")


@dataclass(frozen=True)
class Page:
    """One page of a list, numbered from 1; `pages` is at least 1."""

    articles: list[Article]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        """The place of its first message in the list, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1


@dataclass(frozen=True)
class Neighbours:
    """Messages before and after a place of a list, '' for none; and the place that follows."""

    before: str
    after: str
    before_place: int
    after_place: int


def list_articles(
    session: Session, wanted: Wanted, number: int, *, size: int = PAGE_SIZE, total: int | None = None
) -> Page:
    """Gives the first or last page for a number outside of the list. `total`: its messages, if they were counted."""
    total = count_articles(session, wanted) if total is None else total
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    return Page(load_in_order(session, list_ids(session, wanted, (number - 1) * size, size)), total, number, pages)


def count_articles(session: Session, wanted: Wanted) -> int:
    return session.scalar(wanted.of(select(func.count()).select_from(Article))) or 0


def list_ids(session: Session, wanted: Wanted, offset: int, limit: int) -> list[str]:
    query = wanted.in_order(select(Article.id))
    return list(session.scalars(query.limit(limit).offset(offset)))


def load_in_order(session: Session, article_ids: Sequence[str]) -> list[Article]:
    rows = {row.id: row for row in session.scalars(select(Article).where(Article.id.in_(article_ids)))}
    return [rows[article_id] for article_id in article_ids if article_id in rows]


def neighbours(session: Session, wanted: Wanted, article_id: str, place: int) -> Neighbours:
    """Finds what stands beside a message that stood at a place of the list. If it left the list meanwhile, what took
    its place is next."""
    offset = max(0, place - 3)
    near = list_ids(session, wanted, offset, 6)
    is_there = article_id in near
    at = near.index(article_id) if is_there else place - 1 - offset
    after = at + 1 if is_there else at
    return Neighbours(
        near[at - 1] if 0 < at <= len(near) else "",
        near[after] if after < len(near) else "",
        offset + at,
        offset + after + 1,
    )


def totals(session: Session) -> dict[Tab, int]:
    query = select(Article.need, func.count()).where(Article.listed, Article.status == Status.NORMAL)
    counts: dict[str | None, int] = dict(session.execute(query.group_by(Article.need)).all())
    every = {tab: sum(counts.get(need, 0) for need in needs) for tab, needs in NEEDS.items()}
    return {**every, Tab.ALL: sum(counts.values())}


def in_order(query: Select[Any], order: Order) -> Select[Any]:
    """Ends with the id, so that pages never overlap. Each order has its index."""
    newest = time_key(Article.cluster_requested_at).desc()
    if order == Order.RECENT:
        return query.order_by(newest, Article.id.desc())
    if order == Order.OLDEST:
        return query.order_by(Article.created_at.asc().nulls_last(), Article.id)
    if order == Order.ASKED:
        return query.order_by(Article.cluster_request_count.desc(), newest, Article.id.desc())
    return query.order_by(Article.queue_place, Article.id)


class Reason(StrEnum):
    """One reason why a message stands where it does; the first that holds is said."""

    RETIRED = "retired"
    STUCK = "stuck"
    MANY = "many"
    SPREADS = "spreads"
    FRESH = "fresh"
    UNRATED = "unrated"
    ASKED = "asked"


MANY_PEOPLE, FRESH_DAYS = 5, 2


def reason_of(article: Article, now: datetime) -> Reason:
    if article.need in (Need.RETIRED, Need.STUCK):
        return Reason.RETIRED if article.need == Need.RETIRED else Reason.STUCK
    if article.need == Need.VOTES:
        return Reason.UNRATED
    if article.cluster_request_count >= MANY_PEOPLE:
        return Reason.MANY
    if article.cluster_size > 1:
        return Reason.SPREADS
    asked = article.cluster_requested_at
    return Reason.FRESH if asked and (now - asked).days < FRESH_DAYS else Reason.ASKED
