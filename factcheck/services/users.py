"""Users: found or made, whichever app they come through."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.ids import published_user_id, random_id
from factcheck.models import LINE_BOT, WEBSITE, App, User
from factcheck.services.pseudonyms import pseudonym


def ensure_app(session: Session, app_id: str) -> None:
    if session.get(App, app_id) is None:
        session.add(App(id=app_id))
        session.flush()  # users point to it, and no relationship tells the session of the order


def get_or_create_line_user(
    session: Session, line_user_id: str, *, secret_key: str, locale: str | None, now: datetime
) -> User:
    """The person behind a LINE user id. `locale` is taken only at first sight."""
    user = session.scalar(select(User).where(User.app_id == LINE_BOT, User.app_user_id == line_user_id))
    if user is None:
        user = _new_user(session, LINE_BOT, secret_key=secret_key, locale=locale, now=now)
        user.app_user_id = line_user_id
    user.last_active_at = now
    return user


def get_or_create_volunteer(session: Session, email: str, *, secret_key: str, locale: str, now: datetime) -> User:
    """The volunteer with this (normalised) e-mail address."""
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = _new_user(session, WEBSITE, secret_key=secret_key, locale=locale, now=now)
        user.email = email
    user.last_active_at = now
    return user


def _new_user(session: Session, app_id: str, *, secret_key: str, locale: str | None, now: datetime) -> User:
    ensure_app(session, app_id)
    user_id = random_id()
    user = User(
        id=user_id,
        app_id=app_id,
        name=pseudonym(user_id),
        locale=locale,
        published_id=published_user_id(secret_key, user_id),
        created_at=now,
    )
    session.add(user)
    return user
