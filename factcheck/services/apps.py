"""Apps that speak for people of theirs: each has a secret, of which we keep a digest, and may do what it was given."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.errors import NotFoundError, OperatorError
from factcheck.ids import token_digest
from factcheck.models import ELSEWHERE, LINE_BOT, WEBSITE, App

WRITE, TOPICS, HOOKS = "write", "topics", "hooks"
SCOPES = {
    WRITE: "report messages, ask, reply and vote for people of theirs",
    TOPICS: "make new topics",
    HOOKS: "be told of changes by webhooks",
}
"""What an app can be allowed to do. Reading needs no app."""

OURS = (WEBSITE, LINE_BOT, ELSEWHERE)
"""Apps whose people log in elsewhere: with a secret of theirs one could be any of them."""

REQUESTS_A_MINUTE = 600
MOST_REQUESTS_A_MINUTE = 6_000
_ID = re.compile(r"[A-Za-z0-9_]{3,40}")


def register_app(
    session: Session,
    app_id: str,
    *,
    name: str,
    scopes: Iterable[str],
    origins: Iterable[str] = (),
    requests_a_minute: int = REQUESTS_A_MINUTE,
    now: datetime,
) -> str:
    """Makes or changes an app and returns its new secret, which nobody can read again. Raises OperatorError."""
    if not _ID.fullmatch(app_id):
        raise OperatorError("app_id", "An app's id has 3 to 40 letters, digits or underscores.")
    if app_id in OURS:
        raise OperatorError("app_id", "This id is the service's own.")
    wanted = sorted(set(scopes))
    if unknown := [one for one in wanted if one not in SCOPES]:
        raise OperatorError("scopes", f"There is no scope {unknown[0]}.")
    if not 1 <= requests_a_minute <= MOST_REQUESTS_A_MINUTE:
        raise OperatorError("quota", f"The quota is 1 to {MOST_REQUESTS_A_MINUTE} a minute.")
    app = session.get(App, app_id) or App(id=app_id)
    app.name, app.scopes, app.origins = name.strip() or app_id, wanted, [_origin(one) for one in origins]
    app.requests_a_minute, app.created_at, app.disabled_at = requests_a_minute, app.created_at or now, None
    session.add(app)
    return _renew(app)


def new_secret(session: Session, app_id: str) -> str:
    """Replaces an app's secret; the old one is void at once. Raises NotFoundError."""
    return _renew(registered(session, app_id))


def set_enabled(session: Session, app_id: str, *, enabled: bool, now: datetime) -> None:
    """Switches an app off or on. Raises NotFoundError."""
    registered(session, app_id).disabled_at = None if enabled else now


def registered(session: Session, app_id: str) -> App:
    """Finds a registered app. Raises NotFoundError."""
    app = session.get(App, app_id)
    if app is None or app.secret_hash is None:
        raise NotFoundError(f"There is no registered app {app_id!r}.")
    return app


def all_apps(session: Session) -> list[App]:
    """Lists those that are registered."""
    return list(session.scalars(select(App).where(App.secret_hash.is_not(None)).order_by(App.id)))


def app_with_secret(session: Session, secret: str) -> App | None:
    """Finds an app that is not switched off."""
    app = session.scalar(select(App).where(App.secret_hash == token_digest(secret)))
    return app if app is not None and app.disabled_at is None else None


def _renew(app: App) -> str:
    secret = secrets.token_urlsafe(32)
    app.secret_hash = token_digest(secret)
    return secret


def _origin(typed: str) -> str:
    """Reads `https://site.example`, with a port where it is not the usual one."""
    typed = typed.strip().rstrip("/").lower()
    parts = urlsplit(typed)
    if parts.scheme not in ("http", "https") or not parts.hostname or typed != f"{parts.scheme}://{parts.netloc}":
        raise OperatorError("origins", "An origin is an address without a path, such as https://site.example.")
    return typed
