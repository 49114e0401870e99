from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from flask import Flask, Response, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.devices import device_name
from editor_ui.resubmit import form_page
from editor_ui.urls import here
from factcheck.errors import NotFoundError
from factcheck.models import WEBSITE, LoginSession, User
from factcheck.services.login_sessions import (
    NOTED_EVERY,
    begin_session,
    end_session,
    find_session,
    lifetimes,
    note_seen,
)
from factcheck.services.roles import Action, may

log = structlog.get_logger()


@dataclass(frozen=True, eq=False)
class LoggedIn(UserMixin):
    """What a page needs to know of the person. The row is read again where it is changed."""

    id: str
    name: str
    locale: str | None
    time_zone: str | None
    single_keys: bool
    session_id: str
    seen_at: datetime
    actions: frozenset[Action] = frozenset()
    """What they may do, as of this request."""

    def may(self, action: str) -> bool:
        return action in self.actions

    def get_id(self) -> str:
        return f"{self.id}.{self.session_id}"


def account_of(user: User, row: LoginSession) -> LoggedIn:
    actions = frozenset(action for action in Action if may(user, action))
    own = (user.id, user.name, user.locale, user.time_zone, user.single_keys)
    return LoggedIn(*own, row.id, row.seen_at, actions)


def load_account(key: str) -> LoggedIn | None:
    """Returns None when the session was ended or is too old."""
    user_id, _, session_id = key.rpartition(".")
    with read_only() as db:
        row = find_session(db, session_id, lifetimes(parts().settings), now=parts().clock())
        user = db.get(User, user_id) if row is not None and row.user_id == user_id else None
        return account_of(user, row) if user is not None and row is not None and user.app_id == WEBSITE else None


def viewer() -> LoggedIn | None:
    """Returns None also when the database is away, so that error pages still come."""
    if "viewer" not in g:
        g.viewer = None
        try:
            g.viewer = current_user._get_current_object() if current_user.is_authenticated else None
        except SQLAlchemyError:
            g.viewer = None
    return cast(LoggedIn | None, g.viewer)


def logged_in() -> LoggedIn:
    """Raises NotFoundError when nobody is."""
    account = viewer()
    if account is None:
        raise NotFoundError("nobody is logged in")
    return account


def me(db: Session) -> User:
    """Returns the person's row in the current transaction. Raises NotFoundError."""
    user = db.get(User, logged_in().id)
    if user is None:
        raise NotFoundError("nobody is logged in")
    return user


def begin_log_in(db: Session, user: User) -> LoggedIn:
    """Logs a volunteer in on this device, and out whoever was; `give_cookie` follows, after the transaction. Raises
    ForbiddenError for the row of a chat."""
    before, now = viewer(), parts().clock()
    db.flush()
    if before is not None:
        end_session(db, before.id, before.session_id)
    return account_of(user, begin_session(db, user, device_name(request.user_agent.string), now=now))


def give_cookie(account: LoggedIn) -> None:
    """Log in with a fresh cookie, so that nothing set before survives."""
    session.clear()
    session.permanent = True
    login_user(account)
    g.viewer = account


def _note_visit(response: Response) -> Response:
    """Runs after the page, whose own transaction would wait for this one."""
    account, now = g.get("viewer"), parts().clock()
    if account is not None and now - account.seen_at >= NOTED_EVERY:
        try:
            with transaction() as db:
                note_seen(db, account.session_id, now=now)
        except SQLAlchemyError as error:
            log.warning("visit_not_noted", error=type(error).__name__)
    return response


def ask_to_log_in() -> BaseResponse | Response | tuple[str, int]:
    """Leads from a page to the log-in and back; keeps a form that was sent, which cannot be fetched again."""
    if request.method in ("GET", "HEAD"):
        flash(gettext("Please log in first."), "page")
        return redirect(url_for("login.ask", next=here()), 303)
    return form_page(401, gettext("You are not logged in"), login_hint())


def login_hint() -> str:
    return gettext(
        "Your log-in has ended, and nothing was saved. Your text is below. Log in with the link (it opens another "
        "window), come back to this page and send it again."
    )


def init_account(app: Flask) -> None:
    # Its context processor would ask a database that is away.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # it writes into the session of everybody who was told something
    manager.user_loader(load_account)
    manager.unauthorized_handler(ask_to_log_in)
    app.after_request(_note_visit)
    app.jinja_env.globals["viewer"] = viewer
