"""A table, unlike a broker, needs no server and lets a job be inserted in the transaction of its cause, so that neither
is lost. It carries far more than our tens of jobs a second."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import JobState


class Job(Base):
    """Work that must be done. A finished job's row is gone; a dead one stays for RETENTION_DAYS. Neither payload nor
    error quotes what people wrote."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ix_jobs_next",
            *("priority", "due_at", "id"),
            sqlite_where=text("state = 'READY' AND behind = 0"),
            postgresql_where=text("state = 'READY' AND NOT behind"),
        ),
        Index(
            "ix_jobs_running",
            "id",
            sqlite_where=text("state = 'RUNNING'"),
            postgresql_where=text("state = 'RUNNING'"),
        ),
        Index("ix_jobs_behind", "key", "id", sqlite_where=text("behind"), postgresql_where=text("behind")),
        Index("ix_jobs_key", "key", "id"),
        Index("ix_jobs_kind", "kind", "state", "priority", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ShortText]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[ShortText | None]
    """Jobs of one key (the events of a chat) run one at a time, in the order they were added."""
    behind: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Many of its key are before it, so that it is not looked at yet (`factcheck.jobs.statements`)."""
    priority: Mapped[int] = mapped_column(default=0)
    """See `factcheck.jobs.queue`."""
    state: Mapped[ShortText] = mapped_column(default=JobState.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=10)
    last_resort: Mapped[ShortText | None]
    """The kind of the job that follows, with the same payload, if this one is given up."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """Failures of a job with a last resort; `attempts` then counts deaths of its worker."""
    due_at: Mapped[datetime]
    due_set_at: Mapped[datetime | None]
    """When `due_at` was decided. If that is yet to come, the clock was set back."""
    locked_by: Mapped[ShortText | None]
    locked_until: Mapped[datetime | None]
    """After this time a running job may be claimed again, as its worker died."""
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]


class JobRun(Base):
    """The last success of a kind of job that comes again. A finished job's own row is gone."""

    __tablename__ = "job_runs"

    kind: Mapped[ShortText] = mapped_column(primary_key=True)
    every_seconds: Mapped[int]
    planned_at: Mapped[datetime]
    """When a worker first planned it."""
    done_at: Mapped[datetime | None]


class Figures(Base):
    """What pages say about the whole, counted now and then and not for each visitor."""

    __tablename__ = "figures"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]


class WorkerSign(Base):
    __tablename__ = "worker_signs"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    host: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
