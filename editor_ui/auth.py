from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from editor_ui.db import read_only
from editor_ui.resubmit import form_page
from editor_ui.urls import here
from factcheck.errors import NotFoundError
from factcheck.models import WEBSITE, User


@dataclass(frozen=True, eq=False)
class LoggedIn(UserMixin):
    """What a page needs to know of the person. The row is read again where it is changed."""

    id: str
    name: str
    locale: str | None
    session_version: int

    def get_id(self) -> str:
        return f"{self.id}.{self.session_version}"


def account_of(user: User) -> LoggedIn:
    return LoggedIn(user.id, user.name, user.locale, user.session_version)


def load_account(key: str) -> LoggedIn | None:
    """Returns None when all sessions of the person were ended since this one began."""
    user_id, _, version = key.rpartition(".")
    with read_only() as db:
        user = db.get(User, user_id)
        if user is None or user.app_id != WEBSITE or str(user.session_version) != version:
            return None
        return account_of(user)


def viewer() -> LoggedIn | None:
    """Returns None also when the database is away, so that error pages still come."""
    if "viewer" not in g:
        g.viewer = None
        try:
            g.viewer = current_user._get_current_object() if current_user.is_authenticated else None
        except SQLAlchemyError:
            g.viewer = None
    return cast(LoggedIn | None, g.viewer)


def me(db: Session) -> User:
    """Returns the person's row in the current transaction. Raises NotFoundError."""
    account = viewer()
    user = db.get(User, account.id) if account else None
    if user is None:
        raise NotFoundError("nobody is logged in")
    return user


def begin_session(account: LoggedIn) -> None:
    """Log in with a fresh session, so that nothing set before survives."""
    session.clear()
    session.permanent = True
    login_user(account)
    g.viewer = account


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
    app.jinja_env.globals["viewer"] = viewer
