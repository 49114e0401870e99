"""The daily export, as a job that plans its own successor."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.dataset.publish import publish_dataset
from factcheck.db.session import SessionFactory
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, Handler
from factcheck.models import JobState
from factcheck.settings import Settings

EXPORT_DATASET = "export_dataset"
INTERVAL = timedelta(days=1)
ATTEMPTS = 1_000
"""At a quarter of an hour between attempts these last ten days: a full disk is somebody's to empty, and the export
should come back by itself afterwards. Meanwhile the job row shows the error."""


def ensure_scheduled(session: Session, now: datetime) -> None:
    """Have exactly one export planned; the first one is due at once. Call it when a worker starts."""
    if queue.alive(session, EXPORT_DATASET, JobState.READY, JobState.RUNNING) == 0:
        _plan(session, now, delay=timedelta(0))


def job_handlers(session_factory: SessionFactory, settings: Settings, clock: Clock) -> Mapping[str, Handler]:
    """kind -> handler, for the worker."""

    def export(_payload: dict[str, Any]) -> Effects:
        publish_dataset(session_factory, settings.resolved_dataset_dir, clock=clock, licence=settings.dataset_licence)
        return plan_next

    def plan_next(session: Session) -> None:
        # The job that just ran is still there as RUNNING. A READY one was added by hand meanwhile: it goes on instead.
        if queue.alive(session, EXPORT_DATASET, JobState.READY) == 0:
            _plan(session, clock(), delay=INTERVAL)

    return {EXPORT_DATASET: export}


def _plan(session: Session, now: datetime, *, delay: timedelta) -> None:
    queue.enqueue(
        session,
        EXPORT_DATASET,
        {},
        now=now,
        key=EXPORT_DATASET,
        priority=queue.BACKGROUND,
        delay=delay,
        max_attempts=ATTEMPTS,
    )
