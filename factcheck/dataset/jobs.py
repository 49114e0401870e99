"""The daily export as a job, and the revision of earlier ones."""

from datetime import timedelta
from typing import Any

import structlog

from factcheck.clock import Clock
from factcheck.dataset.folders import is_writing
from factcheck.dataset.publish import publish_dataset
from factcheck.dataset.revise import revise_exports
from factcheck.db.session import SessionFactory
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.jobs.worker import PostponeJobError
from factcheck.services.sweeping import REVISE_EXPORTS
from factcheck.settings import Settings

EXPORT_DATASET = "export_dataset"
INTERVAL = timedelta(days=1)
PAUSE = timedelta(minutes=10)

log = structlog.get_logger()


def job_kinds(session_factory: SessionFactory, settings: Settings, clock: Clock) -> tuple[JobKind, ...]:
    """The first is due when a worker starts."""

    def export(_payload: dict[str, Any]) -> Effects:
        publish_dataset(session_factory, settings.resolved_dataset_dir, clock=clock, licence=settings.dataset_licence)
        return no_effects

    def revise(_payload: dict[str, Any]) -> Effects:
        root, now = settings.resolved_dataset_dir, clock()
        if is_writing(root, now):
            raise PostponeJobError(now + PAUSE, "an export is being written, perhaps of a moment before the erasure")
        rows = revise_exports(session_factory, root, now=now)
        log.info("exports_revised", rows=rows)
        return no_effects

    return (JobKind(EXPORT_DATASET, export, every=INTERVAL, is_keyed=True), JobKind(REVISE_EXPORTS, revise))
