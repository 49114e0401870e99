"""`python -m factcheck moderate ...`: what the pages of reviewers do, where nobody can log in."""

import argparse
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.clock import utc_now
from factcheck.db.session import open_database, transaction
from factcheck.errors import FactlineError, InvalidInputError, NotFoundError, StaleError
from factcheck.ids import random_id
from factcheck.models import ModerationAction, ModerationKind, Reason, TargetKind
from factcheck.moderation import actions, pending
from factcheck.moderation.removal import remove
from factcheck.moderation.reports import dismiss, open_reports
from factcheck.moderation.targets import look_at, parse_target
from factcheck.settings import Settings

SHOWN = 100
EXCERPT = 70


def moderate(settings: Settings, options: argparse.Namespace) -> int:
    """Decides on several targets in one transaction, all or none."""
    with transaction(open_database(settings)) as session:
        if options.action in SHOWS:
            SHOWS[options.action](session)
            return 0
        if not options.target:
            raise FactlineError("Name what it is about, like reply:abc; for undo the number that `log` shows.")
        wave = random_id(12) if len(options.target) > 1 else None
        for written in options.target:
            print(_act(session, settings, options, written, wave))
    return 0


def _act(session: Session, settings: Settings, options: argparse.Namespace, written: str, wave: str | None) -> str:
    """Returns a line that says what was done. Raises FactlineError."""
    try:
        if options.action == "undo":
            action = actions.undo(session, _number(written), None, now=utc_now())
        elif options.action in ("dismiss", "publish"):
            return _close(session, options.action, written)
        else:
            action = _decide(session, settings, options, written, wave)
    except NotFoundError as error:
        raise FactlineError(f"Not found: {error}.") from error
    except StaleError as error:
        raise FactlineError(f"{written}: this was decided already; nothing was changed.") from error
    return f"{action.id}  {action.action.lower()} {written}: {action.size} changed"


def _close(session: Session, what: str, written: str) -> str:
    target = parse_target(written)
    if what == "dismiss":
        return f"{dismiss(session, target, None, now=utc_now())} reports closed"
    if target.kind != TargetKind.PENDING:
        raise NotFoundError(f"{written!r} is no reply that waits")
    pending.approve(session, target.id, None, seen=None, now=utc_now())
    return f"published {written}"


def _decide(
    session: Session, settings: Settings, options: argparse.Namespace, written: str, wave: str | None
) -> ModerationAction:
    if (options.reason or "").upper() not in list(Reason):
        raise FactlineError(f"Say why, by --reason and one of: {', '.join(reason.lower() for reason in Reason)}.")
    target, kind = parse_target(written), ModerationKind(options.action.upper())
    decision = actions.Decision(kind, Reason(options.reason.upper()), options.note, wave)
    now, key = utc_now(), settings.secret_key
    if kind == ModerationKind.REDACT:
        return actions.redact(session, target, decision, None, options.piece, secret_key=key, now=now)
    if kind == ModerationKind.REMOVE:
        if not options.sure:
            raise FactlineError("What is removed is gone for good. Add --sure.")
        return remove(session, target, decision, None, secret_key=key, now=now)
    return actions.decide(session, target, decision, None, now=now)


def _number(written: str) -> int:
    if not written.isdecimal():
        raise InvalidInputError("target", "Give the number of the decision.")
    return int(written)


def _show_reports(session: Session) -> None:
    for row in open_reports(session, limit=SHOWN):
        name = f"{row.target_kind.lower()}:{row.target_id}"
        try:
            words = " ".join(look_at(session, parse_target(name)).words.split())[:EXCERPT]
        except FactlineError:
            words = "(gone)"
        print(f"{row.created_at:%Y-%m-%d %H:%M}  {row.source.lower():7} {row.reason.lower():14} {name}  {words}")


def _show_log(session: Session) -> None:
    rows = session.scalars(select(ModerationAction).order_by(ModerationAction.id.desc()).limit(SHOWN))
    for row in rows:
        undone = "  (taken back)" if row.undone_at else ""
        name = f"{row.target_kind.lower()}:{row.target_id}"
        print(f"{row.id:6}  {row.at:%Y-%m-%d %H:%M}  {row.action.lower():8} {row.reason.lower():14} {name}{undone}")


SHOWS: dict[str, Callable[[Session], None]] = {"reports": _show_reports, "log": _show_log}
