"""Finding what an article is a copy of. The comparing comes first, with no transaction open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, distinct, func, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.matching.compare.features import TextFacts
from factcheck.matching.decide.copies import is_copy
from factcheck.models import ELSEWHERE, Article, ArticleType, Status
from factcheck.ports import Hit, SearchBackend
from factcheck.services.clusters import join, leave
from factcheck.services.similar import find_similar, look_soon

CLUSTER_ARTICLE = "cluster_article"

COMPARED = 10


def enqueue_clustering(session: Session, article_id: str, *, now: datetime) -> None:
    """Has an indexed article compared with the others, once."""
    if session.scalar(_unchecked().where(Article.id == article_id)) is not None:
        payload, key = {"article_id": article_id}, f"cluster:{article_id}"
        queue.enqueue(session, CLUSTER_ARTICLE, payload, now=now, key=key, priority=queue.BACKGROUND)


def job_kinds(factory: SessionFactory, search: SearchBackend, clock: Clock) -> tuple[JobKind, ...]:
    """Makes the handlers, which may raise SearchUnavailableError or IndexMismatchError."""

    def handle(payload: dict[str, Any]) -> Effects:
        return cluster_article(factory, search, str(payload["article_id"]), clock)

    return (JobKind(CLUSTER_ARTICLE, handle),)


def cluster_article(factory: SessionFactory, search: SearchBackend, article_id: str, clock: Clock) -> Effects:
    """Look for the message that an article is a copy of; one that no longer counts as a copy leaves its cluster. Both
    of two articles are indexed before either is compared, so at least the later one finds the other."""
    with read_only(factory) as session:
        article = session.scalar(_unchecked().where(Article.id == article_id))
        first = session.get(Article, article.cluster_id) if article and article.cluster_id != article_id else None
    stays = article is not None and first is not None and _is_copy_of(article, first.text, Hit(first.id))
    found = None if article is None or stays else _find_original(factory, search, article)

    def effects(session: Session) -> None:
        row = session.get(Article, article_id)
        if row is None or row.cluster_checked:
            return
        is_free = row.status == Status.NORMAL and row.not_a_copy_by is None
        if is_free and first is not None and row.cluster_id == first.id and not stays:
            leave(session, article_id)
        if is_free and found is not None and session.get_one(Article, article_id).cluster_id == article_id:
            join(session, article_id, found, now=clock())
        session.get_one(Article, article_id).cluster_checked = True
        look_soon(session, now=clock())

    return effects


def judge_again(session: Session) -> int:
    """Has the copies of every cluster judged again, say by a release that judges otherwise; returns their number."""
    copies = (Article.cluster_id != Article.id, Article.not_a_copy_by.is_(None), Article.status == Status.NORMAL)
    marked = session.execute(update(Article).where(*copies).values(cluster_checked=False))
    return int(getattr(marked, "rowcount", 0))


def _is_copy_of(article: Article, text: str, hit: Hit) -> bool:
    return is_copy(TextFacts(article.text), TextFacts(text), hit)


def _find_original(factory: SessionFactory, search: SearchBackend, article: Article) -> str | None:
    """Compares with the first article of each cluster alone: a text that changed a little with each forward would
    otherwise drift into another message."""
    hits = find_similar(search, article.id, article.text)
    with read_only(factory) as session:
        originals = _originals(session, article, hits)
    return next((hit.article_id for hit, text in originals if _is_copy_of(article, text, hit)), None)


def _originals(session: Session, article: Article, hits: Sequence[Hit]) -> list[tuple[Hit, str]]:
    """Lists the first article of each cluster, and its text, in the order of the hits; identical ones come first, even
    if not indexed yet."""
    near = {hit.article_id: hit for hit in hits}
    ours = (Article.status == Status.NORMAL, Article.app_id != ELSEWHERE)
    shown = (*ours, Article.article_type == ArticleType.TEXT, Article.id != article.id)
    same = (Article.fingerprint == article.fingerprint, Article.fingerprint != "")
    identical = session.scalars(select(Article.cluster_id).where(*shown, *same).distinct().order_by(Article.cluster_id))
    clusters = dict(session.execute(select(Article.id, Article.cluster_id).where(*shown, Article.id.in_(near))).all())
    wanted = dict.fromkeys([*identical, *(clusters[key] for key in near if key in clusters)])
    texts = dict(session.execute(select(Article.id, Article.text).where(Article.id.in_(wanted))).all())
    wanted.pop(article.cluster_id, None)
    found = [cluster_id for cluster_id in wanted if cluster_id in texts][:COMPARED]
    return [(near.get(cluster_id, Hit(cluster_id)), texts[cluster_id]) for cluster_id in found]


def unchecked_ids(session: Session) -> list[str]:
    """Lists articles as they were reported, so that a cluster begins with its first one."""
    query = _unchecked().order_by(Article.created_at.asc().nulls_last(), Article.id)
    return list(session.scalars(query.with_only_columns(Article.id)))


def cluster_all(
    factory: SessionFactory, search: SearchBackend, article_ids: Iterable[str], *, clock: Clock = utc_now
) -> Iterator[str]:
    """Compare these articles, yielding the id of each. Each has its own transaction, so an interrupted run can
    continue."""
    for article_id in article_ids:
        effects = cluster_article(factory, search, article_id, clock)
        with transaction(factory) as session:
            effects(session)
        yield article_id


def count_copies(session: Session) -> tuple[int, int]:
    of_several = select(func.count(distinct(Article.cluster_id)), func.count()).where(
        Article.cluster_size > 1, Article.status == Status.NORMAL
    )
    clusters, articles = session.execute(of_several).one()
    return clusters, articles


def _unchecked() -> Select[Article]:
    ours = (Article.app_id != ELSEWHERE, Article.status == Status.NORMAL)
    return select(Article).where(~Article.cluster_checked, *ours, Article.article_type == ArticleType.TEXT)
