"""Newsrooms and fact-checking houses. An admin says who writes for one; its label stands on what they write then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factcheck.directions import undirected
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.ids import random_id
from factcheck.limits import MAX_URL_BYTES
from factcheck.models import WEBSITE, Membership, Organisation, User
from factcheck.services.accounts import normalise_email

MAX_ORGANISATION_NAME = 80


def set_organisation(session: Session, name: str, url: str, *, now: datetime) -> Organisation:
    """Adds an organisation, or changes the page of the one with this name. Raises InvalidInputError."""
    name = " ".join(undirected(name).split())
    if not name:
        raise InvalidInputError("name", "Please give a name.")
    if len(name) > MAX_ORGANISATION_NAME:
        raise InvalidInputError("name", "Please use at most %(limit)d characters.", limit=MAX_ORGANISATION_NAME)
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(id=random_id(12), name=name, url=_page(url), created_at=now)
        session.add(found)
    found.url = _page(url)
    return found


def _page(url: str) -> str:
    url = url.strip()
    try:
        is_page = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        is_page = False
    if not is_page or len(url.encode()) > MAX_URL_BYTES or any(character.isspace() for character in url):
        raise InvalidInputError("url", "Give the address of its page, https://…")
    return url


def add_member(session: Session, organisation_id: str, email: str, *, now: datetime) -> User:
    """Has the volunteer with this address write for the organisation from now on. Raises InvalidInputError when nobody
    has logged in with it, NotFoundError."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFoundError(f"no organisation {organisation_id!r}")
    user = session.scalar(select(User).where(User.email == normalise_email(email), User.app_id == WEBSITE))
    if user is None:
        raise InvalidInputError("email", "Nobody has logged in with this address yet.")
    session.merge(Membership(user_id=user.id, organisation_id=organisation.id, since=now))
    return user


def remove_member(session: Session, user_id: str) -> None:
    """Ends a membership. What was written during it keeps the label."""
    session.execute(delete(Membership).where(Membership.user_id == user_id))


def organisation_of(session: Session, user_id: str) -> Organisation | None:
    query = select(Organisation).join(Membership, Membership.organisation_id == Organisation.id)
    return session.scalar(query.where(Membership.user_id == user_id))


def organisations(session: Session) -> Sequence[Organisation]:
    return session.scalars(select(Organisation).order_by(Organisation.name)).all()


def members(session: Session) -> Mapping[str, list[tuple[Membership, User]]]:
    """Maps organisations to who writes for them, by name."""
    query = select(Membership, User).join(User, User.id == Membership.user_id).order_by(User.name, User.id)
    found: dict[str, list[tuple[Membership, User]]] = {}
    for membership, user in session.execute(query):
        found.setdefault(membership.organisation_id, []).append((membership, user))
    return found


def named(session: Session, ids: Collection[str | None]) -> Mapping[str, Organisation]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    return {row.id: row for row in session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))}
