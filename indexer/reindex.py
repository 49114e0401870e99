"""Builds the whole index anew beside the one in use, and switches."""

import time
from collections.abc import Callable, Iterable

from sqlalchemy import select

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Status
from factcheck.ports import Embedder, IndexBuild, SearchBackend
from factcheck.services import derived
from factcheck.services.indexing import enqueue_indexing
from indexer.sync import (
    BATCH,
    batches,
    compare,
    enqueue_check,
    fresh_fingerprints,
    load_texts,
    search_documents,
    shown_versions,
)

Progress = Callable[[int, int], object]
"""(articles in the new index, articles in all), after each batch."""

ROUNDS = 3
"""How often later changes are written before the switch; the rest is queued."""


class Pace:
    """Slows a rebuild to at most `rate` articles a second, counted from the start."""

    def __init__(
        self,
        rate: float | None,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._rate = rate
        self._now = now
        self._sleep = sleep
        self._started = now()
        self._done = 0

    def wait_after(self, articles: int) -> None:
        self._done += articles
        if self._rate:
            ahead = self._started + self._done / self._rate - self._now()
            if ahead > 0:
                self._sleep(ahead)


def reindex(
    factory: SessionFactory,
    search: SearchBackend,
    embedder: Embedder,
    *,
    progress: Progress = lambda _done, _all: None,
    clock: Clock = utc_now,
    pace: Pace | None = None,
    fresh: bool = False,
    salvage: bool = False,
    until: Callable[[], bool] = lambda: False,
) -> int | None:
    """Indexes every shown article; returns how many. The index in use stays until the new one is whole.

    After a failure the next call goes on with what was built, unless `fresh`. The worker writes what changed meanwhile.
    `salvage`: what is sound in the index in use is taken over. `until`: asked after each batch whether to stop; None is
    then returned, and the next call goes on.
    """
    _refresh_hidden(factory)
    build = search.rebuild(fresh=fresh, salvage=salvage)
    written = build.versions()
    for _ in range(ROUNDS):
        if not _fill(build, written, factory, embedder, progress, pace or Pace(None), until):
            break
        if until():
            return None
    build.finish()
    with transaction(factory) as session:
        enqueue_check(session, now=clock())  # in case we are killed right after the switch
        derived.look_soon(session, now=clock())
    build.switch()
    _queue_changes(factory, written, clock)
    return len(written)


def _fill(
    build: IndexBuild,
    written: dict[str, int],
    factory: SessionFactory,
    embedder: Embedder,
    progress: Progress,
    pace: Pace,
    until: Callable[[], bool],
) -> bool:
    """Writes what `written` lacks, and notes it there; False if nothing. No transaction stays open while embedding."""
    shown = shown_versions(factory)
    drift = compare(shown, written)
    todo = [*drift.missing, *drift.stale]
    progress(len(shown) - len(todo), len(shown))
    for at, batch in enumerate(batches(todo), 1):
        articles = load_texts(factory, batch)
        build.index(search_documents(articles, embedder))
        written.update((article.id, article.version) for article in articles)
        progress(len(shown) - max(0, len(todo) - at * BATCH), len(shown))
        pace.wait_after(len(batch))
        if until():
            break
    return bool(todo)


def _refresh_hidden(factory: SessionFactory) -> None:
    """Refreshes articles that are in no index: they may be shown again, or be asked for."""
    with read_only(factory) as session:
        hidden = list(session.scalars(select(Article.id).where(Article.status != Status.NORMAL)))
    for batch in batches(hidden):
        fresh_fingerprints(factory, [Article.id.in_(batch)])


def _queue_changes(factory: SessionFactory, written: dict[str, int], clock: Clock) -> None:
    """Queues what jobs wrote to the old index. Compared after the switch, from which on they write to the new one."""
    drift = compare(shown_versions(factory), written)
    _enqueue(factory, [*drift.missing, *drift.stale, *drift.extra], clock)


def _enqueue(factory: SessionFactory, article_ids: Iterable[str], clock: Clock) -> None:
    for batch in batches(sorted(article_ids)):
        with transaction(factory) as session:
            for article_id in batch:
                enqueue_indexing(session, article_id, now=clock())
