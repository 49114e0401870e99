"""People who are blocked stay so when they close the account, or have all erased, and come back.

When a blocked person's row is forgotten, keyed digests of its mailbox, log-ins and chat are kept, which tell nobody
what they were. Who comes by one of them begins blocked, by a decision of its own, to which they can object; when it is
taken back, the digests go.
"""

import hmac
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.models import (
    BlockedName,
    Identity,
    ItemKind,
    ModerationAction,
    ModerationChange,
    ModerationKind,
    Reason,
    Status,
    TargetKind,
    User,
)
from factcheck.services.erasure_log import BLOCKED, LIFTED, Erasure, note_erasure
from factcheck.services.second_accounts import mailbox_of

KEEP = timedelta(days=730)
"""How long it is known that a name was blocked: longer than a ring of accounts lies still, and not for life."""


def keep_block(session: Session, user: User, *, secret_key: str, now: datetime) -> None:
    """Call it before the names of a row are forgotten. Of who is not blocked it keeps nothing."""
    if user.blocked_at is None:
        return
    action = _standing(session, user)
    reason = action.reason if action is not None else Reason.OTHER
    digests = _digests(session, user, secret_key)
    _keep(session, digests, reason, action.id if action is not None else None, now)
    for digest in digests:
        note_erasure(session, BLOCKED, digest, until=now, now=now, more={"blocked": digest, "reason": reason})


def begin_blocked(session: Session, user: User, *, secret_key: str, now: datetime) -> None:
    """Call it when a row got a name. Blocks a person who was blocked under it, or whose mailbox is that of somebody who
    is."""
    session.flush()
    digests = _digests(session, user, secret_key)
    names = session.scalars(select(BlockedName).where(BlockedName.digest.in_(digests))).all()
    if user.blocked_at is None:
        reasons = [name.reason for name in names] or _reasons_of_mailbox(session, user)
        action = _block(session, user, reasons[0], now) if reasons else None
    else:
        action = _standing(session, user)
    for name in names:  # so that they go when this decision is taken back
        name.action_id = action.id if action is not None else name.action_id


def _block(session: Session, user: User, reason: str, now: datetime) -> ModerationAction:
    """Blocks a new row, of which nothing is to be hidden yet."""
    user.blocked_at = now
    action = ModerationAction(
        at=now,
        action=ModerationKind.BLOCK,
        reason=reason,
        target_kind=TargetKind.USER,
        target_id=user.published_id,
        subject_id=user.id,
        size=1,
    )
    session.add(action)
    session.flush()
    change = {"item_id": _item_of(user), "was": Status.NORMAL, "became": Status.BLOCKED}
    session.add(ModerationChange(action_id=action.id, kind=ItemKind.USER, **change))
    return action


def lift_block(session: Session, action: ModerationAction, *, now: datetime) -> None:
    """Forgets what was kept because of a decision taken back."""
    for digest in session.scalars(select(BlockedName.digest).where(BlockedName.action_id == action.id)).all():
        session.execute(delete(BlockedName).where(BlockedName.digest == digest))
        note_erasure(session, LIFTED, digest, until=now, now=now, more={"lifted": digest})


def keep_again(session: Session, erasures: Iterable[Erasure]) -> None:
    """Keeps, in a database put back, what was kept and forgotten since, in its order."""
    for one in sorted(erasures, key=lambda one: one.at):
        if one.kind == BLOCKED:
            _keep(session, [one.more["blocked"]], one.more["reason"], None, one.at)
        elif one.kind == LIFTED:
            session.execute(delete(BlockedName).where(BlockedName.digest == one.more["lifted"]))


def _keep(session: Session, digests: Collection[str], reason: str, action_id: int | None, now: datetime) -> None:
    for digest in digests:
        known = {"reason": reason, "kept_at": now} | ({"action_id": action_id} if action_id is not None else {})
        row = insert(session, BlockedName).values(digest=digest, **known)
        session.execute(row.on_conflict_do_update(index_elements=["digest"], set_=known))


def _digests(session: Session, user: User, secret_key: str) -> list[str]:
    names = [f"mailbox: {mailbox_of(user.email)}"] if user.email else []
    names += [f"chat: {user.app_id} {user.app_user_id}"] if user.app_user_id else []
    log_ins = select(Identity).where(Identity.user_id == user.id).order_by(Identity.issuer, Identity.subject)
    names += [f"log-in: {one.issuer} {one.subject}" for one in session.scalars(log_ins)]
    return [
        hmac.new(secret_key.encode(), f"blocked {name}".encode("utf-8", "replace"), "sha256").hexdigest()[:40]
        for name in names
    ]


def _item_of(user: User) -> str:
    """Names the row as decisions do; it belongs to no article."""
    return f"|{user.id}"


def _standing(session: Session, user: User) -> ModerationAction | None:
    """Finds the decision by which a row is blocked."""
    change, action = ModerationChange, ModerationAction
    query = select(action).join(change, change.action_id == action.id)
    query = query.where(change.kind == ItemKind.USER, change.item_id == _item_of(user))
    is_block = (action.action == ModerationKind.BLOCK, action.undone_at.is_(None))
    return session.scalar(query.where(*is_block).order_by(action.id.desc()).limit(1))


def _reasons_of_mailbox(session: Session, user: User) -> list[str]:
    """Finds why somebody else with the same mailbox is blocked. The database leaves out whose address begins otherwise:
    some milliseconds of a new account's first log-in. A column of digests would save these, and would have to be made
    anew with the key."""
    if not user.email:
        return []
    mailbox = mailbox_of(user.email)
    begins = mailbox.rpartition("@")[0].replace(".", "")
    blocked = select(User).where(
        User.blocked_at.is_not(None),
        func.replace(User.email, ".", "").startswith(begins, autoescape=True),
        User.id != user.id,
    )
    same = [one for one in session.scalars(blocked) if one.email and mailbox_of(one.email) == mailbox]
    return [action.reason for one in same if (action := _standing(session, one)) is not None]
