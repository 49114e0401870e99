"""Counting who looks at what, by day (UTC).

A visit is noted in a row of its own, so that nobody waits for a counter. When the day is over its notes become counts
(`Analytics`), and the key by which different visitors were told apart is thrown away with them.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, distinct, func, literal, select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import Analytics, Channel, DocType, MatchCount, UsageEvent, VisitKey, VisitNote
from factcheck.services.usage import Usage, utc_day

COUNT_VISITS = "count_visits"
EVERY = timedelta(hours=1)
OUTCOMES = (Usage.ANSWERED, Usage.WAITING, Usage.DIFFERED, Usage.OFFERED, Usage.UNKNOWN)
"""What can come of comparing a message."""


@dataclass(frozen=True)
class Visit:
    """`count` looks of one visitor at one document; '' is a visitor whom nobody tells from others."""

    channel: Channel
    doc_type: DocType
    doc_id: str
    visitor: str = ""
    count: int = 1


def note_visits(session: Session, visits: Collection[Visit], *, now: datetime) -> None:
    """Notes visits of this day. Who it was is kept as a digest that is another one for each document."""
    if not visits:
        return
    day = now.date()
    key = _key_of(session, day) if any(visit.visitor for visit in visits) else ""
    noted = [
        {
            "day": day,
            "channel": visit.channel,
            "doc_type": visit.doc_type,
            "doc_id": visit.doc_id,
            "visitor": _digest(key, visit) if visit.visitor else None,
            "visits": visit.count,
        }
        for visit in visits
    ]
    session.execute(insert(session, VisitNote), noted)


def documents(article_id: str, reply_id: str) -> Iterable[tuple[DocType, str]]:
    """Lists what somebody looks at who is shown an article with a reply, or ('') without one."""
    return ((DocType.ARTICLE, article_id), *([(DocType.REPLY, reply_id)] if reply_id else []))


def _key_of(session: Session, day: date) -> str:
    found = session.scalar(_KEY, {"of_day": day})
    if found is None:
        new = insert(session, VisitKey).values(day=day, key=secrets.token_hex(32))
        session.execute(new.on_conflict_do_nothing())
        found = session.scalars(_KEY, {"of_day": day}).one()
    return found


_KEY = select(VisitKey.key).where(VisitKey.day == bindparam("of_day"))


def _digest(key: str, visit: Visit) -> str:
    what = "\n".join((visit.channel, visit.doc_type, visit.doc_id, visit.visitor))
    return hmac.new(key.encode(), what.encode(), hashlib.sha256).hexdigest()[:32]


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the job, which counts one day that is over at a time."""

    def handle(_payload: dict[str, Any]) -> Effects:
        today = clock().date()
        with read_only(factory) as session:
            days = _days_over(session, today)

        def effects(session: Session) -> Next | None:
            if days:
                count_day(session, days[0])
            return Next.AT_ONCE if days[1:] else None

        return effects

    return (JobKind(COUNT_VISITS, handle, every=EVERY, is_keyed=True),)


def _days_over(session: Session, today: date) -> list[date]:
    """Lists the days whose visits, or matches, are still to be counted."""
    noted = set(session.scalars(select(VisitNote.day).where(VisitNote.day < today).distinct()))
    noted |= set(session.scalars(select(VisitKey.day).where(VisitKey.day < today)))
    counted = select(func.max(MatchCount.day)).scalar_subquery()
    matched = session.scalars(select(utc_day(session, UsageEvent.at)).where(UsageEvent.kind.in_(OUTCOMES)).distinct())
    newest = session.scalar(select(counted))
    days = (date.fromisoformat(str(day)) for day in matched)
    return sorted(noted | {day for day in days if day < today and (newest is None or day > newest)})


def count_day(session: Session, day: date) -> None:
    """Makes counts of a day's notes, and throws these and their key away. It may be repeated."""
    columns = ("line_user", "line_visit", "web_user", "web_visit", "liff_user", "liff_visit")
    new = insert(session, Analytics)
    new = new.from_select(["doc_type", "doc_id", "day", *columns], _counted(day))
    added = {name: getattr(Analytics, name) + new.excluded[name] for name in columns}
    session.execute(new.on_conflict_do_update(index_elements=["doc_type", "doc_id", "day"], set_=added))
    session.execute(delete(VisitNote).where(VisitNote.day == day))
    session.execute(delete(VisitKey).where(VisitKey.day == day))
    _count_matches(session, day)


def _counted(day: date) -> Select[Any]:
    def users(channel: Channel) -> Any:
        return func.count(distinct(case((VisitNote.channel == channel, VisitNote.visitor))))

    def visits(channel: Channel) -> Any:
        return func.coalesce(func.sum(case((VisitNote.channel == channel, VisitNote.visits))), 0)

    line, web = Channel.LINE, Channel.WEB
    place = (VisitNote.doc_type, VisitNote.doc_id, VisitNote.day)
    query = select(*place, users(line), visits(line), users(web), visits(web), literal(0), literal(0).label("liff"))
    return query.where(VisitNote.day == day).group_by(*place).order_by(VisitNote.doc_type, VisitNote.doc_id)


def _count_matches(session: Session, day: date) -> None:
    """Leaves a day alone that is counted already: its events may have been forgotten since."""
    is_of_day = utc_day(session, UsageEvent.at) == (day if _is_postgresql(session) else day.isoformat())
    query = select(UsageEvent.kind, func.count()).where(UsageEvent.kind.in_(OUTCOMES), is_of_day)
    rows = session.execute(query.group_by(UsageEvent.kind)).all()
    if rows:
        values = [{"day": day, "outcome": str(kind).upper(), "matches": number} for kind, number in sorted(rows)]
        session.execute(insert(session, MatchCount).on_conflict_do_nothing(), values)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
