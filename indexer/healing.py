"""The worker's jobs that see a lost index and build a new one beside it, while messages wait."""

import time
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory
from factcheck.errors import IndexLostError
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.models import JobState
from factcheck.ports import Embedder, SearchBackend
from factcheck.services.indexing import INDEX_ARTICLE
from indexer.reindex import reindex
from indexer.sync import find_drift, queue_drift

log = structlog.get_logger()

WATCH_INDEX, VERIFY_INDEX, REBUILD_INDEX = "watch_index", "verify_index", "rebuild_index"
WATCH_EVERY, VERIFY_EVERY = timedelta(seconds=10), timedelta(hours=1)

SLICE_SECONDS = 20.0
"""After so long a rebuild lets other jobs go first: a worker may have but one thread for them."""


def healing_job_kinds(
    factory: SessionFactory, search: SearchBackend, embedder: Embedder, *, clock: Clock = utc_now
) -> tuple[JobKind, ...]:
    """Makes the handlers, which raise SearchUnavailableError or EmbedderUnavailableError while these are away."""

    def watch_index(_payload: dict[str, Any]) -> Effects:
        try:
            search.ping()
        except IndexLostError as error:
            log.error("index_lost", reason=error.reason)
            return lambda session: _enqueue_rebuild(session, clock)
        return no_effects

    def verify_index(payload: dict[str, Any]) -> Effects:
        try:
            search.verify()
        except IndexLostError:
            return watch_index(payload)
        drift = find_drift(factory, search)

        def effects(session: Session) -> None:
            if drift.ahead or not _is_indexing(session):
                queue_drift(session, drift, now=clock())

        return effects

    def rebuild_index(_payload: dict[str, Any]) -> Effects:
        if not _is_lost(search):
            return no_effects
        end = time.monotonic() + SLICE_SECONDS
        count = reindex(factory, search, embedder, clock=clock, salvage=True, until=lambda: time.monotonic() > end)
        if count is None:
            return lambda session: _enqueue_rebuild(session, clock)
        log.info("index_rebuilt", articles=count)
        search.verify()
        return no_effects

    return (
        JobKind(WATCH_INDEX, watch_index, every=WATCH_EVERY, is_due_at_start=True),
        JobKind(VERIFY_INDEX, verify_index, every=VERIFY_EVERY, is_due_at_start=True),
        JobKind(REBUILD_INDEX, rebuild_index),
    )


def _is_lost(search: SearchBackend) -> bool:
    try:
        search.ping()
    except IndexLostError:
        return True
    return False


def _enqueue_rebuild(session: Session, clock: Clock) -> None:
    """Adds one, unless one waits already. Keyed, so that it runs after the one that is running."""
    if queue.lock_and_count(session, REBUILD_INDEX, JobState.READY) == 0:
        queue.enqueue(session, REBUILD_INDEX, {}, now=clock(), key=REBUILD_INDEX)


def _is_indexing(session: Session) -> bool:
    """Tells whether jobs will bring the index up to date anyhow."""
    return queue.lock_and_count(session, INDEX_ARTICLE, JobState.READY, JobState.RUNNING) > 0
