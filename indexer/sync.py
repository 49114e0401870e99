"""Keeps the index equal to the database. Embedding and indexing happen outside of transactions."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.jobs.worker import RetryJobError
from factcheck.matching.text.hosts import host_terms, hosts
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise, windows
from factcheck.models import Article, ArticleReply, Reply, Status
from factcheck.ports import Embedder, Matrix, SearchBackend, SearchDocument
from factcheck.services import clustering, derived, similar
from factcheck.services.clustering import enqueue_clustering
from factcheck.services.indexing import INDEX_ARTICLE, enqueue_indexing
from factcheck.services.sweeping import PURGE_INDEX

BATCH = 50
AT_ONCE = 1_000
"""Articles whose replies one statement reads."""

CHECK_INDEX = "check_index"
CHECK_DELAY = timedelta(minutes=1)
PURGE_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class ArticleText:
    """What the index needs of a row."""

    id: str
    version: int
    text: str
    fingerprint: str
    replies: str = ""
    """What its replies say and refer to."""


@dataclass(frozen=True)
class Drift:
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    extra: tuple[str, ...]
    """Indexed, but gone or no longer shown."""
    ahead: Mapping[str, int] = field(default_factory=dict)
    """id -> version that the index has, and the database had before a backup was put back."""

    def __len__(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.extra) + len(self.ahead)


def index_job_kinds(
    factory: SessionFactory,
    search: SearchBackend,
    embedder: Embedder,
    *,
    clock: Clock = utc_now,
    measured: Path | None = None,
) -> tuple[JobKind, ...]:
    """Makes the worker's handlers, which may raise SearchUnavailableError or EmbedderUnavailableError; the job comes
    again.

    They need not look for changes meanwhile: each adds a job, and jobs of one article run one after the other.
    """

    def index_article(payload: dict[str, Any]) -> Effects:
        article_id = str(payload["article_id"])
        shown = bring_up_to_date(factory, search, embedder, [article_id])
        facts = derived.derive((article.id, article.version, article.text) for article in shown)

        def effects(session: Session) -> None:
            derived.store(session, facts)
            enqueue_clustering(session, article_id, now=clock())

        return effects

    def check_index(_payload: dict[str, Any]) -> Effects:
        drift = find_drift(factory, search)
        return lambda session: queue_drift(session, drift, now=clock())

    def purge_index(_payload: dict[str, Any]) -> Effects:
        is_done = search.purge()
        if measured is not None:  # vectors of texts, made again by whoever measures
            shutil.rmtree(measured, ignore_errors=True)
        if not is_done:
            raise RetryJobError(PURGE_AGAIN, "a copy of the index is away, for which deleted documents are kept")
        return no_effects

    own = (
        JobKind(INDEX_ARTICLE, index_article),
        JobKind(CHECK_INDEX, check_index),
        JobKind(PURGE_INDEX, purge_index),
    )
    clusters = clustering.job_kinds(factory, search, clock)
    return (*own, *derived.job_kinds(factory), *clusters, *similar.job_kinds(factory, search))


def enqueue_check(session: Session, *, now: datetime) -> None:
    """Has the worker compare the whole index with the database once, and queue what differs."""
    queue.enqueue(session, CHECK_INDEX, {}, now=now, key=CHECK_INDEX, delay=CHECK_DELAY)


def queue_drift(session: Session, drift: Drift, *, now: datetime) -> None:
    overtake(session, drift)
    for article_id in (*drift.missing, *drift.stale, *drift.extra, *drift.ahead):
        enqueue_indexing(session, article_id, now=now)


def overtake(session: Session, drift: Drift) -> None:
    """Gives articles a version that the index takes."""
    for article_id, version in drift.ahead.items():
        behind = update(Article).where(Article.id == article_id, Article.version <= version)
        session.execute(behind.values(version=version + 1))


def bring_up_to_date(
    factory: SessionFactory, search: SearchBackend, embedder: Embedder, article_ids: Sequence[str]
) -> Sequence[ArticleText]:
    """Indexes the articles as they are in the database now, and removes those not shown; returns the others."""
    articles = load_texts(factory, article_ids)
    search.index(search_documents(articles, embedder))
    shown = {article.id for article in articles}
    search.delete([article_id for article_id in article_ids if article_id not in shown])
    return articles


def search_documents(articles: Sequence[ArticleText], embedder: Embedder) -> list[SearchDocument]:
    """Embeds all windows of all articles in one call. Raises EmbedderUnavailableError."""
    texts = [normalise(article.text) for article in articles]
    parts = [windows(text) for text in texts]
    rows = embedder.embed_passages([part for of_one in parts for part in of_one]) if any(parts) else None
    documents, at = [], 0
    for article, text, of_one in zip(articles, texts, parts, strict=True):
        vectors: Matrix | None = rows[at : at + len(of_one)] if rows is not None and of_one else None
        at += len(of_one)
        urls = extract_urls(article.text) + host_terms(hosts(article.text))
        said = normalise(article.replies)
        documents.append(SearchDocument(article.id, article.version, text, article.fingerprint, urls, vectors, said))
    return documents


def load_texts(factory: SessionFactory, article_ids: Sequence[str]) -> list[ArticleText]:
    """Loads the shown articles, in any order, with fresh fingerprints."""
    return fresh_fingerprints(factory, [Article.status == Status.NORMAL, Article.id.in_(article_ids)])


def fresh_fingerprints(factory: SessionFactory, which: Sequence[ColumnElement[bool]]) -> list[ArticleText]:
    """Articles that meet all of `which`, with this release's fingerprint, which is stored where it differs: look-ups
    read it, too."""
    with read_only(factory) as session:
        columns = select(Article.id, Article.version, Article.text, Article.fingerprint)
        rows = session.execute(columns.where(*which)).all()
        said = _replies(session, [row.id for row in rows])
        stored = [ArticleText(*row, said.get(row.id, "")) for row in rows]
    fresh = [replace(article, fingerprint=fingerprint(article.text)) for article in stored]
    changed = [new for old, new in zip(stored, fresh, strict=True) if new != old]
    if changed:
        with transaction(factory) as session:
            for article in changed:
                same_text = update(Article).where(Article.id == article.id, Article.version == article.version)
                session.execute(same_text.values(fingerprint=article.fingerprint))
    return fresh


def _replies(session: Session, article_ids: Sequence[str]) -> Mapping[str, str]:
    link = ArticleReply
    query = select(link.article_id, Reply.text, Reply.reference).join(Reply, Reply.id == link.reply_id)
    query = query.where(link.status == Status.NORMAL).order_by(link.article_id, Reply.id)
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(article_ids), AT_ONCE):
        for article_id, *said in session.execute(
            query.where(link.article_id.in_(article_ids[start : start + AT_ONCE]))
        ):
            found[article_id] += said
    return {article_id: "\n".join(said) for article_id, said in found.items()}


def shown_versions(factory: SessionFactory) -> dict[str, int]:
    """id -> version of every shown article."""
    with read_only(factory) as session:
        rows = session.execute(select(Article.id, Article.version).where(Article.status == Status.NORMAL))
        return {article_id: version for article_id, version in rows}  # noqa: C416 - rows are not plain tuples


def find_drift(factory: SessionFactory, search: SearchBackend) -> Drift:
    """Reads the index first: what is written meanwhile may look missing, which does no harm, but never extra."""
    indexed = search.versions()
    return compare(shown_versions(factory), indexed)


def compare(shown: Mapping[str, int], indexed: Mapping[str, int]) -> Drift:
    return Drift(
        missing=tuple(sorted(shown.keys() - indexed.keys())),
        stale=tuple(sorted(key for key, version in shown.items() if indexed.get(key, version) < version)),
        extra=tuple(sorted(indexed.keys() - shown.keys())),
        ahead={key: indexed[key] for key, version in shown.items() if indexed.get(key, version) > version},
    )


def repair(factory: SessionFactory, search: SearchBackend, embedder: Embedder, drift: Drift) -> Iterator[int]:
    """Yields how many articles each step handled."""
    with transaction(factory) as session:
        overtake(session, drift)
        derived.look_soon(session, now=utc_now())
    for batch in batches([*drift.missing, *drift.stale, *drift.extra, *drift.ahead]):
        bring_up_to_date(factory, search, embedder, batch)
        yield len(batch)


def batches(article_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(article_ids), BATCH):
        yield article_ids[at : at + BATCH]
