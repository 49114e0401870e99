"""The weekly export as a job, and the revision of earlier ones."""

from datetime import timedelta
from pathlib import Path
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
from factcheck.services.published_ids import renew_ids
from factcheck.services.sweeping import REVISE_EXPORTS
from factcheck.settings import Settings

EXPORT_DATASET = "export_dataset"
INTERVAL = timedelta(days=7)
PAUSE = timedelta(minutes=10)

log = structlog.get_logger()


def publish(session_factory: SessionFactory, settings: Settings, clock: Clock) -> Path:
    """Makes a release. An interrupted change of the key of user ids is finished first."""
    renew_ids(session_factory, secret_key=settings.secret_key)
    root, address = settings.resolved_dataset_dir, f"{settings.base_url}/data/" if settings.base_url else ""
    return publish_dataset(session_factory, root, clock=clock, licence=settings.dataset_licence, address=address)


def job_kinds(session_factory: SessionFactory, settings: Settings, clock: Clock) -> tuple[JobKind, ...]:
    """The first is due when a worker starts."""

    def export(_payload: dict[str, Any]) -> Effects:
        publish(session_factory, settings, clock)
        return no_effects

    def revise(_payload: dict[str, Any]) -> Effects:
        root, now = settings.resolved_dataset_dir, clock()
        if is_writing(root, now):
            raise PostponeJobError(now + PAUSE, "an export is being written, perhaps of a moment before the erasure")
        rows = revise_exports(session_factory, root, now=now)
        log.info("exports_revised", rows=rows)
        return no_effects

    return (JobKind(EXPORT_DATASET, export, every=INTERVAL, is_keyed=True), JobKind(REVISE_EXPORTS, revise))
