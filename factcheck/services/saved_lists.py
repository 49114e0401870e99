from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.models import ListKind, SavedList, User

MAX_LISTS, MAX_NAME, MAX_QUERY = 30, 60, 2_000


def save_list(session: Session, user: User, kind: ListKind, name: str, query: str, *, now: datetime) -> SavedList:
    """Keeps a list under a name; the same name again replaces it. Raises InvalidInputError."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInputError("name", "Give the list a name.")
    if len(name) > MAX_NAME:
        raise InvalidInputError("name", "Please use at most %(limit)d characters.", limit=MAX_NAME)
    if len(query) > MAX_QUERY:
        raise InvalidInputError("query", "Please use at most %(limit)d characters.", limit=MAX_QUERY)
    known = session.scalar(select(SavedList).where(SavedList.user_id == user.id, SavedList.name == name))
    if known is None:
        count = session.scalar(select(func.count()).select_from(SavedList).where(SavedList.user_id == user.id)) or 0
        if count >= MAX_LISTS:
            raise InvalidInputError("name", "You have %(limit)d lists. Remove one first.", limit=MAX_LISTS)
        known = SavedList(user_id=user.id, name=name, created_at=now)
        session.add(known)
    known.kind, known.query = kind, query
    return known


def saved_lists(session: Session, user_id: str) -> Sequence[SavedList]:
    return session.scalars(select(SavedList).where(SavedList.user_id == user_id).order_by(SavedList.name)).all()


def remove_list(session: Session, list_id: int, user_id: str) -> None:
    session.execute(delete(SavedList).where(SavedList.id == list_id, SavedList.user_id == user_id))
