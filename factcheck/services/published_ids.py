"""The keys of published user ids: HMACs of our ids, by the service's secret and a number.

A new number makes all ids new, so that releases before and after it cannot be joined by person. What stood for somebody
before is remembered here, and nowhere else, so that what they erase is found in earlier releases.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from factcheck.db.insert import insert, table_of
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.ids import published_user_id
from factcheck.models import FormerPublishedId, ModerationAction, Report, TargetKind, User, UserIdKey

FIRST = 1
FOREIGN = 0
"""The `published_key` of people who came with another dataset. They keep the ids that are published there."""
BATCH = 1_000


def current_key(session: Session) -> int:
    return session.scalar(select(func.max(UserIdKey.number))) or FIRST


def has_old_ids(session: Session) -> bool:
    """Tells whether `renew_ids` has not reached everybody."""
    number = current_key(session)
    return number > FIRST and session.scalar(select(User.id).where(_is_old(number)).limit(1)) is not None


def new_key(factory: SessionFactory, *, secret_key: str, now: datetime) -> tuple[int, int]:
    """Gives everybody an id by a new key. Returns its number, and how many ids are new."""
    with transaction(factory) as session:
        number = current_key(session) + 1
        session.add(UserIdKey(number=number, made_at=now))
    return number, renew_ids(factory, secret_key=secret_key)


def renew_ids(factory: SessionFactory, *, secret_key: str) -> int:
    """Gives those an id by the present key who have one by an earlier one, a thousand a transaction; to be called again
    if it was interrupted. Returns how many there were."""
    with read_only(factory) as session:
        if not has_old_ids(session):
            return 0
    done, last = 0, ""
    while True:
        with transaction(factory) as session:
            number = current_key(session)
            query = select(User).where(_is_old(number), User.id > last).order_by(User.id).limit(BATCH)
            users = session.scalars(query.with_for_update()).all()
            if not users:
                return done
            last = users[-1].id
            done += _renew(session, users, number, secret_key)


def _is_old(number: int) -> ColumnElement[bool]:
    return or_(User.published_key.is_(None), User.published_key.between(FIRST, number - 1))


def _renew(session: Session, users: Sequence[User], number: int, secret_key: str) -> int:
    ours = {user.id: user for user in users if not _came_from_elsewhere(user, secret_key)}
    former = [{"published_id": user.published_id, "user_id": user.id} for user in ours.values()]
    if former:
        session.execute(insert(session, FormerPublishedId).on_conflict_do_nothing(), former)
    table_of_users = table_of(User)
    new = [
        {
            "the_id": user.id,
            "published_id": published_user_id(secret_key, user.id, number) if user.id in ours else user.published_id,
            "published_key": number if user.id in ours else FOREIGN,
        }
        for user in users
    ]
    session.connection().execute(update(table_of_users).where(table_of_users.c.id == bindparam("the_id")), new)
    _renew_targets(session, former, new)
    session.expire_all()
    return len(ours)


def _renew_targets(
    session: Session, former: Sequence[Mapping[str, object]], new: Sequence[Mapping[str, object]]
) -> None:
    """Has decisions and reports about people name them by their new ids, so that they can be taken back."""
    present = {row["the_id"]: row["published_id"] for row in new}
    values = [{"former": row["published_id"], "present": present[row["user_id"]]} for row in former]
    for model in (ModerationAction, Report) if values else ():
        table = table_of(model)
        about = (table.c.target_kind == TargetKind.USER, table.c.target_id == bindparam("former"))
        session.connection().execute(update(table).where(*about).values(target_id=bindparam("present")), values)


def _came_from_elsewhere(user: User, secret_key: str) -> bool:
    """Decides about rows of before there were numbers: nobody can have written to us, and the id is not of our make."""
    if user.published_key is not None:
        return user.published_key == FOREIGN
    nobody = user.email is None and user.app_user_id is None
    return nobody and user.published_id != published_user_id(secret_key, user.id)
