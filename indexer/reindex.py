"""Builds the whole index anew beside the one in use, and switches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import update

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, reading, transaction
from factcheck.matching.normalise import fingerprint
from factcheck.models import Article
from factcheck.ports import Embedder, IndexBuild, SearchBackend
from factcheck.services.indexing import enqueue_indexing
from indexer.sync import BATCH, ArticleText, batches, search_documents, shown_after, shown_versions

Progress = Callable[[int], object]


def reindex(
    factory: SessionFactory,
    search: SearchBackend,
    embedder: Embedder,
    *,
    progress: Progress = lambda _count: None,
    clock: Clock = utc_now,
) -> int:
    """Index every shown article; returns how many. The old index stays in use until the new one is whole, and stays
    for good if this fails. What changed meanwhile is queued for the worker.
    """
    build = search.rebuild()
    try:
        written = _fill(build, factory, embedder, progress)
    except BaseException:
        build.abort()
        raise
    build.switch()  # if this fails half-way the new index may be in use already, so it is not removed
    _queue_changes(factory, written, clock)
    return len(written)


def _fill(build: IndexBuild, factory: SessionFactory, embedder: Embedder, progress: Progress) -> dict[str, int]:
    """id -> version of everything written, batch by batch, so that no transaction stays open while embedding."""
    written: dict[str, int] = {}
    last_id = ""
    while True:
        with reading(factory) as session:
            articles = shown_after(session, last_id, BATCH)
        if not articles:
            return written
        articles = _with_fresh_fingerprints(factory, articles)
        build.index(search_documents(articles, embedder))
        written.update((article.id, article.version) for article in articles)
        last_id = articles[-1].id
        progress(len(articles))


def _with_fresh_fingerprints(factory: SessionFactory, articles: Sequence[ArticleText]) -> list[ArticleText]:
    """A release may see through more than the one that stored them: the rows then get what it sees."""
    fresh = [replace(article, fingerprint=fingerprint(article.text)) for article in articles]
    changed = [new for old, new in zip(articles, fresh, strict=True) if new != old]
    if changed:
        with transaction(factory) as session:
            for article in changed:
                statement = update(Article).where(Article.id == article.id)
                session.execute(statement.values(fingerprint=article.fingerprint))
    return fresh


def _queue_changes(factory: SessionFactory, written: dict[str, int], clock: Clock) -> None:
    """Jobs that ran during the build wrote to the old index. Compared after the switch, since from then on they
    write to the new one."""
    shown = shown_versions(factory)
    changed = [article_id for article_id, version in shown.items() if written.get(article_id) != version]
    _enqueue(factory, [*changed, *(written.keys() - shown.keys())], clock)


def _enqueue(factory: SessionFactory, article_ids: Iterable[str], clock: Clock) -> None:
    for batch in batches(sorted(article_ids)):
        with transaction(factory) as session:
            for article_id in batch:
                enqueue_indexing(session, article_id, now=clock())
