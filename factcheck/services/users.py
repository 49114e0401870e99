from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from factcheck.db.base import Base
from factcheck.ids import published_user_id, random_id
from factcheck.models import LINE_BOT, WEBSITE, App, User
from factcheck.services.blocks import begin_blocked
from factcheck.services.pseudonyms import pseudonym
from factcheck.services.published_ids import current_key
from factcheck.services.terms import accept


def ensure_app(session: Session, app_id: str) -> None:
    if session.get(App, app_id) is None:
        add_if_new(session, App(id=app_id))


def get_or_create_line_user(
    session: Session, line_user_id: str, *, secret_key: str, locale: str | None, now: datetime
) -> User:
    """Takes `locale` only at first sight."""
    user = session.scalar(_OF_LINE, {"of_line": line_user_id})
    if user is None:
        same = (User.app_id == LINE_BOT, User.app_user_id == line_user_id)
        user = _new_user(session, LINE_BOT, secret_key=secret_key, locale=locale, now=now)
        user.app_user_id = line_user_id
        user = _added_or_found(session, user, *same, secret_key=secret_key, now=now)
    user.last_active_at = now
    return user


_OF_LINE = select(User).where(User.app_id == LINE_BOT, User.app_user_id == bindparam("of_line"))


def get_or_create_app_user(session: Session, app_id: str, stored_id: str, *, secret_key: str, now: datetime) -> User:
    """Takes what `ids.app_user_id` makes of the app's own name for the person, which is not kept."""
    same = (User.app_id == app_id, User.app_user_id == stored_id)
    user = session.scalar(select(User).where(*same))
    if user is None:
        user = _new_user(session, app_id, secret_key=secret_key, locale=None, now=now)
        user.app_user_id, user.is_friend = stored_id, False
        user = _added_or_found(session, user, *same, secret_key=secret_key, now=now)
    user.last_active_at = now
    return user


def get_or_create_volunteer(session: Session, email: str, *, secret_key: str, locale: str, now: datetime) -> User:
    """Takes a normalised e-mail address. Whoever has one made accepts the terms, as the form says."""
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = _new_user(session, WEBSITE, secret_key=secret_key, locale=locale, now=now)
        user.email = email
        accept(user, now=now)
        user = _added_or_found(session, user, User.email == email, secret_key=secret_key, now=now)
    user.last_active_at = now
    return user


def new_volunteer(session: Session, *, secret_key: str, locale: str, now: datetime) -> User:
    """Makes a volunteer without an address, known by what they log in with. They accept the terms, as the page says."""
    ensure_app(session, WEBSITE)
    user = _new_user(session, WEBSITE, secret_key=secret_key, locale=locale, now=now)
    accept(user, now=now)
    user.last_active_at = now
    session.add(user)
    return user


def _new_user(session: Session, app_id: str, *, secret_key: str, locale: str | None, now: datetime) -> User:
    user_id, key_number = random_id(), current_key(session)
    return User(
        id=user_id,
        app_id=app_id,
        name=pseudonym(user_id),
        locale=locale,
        published_id=published_user_id(secret_key, user_id, key_number),
        published_key=key_number,
        created_at=now,
    )


def _added_or_found(session: Session, user: User, *same: ColumnElement[bool], secret_key: str, now: datetime) -> User:
    """Adds `user`, or finds the one who fulfils `same` and was added at this moment."""
    ensure_app(session, user.app_id)
    if not add_if_new(session, user):
        return session.scalars(select(User).where(*same)).one()
    begin_blocked(session, user, secret_key=secret_key, now=now)
    return user


def add_if_new(session: Session, row: Base) -> bool:
    """Inserts in a savepoint, so that the transaction survives if somebody else was first: False."""
    session.flush()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
