"""Reads sources when they are due, and keeps what they have: network first, then one transaction a few checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.elsewhere import cofacts
from factcheck.elsewhere.claim_reviews import FeedError, read_feed
from factcheck.elsewhere.found import Found, Read
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import OutsideCheck, OutsideSource, SourceKind
from factcheck.ports import ServiceCaller
from factcheck.services.elsewhere import keep, missing, withdraw

READ_SOURCES = "read_sources"
EVERY = timedelta(minutes=15)
BATCH = 25
"""Checks of one transaction."""
LOOKED_AT_AGAIN = 10
"""Pages of known messages that one look at an API asks about again."""
FEWEST_LEFT = 0.5
"""A feed that has lost more than this is taken for broken, and nothing is withdrawn for being missing."""
FEWEST_GONE = 10
"""So many may go from one page of an API at once, whatever their share: few are known at first."""
OVERLAP = timedelta(hours=1)
"""Clocks differ, and a reply may be seen by others only after its date."""


@dataclass
class Outcome:
    new_or_changed: int = 0
    withdrawn: int = 0
    skipped: int = 0
    error: str = ""
    read_until: datetime | None = None
    """How far an API was read that has more; the next look begins there."""


def job_kinds(factory: SessionFactory, caller: ServiceCaller | None, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the job that reads one source that is due. Without a caller, none is read."""

    def handle(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            due = [one.id for one in session.scalars(select(OutsideSource)) if _is_due(one, clock())]
        if caller is None or not due:
            return no_effects
        read_source(factory, caller, min(due), clock)
        return lambda _session: Next.AT_ONCE if len(due) > 1 else None

    return (JobKind(READ_SOURCES, handle, every=EVERY, is_keyed=True),)


def _is_due(source: OutsideSource, now: datetime) -> bool:
    pause = timedelta(hours=source.hours)
    return source.disabled_at is None and (source.tried_at is None or source.tried_at <= now - pause)


def read_source(factory: SessionFactory, caller: ServiceCaller, source_id: str, clock: Clock) -> Outcome:
    """Reads a source whole or from where the last look ended. A source that cannot be read keeps all it had."""
    with read_only(factory) as session:
        source = session.get_one(OutsideSource, source_id)
    outcome, began = Outcome(), clock()
    try:
        read = _feed if source.kind == SourceKind.CLAIM_REVIEW else _api
        read(factory, caller, source, outcome, clock)
    except FeedError as error:
        outcome.error = str(error)
    with transaction(factory) as session:
        row = session.get(OutsideSource, source_id)
        if row is not None:
            row.tried_at, row.error = (None if outcome.read_until else began), outcome.error
            row.read_at = row.read_at if outcome.error else outcome.read_until or began
    return outcome


def _feed(
    factory: SessionFactory, caller: ServiceCaller, source: OutsideSource, outcome: Outcome, clock: Clock
) -> None:
    answer = caller.get(source.url)
    if not answer.is_good:
        raise FeedError(f"The feed could not be fetched: {answer.trouble}.")
    read = read_feed(answer.body, publisher=source.publisher, licence=source.licence)
    _keep(factory, source, read, outcome, clock)
    with read_only(factory) as session:
        gone = missing(session, source.id, {found.digest for found in read.found})
        known = len(missing(session, source.id, ()))
    if known and len(gone) > known * (1 - FEWEST_LEFT) and len(gone) > len(read.gone):
        raise FeedError(f"The feed lacks {len(gone)} of {known} known checks; they stay until it is whole again.")
    _withdraw(factory, [one.id for one in gone], outcome, clock)


def _api(factory: SessionFactory, caller: ServiceCaller, source: OutsideSource, outcome: Outcome, clock: Clock) -> None:
    of = {"publisher": source.publisher, "licence": source.licence, "page": source.page}
    since = source.read_at - OVERLAP if source.read_at else None
    for page, read in enumerate(cofacts.read_new(caller, source.url, since, **of), 1):
        _keep(factory, source, read, outcome, clock)
        if page == cofacts.MOST_PAGES:
            newest = max((found.published_at for found in read.found if found.published_at), default=None)
            outcome.read_until = newest + OVERLAP if newest else None
    for ids in _oldest(factory, source):
        read = cofacts.read_again(caller, source.url, list(ids), **of)
        if len(read.gone) > max(FEWEST_GONE, len(ids) * (1 - FEWEST_LEFT)):
            raise FeedError(
                f"The API lacks {len(read.gone)} of {len(ids)} known checks; they stay until it is whole again."
            )
        _keep(factory, source, read, outcome, clock)
        _withdraw(factory, [ids[one] for one in sorted(read.gone)], outcome, clock)


def _oldest(factory: SessionFactory, source: OutsideSource) -> Iterator[dict[str, int]]:
    """Gives pages of known messages seen longest ago: the source's id of each, and our number. Those from before the
    source got another address for its pages are left alone."""
    query = select(OutsideCheck.id, OutsideCheck.url).where(OutsideCheck.source_id == source.id)
    with read_only(factory) as session:
        rows = session.execute(query.order_by(OutsideCheck.seen_at, OutsideCheck.id).limit(LOOKED_AT_AGAIN * 50)).all()
    named = {key: row.id for row in rows if (key := cofacts.key_in(row.url, source.page))}
    ids = list(named)
    for start in range(0, len(ids), cofacts.PAGE):
        yield {one: named[one] for one in ids[start : start + cofacts.PAGE]}


def _keep(factory: SessionFactory, source: OutsideSource, read: Read, outcome: Outcome, clock: Clock) -> None:
    outcome.skipped += read.skipped

    def one(session: Session, found: Found) -> None:
        outcome.new_or_changed += keep(session, source.id, found, now=clock())

    _in_batches(factory, list({found.key: found for found in read.found}.values()), one)


def _withdraw(factory: SessionFactory, check_ids: list[int], outcome: Outcome, clock: Clock) -> None:
    def one(session: Session, check_id: int) -> None:
        check = session.get(OutsideCheck, check_id)
        if check is not None:
            withdraw(session, check, now=clock())
            outcome.withdrawn += 1

    _in_batches(factory, check_ids, one)


def _in_batches(factory: SessionFactory, items: list[Any], do: Callable[[Session, Any], None]) -> None:
    for start in range(0, len(items), BATCH):
        with transaction(factory) as session:
            for item in items[start : start + BATCH]:
                do(session, item)


def count_checks(session: Session, source_id: str) -> int:
    query = select(func.count()).select_from(OutsideCheck).where(OutsideCheck.source_id == source_id)
    return session.scalar(query) or 0
