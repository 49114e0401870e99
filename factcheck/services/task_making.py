"""Finding small tasks. The worker keeps a stock of each kind, of what waits most."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, exists, func, literal, select, type_coerce
from sqlalchemy.orm import Session, aliased

from factcheck.clock import Clock
from factcheck.db.aliases import shared_alias
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleCategory,
    ArticleReply,
    Category,
    Hyperlink,
    Need,
    PageState,
    ReplyHyperlink,
    SimilarArticle,
    Status,
    Task,
    TaskKind,
    TaskState,
)
from factcheck.services.needs import ENOUGH_VOTES

Rows = Select[*tuple[Any, ...]]

MAKE_TASKS = "make_tasks"
EVERY = timedelta(minutes=5)
STOCK = 1_000
"""Open tasks of each kind: more than are answered between two looks when ten thousand people come in a day."""
STEP = 500


class Wanted(NamedTuple):
    kind: TaskKind
    article_id: str
    language: str
    place: float
    other_id: str = ""
    url: str = ""


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    def handle(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            wanted = list(lacking(session))

        def effects(session: Session) -> None:
            add_tasks(session, wanted, now=clock())

        return effects

    return (JobKind(MAKE_TASKS, handle, every=EVERY, is_due_at_start=True),)


def add_tasks(session: Session, wanted: Iterable[Wanted], *, now: datetime) -> None:
    """Adds what was never asked before."""
    rows = [
        {**one._asdict(), "state": TaskState.OPEN, "outcome": "", "room_at": now, "created_at": now} for one in wanted
    ]
    for start in range(0, len(rows), STEP):
        adding = insert(session, Task).values(rows[start : start + STEP])
        session.execute(adding.on_conflict_do_nothing(index_elements=["kind", "article_id", "other_id"]))


def lacking(session: Session) -> Iterator[Wanted]:
    """Lists what is to be added so that the stock of each kind is full, as far as there is anything to ask."""
    has = select(Task.kind, func.count()).where(Task.state == TaskState.OPEN).group_by(Task.kind)
    stock: dict[str, int] = dict(session.execute(has).all())
    for kind, query in _SOURCES.items():
        room = STOCK - stock.get(kind, 0)
        if room > 0:
            yield from [Wanted(kind, *row) for row in session.execute(query.limit(room))]


_SHOWN = (Article.status == Status.NORMAL, Article.listed)
_OTHER = shared_alias(Article)
_LANGUAGE = func.coalesce(Article.language, "")


def _to_rate() -> Rows:
    link = ArticleReply
    votes = link.positive_feedback_count + link.negative_feedback_count
    query = select(Article.id, _LANGUAGE, Article.queue_place, link.reply_id).join(link, link.article_id == Article.id)
    ours = (link.status == Status.NORMAL, link.app_id != ELSEWHERE)
    return query.where(*_SHOWN, Article.need == Need.VOTES, *ours, votes < ENOUGH_VOTES)


def _to_compare() -> Rows:
    """Pairs of two clusters, each once. The likelier come first among what is asked for as much."""
    pair = SimilarArticle
    query = select(Article.id, _LANGUAGE, Article.queue_place, _OTHER.id).join(pair, pair.article_id == Article.id)
    query = query.join(_OTHER, _OTHER.id == pair.other_id).where(*_SHOWN, _OTHER.status == Status.NORMAL, _OTHER.listed)
    return query.where(Article.id < _OTHER.id, Article.cluster_id != _OTHER.cluster_id, Article.text != "")


def _without_topic() -> Rows:
    has = exists().where(ArticleCategory.article_id == Article.id, ArticleCategory.status == Status.NORMAL)
    query = select(Article.id, _LANGUAGE, Article.queue_place).where(*_SHOWN, ~has, exists(select(Category.id)))
    return query.where(Article.text != "", Article.need != Need.RETIRED)


def _to_check() -> Rows:
    """Takes the first page that each reply refers to, if it is there."""
    link, page, before = ArticleReply, ReplyHyperlink, aliased(ReplyHyperlink)
    query = select(Article.id, _LANGUAGE, Article.queue_place, link.reply_id, page.url)
    query = query.join(link, link.article_id == Article.id).join(page, page.reply_id == link.reply_id)
    query = query.join(Hyperlink, Hyperlink.url == page.url).where(Hyperlink.state == PageState.OK)
    is_first = ~exists().where(before.reply_id == page.reply_id, before.id < page.id)
    return query.where(*_SHOWN, link.status == Status.NORMAL, link.app_id != ELSEWHERE, is_first)


def _never_asked(kind: TaskKind, query: Rows, other: ColumnElement[str]) -> Rows:
    asked = exists().where(Task.kind == kind, Task.article_id == Article.id, Task.other_id == other)
    return query.where(~asked).order_by(Article.queue_place, Article.id)


_SOURCES: dict[TaskKind, Rows] = {
    kind: _never_asked(kind, query, other)
    for kind, query, other in (
        (TaskKind.RATE, _to_rate(), type_coerce(ArticleReply.reply_id, Text)),
        (TaskKind.SAME, _to_compare(), type_coerce(_OTHER.id, Text)),
        (TaskKind.TOPIC, _without_topic(), literal("")),
        (TaskKind.REFERENCE, _to_check(), type_coerce(ArticleReply.reply_id, Text)),
    )
}
