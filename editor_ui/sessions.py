"""The cookie that says who is logged in."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

SESSION_COOKIE = "factline"


class PageSessions(SecureCookieSessionInterface):
    """Flask's, but files that caches may keep come without a cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


Sessions = Callable[[str], Mapping[str, Any] | None]
"""Reads a cookie's value; None for one that we did not sign."""


def reader(app: Flask) -> Sessions:
    """Makes what reads sessions outside of requests. Whether the account still has them, only the database knows."""
    serializer = PageSessions().get_signing_serializer(app)
    seconds = int(app.permanent_session_lifetime.total_seconds())

    def read(value: str) -> Mapping[str, Any] | None:
        try:
            return dict(serializer.loads(value, max_age=seconds)) if serializer and value else None
        except BadSignature:
            return None

    return read


def account_in(session: Mapping[str, Any] | None) -> str:
    """Gives the account that a session is of, or ''."""
    return str((session or {}).get("_user_id", "")).rpartition(".")[0]
