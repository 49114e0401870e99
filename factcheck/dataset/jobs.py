"""The daily export as a job."""

from datetime import timedelta
from typing import Any

from factcheck.clock import Clock
from factcheck.dataset.publish import publish_dataset
from factcheck.db.session import SessionFactory
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.settings import Settings

EXPORT_DATASET = "export_dataset"
INTERVAL = timedelta(days=1)


def job_kinds(session_factory: SessionFactory, settings: Settings, clock: Clock) -> tuple[JobKind, ...]:
    """The first is due when a worker starts."""

    def export(_payload: dict[str, Any]) -> Effects:
        publish_dataset(session_factory, settings.resolved_dataset_dir, clock=clock, licence=settings.dataset_licence)
        return lambda _session: None

    return (JobKind(EXPORT_DATASET, export, every=INTERVAL, is_keyed=True),)
