"""The commands about apps."""

import argparse

from sqlalchemy.orm import Session

from factcheck.clock import utc_now
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.services import apps
from factcheck.settings import Settings


def manage_apps(settings: Settings, options: argparse.Namespace) -> int:
    """Raises InvalidInputError, NotFoundError."""
    with transaction(make_session_factory(make_engine(settings.resolved_database_url))) as session:
        if options.action == "list":
            _show(session)
            return 0
        secret = _changed(session, options)
    if secret:
        print(f"The secret of {options.id}, which is shown this once:\n{secret}")
    return 0


def _changed(session: Session, options: argparse.Namespace) -> str:
    """Returns a new secret, if there is one."""
    now = utc_now()
    if options.action == "add":
        return apps.register_app(
            session,
            options.id,
            name=options.name,
            scopes=options.scope,
            origins=options.origin,
            requests_a_minute=options.quota,
            now=now,
        )
    if options.action == "secret":
        return apps.new_secret(session, options.id)
    apps.set_enabled(session, options.id, enabled=options.action == "on", now=now)
    return ""


def _show(session: Session) -> None:
    for app in apps.all_apps(session):
        state = "off" if app.disabled_at else "on"
        print(
            f"{app.id:24} {state:4} {app.requests_a_minute:6}/min  {','.join(app.scopes) or 'reads only'}  {app.name}"
        )
