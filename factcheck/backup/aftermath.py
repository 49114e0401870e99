"""What must happen in a database put back, before anybody works with it.

Since the backup was made, the service went on: what waited then was answered, and people had things erased.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, null, select, update
from sqlalchemy.orm import Session

from factcheck.backup.decisions import decide_again
from factcheck.models import (
    Delivery,
    DeliveryState,
    Dialogue,
    InboxEvent,
    Job,
    JobState,
    LoginSession,
    Match,
    User,
    WorkerSign,
)
from factcheck.moderation.removal import REMOVABLE, delete_content
from factcheck.moderation.targets import Target
from factcheck.services.blocks import keep_again
from factcheck.services.digests import MAIL_DIGEST
from factcheck.services.erasure import erase_message, erase_person_messages
from factcheck.services.erasure_log import ACCOUNT, CONTENT, MESSAGE, PERSON, Erasure, ErasureLog
from factcheck.services.mail_notices import MAIL_ASKERS, MAIL_REPLY
from factcheck.services.notices import CORRECT, NOTIFY_ASKERS, TELL_CHANGE
from factcheck.services.own_account import close_account
from factcheck.services.removed import list_removed, list_removed_pictures

CONVERSATION = frozenset({"handle_event", "give_up_event", "look_again", "settle", "take_file", "ask_again_for_file"})
"""Kinds of jobs that answer what came before the backup."""

NOTICES = frozenset({NOTIFY_ASKERS, CORRECT, TELL_CHANGE, MAIL_ASKERS, MAIL_REPLY, MAIL_DIGEST})
"""Kinds that tell people what they may have been told since."""


def waiting(session: Session) -> int:
    """Counts the notices to be sent."""
    jobs = select(func.count()).select_from(Job).where(Job.kind.in_(NOTICES), Job.state != JobState.DEAD)
    deliveries = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.PENDING)
    return (session.scalar(jobs) or 0) + (session.scalar(deliveries.where(_tells_unasked())) or 0)


def end_conversations(session: Session, *, now: datetime) -> int:
    """Has nobody answered a second time; returns how many events were open."""
    session.execute(delete(Job).where(Job.kind.in_(CONVERSATION)))
    session.execute(delete(WorkerSign))
    session.execute(delete(LoginSession))  # some were ended since
    running = update(Job).where(Job.state == JobState.RUNNING)
    session.execute(running.values(state=JobState.READY, locked_by=None, locked_until=None))
    _cancel(session, ~_tells_unasked())
    events = update(InboxEvent).where(InboxEvent.handled_at.is_(None))
    closed = session.execute(events.values(handled_at=now, payload=null(), held_at=None))
    return int(closed.rowcount)  # type: ignore[attr-defined]


def drop_notices(session: Session) -> None:
    session.execute(delete(Job).where(Job.kind.in_(NOTICES)))
    _cancel(session, _tells_unasked())


def erase_again(session: Session, log: ErasureLog, erasures: Sequence[Erasure], *, now: datetime) -> int:
    """Applies what was erased or decided since the backup; returns how many persons and things it found."""
    list_removed(session, [digest for one in erasures for digest in one.more.get("digests", ())], now=now)
    hashes = [bytes.fromhex(picture) for one in erasures for picture in one.more.get("pictures", ())]
    list_removed_pictures(session, hashes, now=now)
    noted: dict[str, Erasure] = {}
    for erasure in erasures:
        before = noted.get(erasure.digest)
        noted[erasure.digest] = erasure if before is None or before.until < erasure.until else before
    found = _erase_persons(session, log, noted, now) + _erase_messages(session, log, noted, now)
    found += _erase_contents(session, log, noted, now)
    keep_again(session, erasures)
    return found + decide_again(session, log, erasures)


def _erase_contents(session: Session, log: ErasureLog, noted: dict[str, Erasure], now: datetime) -> int:
    """Removes again what the law forbids."""
    found = 0
    for kind, column in REMOVABLE.items():
        for name in session.scalars(select(column)).all():
            target = Target(kind, str(name))
            if log.digest(CONTENT, str(target)) in noted:
                delete_content(session, target, now)
                found += 1
    return found


def _erase_persons(session: Session, log: ErasureLog, noted: dict[str, Erasure], now: datetime) -> int:
    names = session.scalars(select(User.id)).all()
    ids = [name for name in names if log.digest(PERSON, name) in noted]
    for name in ids:
        until = noted[log.digest(PERSON, name)].until
        erase_person_messages(session, session.get_one(User, name), now=now, received_until=until)
    closed = [name for name in names if log.digest(ACCOUNT, name) in noted]
    for name in closed:
        close_account(session, session.get_one(User, name), secret_key=log.secret_key, now=now)
    return len(ids) + len(closed)


def _erase_messages(session: Session, log: ErasureLog, noted: dict[str, Erasure], now: datetime) -> int:
    of_events = (
        select(InboxEvent.message_id, User.id)
        .join(User, User.app_user_id == InboxEvent.chat_id)
        .where(InboxEvent.message_id.is_not(None))
    )
    of_matches = select(Match.message_id, Match.user_id).where(Match.message_id.is_not(None))
    found = {tuple(row) for query in (of_events, of_matches) for row in session.execute(query)}
    erased = [(str(message), str(user)) for message, user in found if log.digest(MESSAGE, str(message)) in noted]
    for message, user in sorted(erased):
        # Which of the open questions is about it only the bot can tell.
        asked = update(Dialogue).where(Dialogue.user_id == user, Dialogue.closed_at.is_(None))
        session.execute(asked.values(data={}, closed_at=now, expires_at=now))
        erase_message(session, session.get_one(User, user), message, now=now)
    return len({message for message, _ in erased})


def _tells_unasked() -> ColumnElement[bool]:
    """Selects notices: their retry keys let LINE recognise, for a day, what it has sent already."""
    return Delivery.answers_message_id.is_(None) & Delivery.reply_token.is_(None)


def _cancel(session: Session, which: ColumnElement[bool]) -> None:
    pending = update(Delivery).where(Delivery.state == DeliveryState.PENDING, which)
    session.execute(pending.values(state=DeliveryState.CANCELLED, messages=null()))
