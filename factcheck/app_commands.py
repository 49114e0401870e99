"""The commands about apps, webhooks, and what others checked."""

import argparse

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, open_database, transaction
from factcheck.elsewhere.reading import count_checks, read_source
from factcheck.errors import OperatorError
from factcheck.fetching.calls import WebCaller
from factcheck.models import User
from factcheck.services import apps, elsewhere, webhooks
from factcheck.services.erasure import erase_person_messages
from factcheck.settings import Settings
from factcheck.version import VERSION


def manage_apps(settings: Settings, options: argparse.Namespace) -> int:
    """Raises OperatorError, NotFoundError."""
    with transaction(open_database(settings)) as session:
        if options.action == "list":
            _show_apps(session)
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
    if options.action == "forget":
        erased = erase_person_messages(session, _person(session, options), now=now, received_until=now)
        print(f"{erased.deleted} messages erased, {erased.kept} kept without the person: others need them")
        return ""
    if options.action == "secret":
        return apps.new_secret(session, options.id)
    apps.set_enabled(session, options.id, enabled=options.action == "on", now=now)
    return ""


def _person(session: Session, options: argparse.Namespace) -> User:
    stored = ids.app_user_id(apps.registered(session, options.id).id, options.person)
    same = (User.app_id == options.id, User.app_user_id == stored)
    user = session.scalar(select(User).where(*same))
    if user is None:
        raise OperatorError("person", "This app has no such person.")
    return user


def _show_apps(session: Session) -> None:
    for app in apps.all_apps(session):
        state, scopes = "off" if app.disabled_at else "on", ",".join(app.scopes) or "reads only"
        print(f"{app.id:24} {state:4} {app.requests_a_minute:6}/min  {scopes}  {app.name}")


def manage_hooks(settings: Settings, options: argparse.Namespace) -> int:
    """Raises OperatorError, NotFoundError, ForbiddenError."""
    now = utc_now()
    with transaction(open_database(settings)) as session:
        if options.action == "list":
            for hook in webhooks.webhooks_of(session):
                state = "off" if hook.disabled_at else "on"
                print(f"{hook.id}  {state:4} {hook.app_id:20} {','.join(hook.events)}  {hook.url}")
        elif options.action == "add":
            hook = webhooks.add_webhook(session, options.id, options.url, options.event, now=now)
            print(f"{hook.id} signs with {webhooks.secret_of(settings.secret_key, hook.id)}")
        elif options.action == "secret":
            print(webhooks.secret_of(settings.secret_key, webhooks.webhook(session, options.id).id))
        elif options.action == "log":
            for row in webhooks.deliveries_of(session, webhooks.webhook(session, options.id).id):
                print(
                    f"{row.id:8}  {row.created_at:%Y-%m-%d %H:%M:%S}  {row.state:8} {row.attempts} tries  {row.event}"
                    f"  {row.error or row.status or ''}"
                )
        elif options.action == "replay":
            webhooks.replay(session, _number(options.id), now=now)
        elif options.action == "test":
            print(f"delivery {webhooks.send_test(session, options.id, now=now).id} is under way; see `webhook log`")
        elif options.action == "remove":
            webhooks.remove_webhook(session, options.id)
        else:
            webhooks.set_enabled(session, options.id, enabled=options.action == "on", now=now)
    return 0


def _number(text: str) -> int:
    if not text.isdecimal():
        raise OperatorError("id", "A delivery is named by its number.")
    return int(text)


def manage_sources(settings: Settings, options: argparse.Namespace) -> int:
    """Raises OperatorError, NotFoundError."""
    factory, now = open_database(settings), utc_now()
    if options.action == "read":
        return _read(settings, factory, options.id)
    with transaction(factory) as session:
        if options.action == "list":
            for one in elsewhere.all_sources(session):
                state = "off" if one.disabled_at else "on"
                read = f"{one.read_at:%Y-%m-%d %H:%M}" if one.read_at else "never"
                count = count_checks(session, one.id)
                print(f"{one.id:20} {state:4} {count:7} checks  read {read}  {one.publisher}  {one.error}")
        elif options.action == "add":
            elsewhere.add_source(
                session,
                options.id,
                kind=options.kind.upper().replace("-", "_"),
                url=options.url,
                publisher=options.publisher,
                licence=options.licence,
                page=options.page,
                hours=options.hours,
                now=now,
            )
        elif options.action == "remove":
            print(f"{elsewhere.remove_source(session, options.id, now=now)} checks withdrawn")
        else:
            elsewhere.source(session, options.id).disabled_at = None if options.action == "on" else now
    return 0


def _read(settings: Settings, factory: SessionFactory, source_id: str) -> int:
    with transaction(factory) as session:
        elsewhere.source(session, source_id)
    caller = WebCaller(f"Factline/{VERSION} (+{settings.base_url})", allow_loopback=settings.fetch_loopback)
    outcome = read_source(factory, caller, source_id, utc_now)
    print(f"{outcome.new_or_changed} new or changed, {outcome.withdrawn} withdrawn, {outcome.skipped} left out")
    if outcome.error:
        print(outcome.error)
    return 1 if outcome.error else 0
