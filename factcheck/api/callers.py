"""Identifies callers: an app that proves itself by its secret, for one of its people, or anybody."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.db.session import SessionFactory, read_only
from factcheck.models import App, User
from factcheck.services.apps import app_with_secret

APP_ID, APP_SECRET = "x-app-id", "x-app-secret"


@dataclass(frozen=True)
class Caller:
    app_id: str = ""
    """'' for anybody."""
    scopes: frozenset[str] = field(default_factory=frozenset)
    requests_a_minute: int = 0
    given_id: str = ""
    """What the app calls its person; without an app it proves nothing."""
    user_id: str | None = None
    """The person's row, if there is one yet."""
    is_wrong: bool = False
    """A secret was sent that is no app's."""

    @property
    def stored_id(self) -> str:
        return ids.app_user_id(self.app_id, self.given_id) if self.app_id and self.given_id else ""


NOBODY = Caller()
MOST_OF_AN_ID = 500
"""Characters of what an app may call a person."""


def identify(factory: SessionFactory, secret: str, given_id: str) -> Caller:
    """Finds the app by its secret alone: anybody can send an id. The person is one of this app's, whoever is named."""
    if not secret:
        return Caller(given_id=given_id)
    with read_only(factory) as session:
        app = app_with_secret(session, secret)
        if app is None:
            return Caller(given_id=given_id, is_wrong=True)
        caller = Caller(app.id, frozenset(app.scopes), app.requests_a_minute, given_id[:MOST_OF_AN_ID])
        person = _person(session, caller)
    return Caller(caller.app_id, caller.scopes, caller.requests_a_minute, caller.given_id, person)


def allowed_origin(factory: SessionFactory, app_id: str, origin: str) -> str:
    """Gives the origin that may read the answer: for an app that names its sites one of these, else whoever asks."""
    if not app_id or not origin:
        return origin or "*"
    with read_only(factory) as session:
        app = session.get(App, app_id)
        origins = app.origins if app is not None and app.disabled_at is None else []
    return origin if not origins or origin.lower() in origins else origins[0]


def _person(session: Session, caller: Caller) -> str | None:
    if not caller.stored_id:
        return None
    query = select(User.id).where(User.app_id == caller.app_id, User.app_user_id == caller.stored_id)
    return session.scalar(query)
