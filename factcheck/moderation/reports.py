"""What people and rules say should be looked at, and what those object to whom a decision concerns."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, tuple_
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.limits import MAX_NOTE_LENGTH
from factcheck.models import ModerationAction, Reason, Report, ReportSource, TargetKind, User
from factcheck.moderation.targets import Target, look_at
from factcheck.services.persons import rows_of
from factcheck.services.roles import Action, require

MOST_OF_ONE = 40
LATELY = timedelta(days=2)
"""One person's reports are taken up to `MOST_OF_ONE` within this time: more have only ever been abuse."""

MOST_OF_STRANGERS = 500
"""Open reports of people not logged in, together."""

APPEALS_DAYS = 180
"""So long a decision can be objected to."""


def report(
    session: Session,
    target: Target,
    reason: Reason,
    *,
    user: User | None,
    now: datetime,
    note: str = "",
    source: ReportSource = ReportSource.PERSON,
) -> Report:
    """Says that something should be looked at; again is the same report, with the newer words. Raises NotFoundError,
    InvalidInputError."""
    look_at(session, target)
    _require_room(session, user, now)
    return open_report(session, target, reason, note=note, user=user, now=now, source=source)


def _require_room(session: Session, user: User | None, now: datetime) -> None:
    count = select(func.count()).select_from(Report)
    if user is not None:
        lately = count.where(Report.user_id == user.id, Report.created_at > now - LATELY)
        if (session.scalar(lately) or 0) >= MOST_OF_ONE:
            raise InvalidInputError("reason", "You have reported very much. Please wait until it was looked at.")
        return
    strangers = count.where(Report.user_id.is_(None), Report.source == ReportSource.PERSON, Report.closed_at.is_(None))
    if (session.scalar(strangers) or 0) >= MOST_OF_STRANGERS:
        raise InvalidInputError("reason", "Very much is reported now. Please log in, or try again later.")


def open_report(
    session: Session,
    target: Target,
    reason: str,
    *,
    user: User | None,
    now: datetime,
    note: str = "",
    source: ReportSource = ReportSource.PERSON,
    action_id: int | None = None,
) -> Report:
    """Refuses reports without end. Raises InvalidInputError."""
    note = note.strip()
    if len(note) > MAX_NOTE_LENGTH:
        raise InvalidInputError("note", "Please use at most %(limit)d characters.", limit=MAX_NOTE_LENGTH)
    who = user.id if user is not None else source.lower()
    key = f"report:{who}:{target}" if action_id is None else f"appeal:{who}:{action_id}"
    adding = insert(session, Report).values(
        target_kind=target.kind,
        target_id=target.id,
        source=source,
        reason=reason,
        note=note,
        user_id=user.id if user is not None else None,
        action_id=action_id,
        open_key=key,
        created_at=now,
    )
    is_stranger = user is None and source == ReportSource.PERSON
    later = {"note": _both(adding.excluded.note)} if is_stranger else _newer(adding.excluded)
    row = session.execute(adding.on_conflict_do_update(index_elements=["open_key"], set_=later).returning(Report.id))
    return session.get_one(Report, row.scalar_one(), populate_existing=True)


def _newer(excluded: Any) -> dict[str, Any]:
    """Takes the newer reason, and the newer words if there are any."""
    note = case((excluded.note == "", Report.note), else_=excluded.note)
    return {"reason": excluded.reason, "note": note}


def _both(note: ColumnElement[str]) -> ColumnElement[str]:
    """Puts the words of another stranger below those of the first, who might be somebody else."""
    joined = func.substr(Report.note + "\n\n" + note, 1, MAX_NOTE_LENGTH)
    return case((note == "", Report.note), (Report.note == "", note), else_=joined)


def dismiss(session: Session, target: Target, moderator: User | None, *, now: datetime) -> int:
    """Closes what was reported of a target without a decision; returns how many reports."""
    if moderator is not None:
        require(moderator, Action.REVIEW)
        with suppress(NotFoundError):  # it is gone
            author = look_at(session, target).author
            if author is not None and author.id in rows_of(session, moderator.id):
                raise ForbiddenError("Somebody else must decide about your own work.")
    return close_reports(session, [target], by=moderator, upheld=False, appeals_upheld=False, now=now)


def close_reports(
    session: Session,
    targets: Iterable[Target],
    *,
    by: User | None,
    upheld: bool,
    appeals_upheld: bool,
    now: datetime,
) -> int:
    keys = {(target.kind.value, target.id) for target in targets}
    of_these = tuple_(Report.target_kind, Report.target_id).in_(keys)
    rows = session.scalars(select(Report).where(of_these, Report.closed_at.is_(None)).with_for_update()).all()
    for row in rows:
        row.closed_at, row.closed_by, row.open_key = now, by.id if by is not None else None, None
        row.upheld = appeals_upheld if row.source == ReportSource.APPEAL else upheld
    return len(rows)


def appeal(session: Session, action_id: int, user: User, note: str, *, now: datetime) -> Report:
    """Objects to a decision about one's own. Raises NotFoundError, ForbiddenError, InvalidInputError."""
    action = session.get(ModerationAction, action_id)
    if action is None or action.subject_id not in rows_of(session, user.id) or not action.is_public:
        raise NotFoundError(f"no decision {action_id} about this person")
    if action.undone_at is not None or action.undoes_id is not None:
        raise ForbiddenError("This decision was taken back already.")
    if action.at < now - timedelta(days=APPEALS_DAYS):
        raise ForbiddenError("This decision is too old to object to.")
    if not note.strip():
        raise InvalidInputError("note", "Say why the decision should be another.")
    earlier = select(Report.id).where(Report.action_id == action.id, Report.closed_at.is_not(None))
    if session.scalar(earlier.limit(1)) is not None:
        raise ForbiddenError("You have objected to this decision before, and it was looked at again.")
    target = Target(TargetKind(action.target_kind), action.target_id)
    source = ReportSource.APPEAL
    return open_report(
        session, target, Reason(action.reason), note=note, user=user, now=now, source=source, action_id=action.id
    )


def open_reports(session: Session, *, limit: int, offset: int = 0) -> Sequence[Report]:
    """Lists what waits to be looked at, the oldest first."""
    query = select(Report).where(Report.closed_at.is_(None)).order_by(Report.created_at, Report.id)
    return session.scalars(query.limit(limit).offset(offset)).all()


def reports_about(session: Session, target: Target, *, limit: int = 50) -> Sequence[Report]:
    query = select(Report).where(Report.target_kind == target.kind, Report.target_id == target.id)
    return session.scalars(query.order_by(Report.id.desc()).limit(limit)).all()


def reputation(session: Session, user_ids: Iterable[str | None]) -> dict[str, tuple[int, int]]:
    """Tells of each reporter how many of their reports were looked at, and how many of these were right."""
    known = {user_id for user_id in user_ids if user_id}
    query = (
        select(Report.user_id, func.count(), func.count().filter(Report.upheld.is_(True)))
        .where(Report.user_id.in_(known), Report.closed_at.is_not(None))
        .group_by(Report.user_id)
    )
    return {str(user_id): (closed, upheld) for user_id, closed, upheld in session.execute(query)}
