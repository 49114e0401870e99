"""What whoever runs the service wants to see of it: workers, jobs, pages that could not be fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.jobs import queue
from factcheck.jobs.runs import Recurring, recurring
from factcheck.models import Hyperlink, Job, JobState, PageState
from factcheck.services.health import last_sign, workers_alive
from factcheck.services.indexing import INDEX_ARTICLE
from factcheck.services.media_checks import count_damaged

SHOWN_DEAD, SHOWN_PAGES = 50, 20
FAILED = (PageState.ERROR, PageState.GONE, PageState.REFUSED)


@dataclass(frozen=True)
class PagesOfAKind:
    state: str
    error: str
    count: int


@dataclass(frozen=True)
class Operation:
    workers: int
    last_sign: datetime | None
    oldest_due: float
    """Seconds for which the job has waited that is due longest."""
    recurring: Sequence[Recurring]
    waiting: Sequence[tuple[str, int]]
    """Kinds of jobs that wait or run, and how many."""
    dead: Sequence[Job]
    """The newest `SHOWN_DEAD`."""
    dead_total: int
    to_index: int
    """Messages whose words the index lacks."""
    pages: Sequence[PagesOfAKind]
    failed: Sequence[Hyperlink]
    """Those tried last, at most `SHOWN_PAGES`."""
    damaged: int
    """Pictures, films and sounds that are not in the store as they were kept."""

    @property
    def late(self) -> int:
        return sum(one.is_late for one in self.recurring)


def operation(session: Session, *, now: datetime) -> Operation:
    counts = queue.counts(session)
    waiting: dict[str, int] = {}
    for (kind, state), number in counts.items():
        if state != JobState.DEAD:
            waiting[kind] = waiting.get(kind, 0) + number
    dead = select(Job).where(Job.state == JobState.DEAD).order_by(Job.id.desc()).limit(SHOWN_DEAD)
    grouped = select(Hyperlink.state, Hyperlink.error, func.count()).group_by(Hyperlink.state, Hyperlink.error)
    failed = select(Hyperlink).where(Hyperlink.state.in_(FAILED)).order_by(Hyperlink.tried_at.desc().nulls_last())
    return Operation(
        workers=workers_alive(session, now=now),
        last_sign=last_sign(session),
        oldest_due=queue.oldest_due_age(session, now=now),
        recurring=recurring(session, now=now),
        waiting=sorted(waiting.items(), key=lambda one: (-one[1], one[0])),
        dead=session.scalars(dead).all(),
        dead_total=sum(number for (_, state), number in counts.items() if state == JobState.DEAD),
        to_index=waiting.get(INDEX_ARTICLE, 0),
        pages=[PagesOfAKind(*row) for row in session.execute(grouped.order_by(func.count().desc()))],
        failed=session.scalars(failed.limit(SHOWN_PAGES)).all(),
        damaged=count_damaged(session),
    )
