"""A volunteer who came without an address gets one, once a mail has proved that it is theirs."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.models import WEBSITE, Identity, JoinedChat, User
from factcheck.services.blocks import begin_blocked
from factcheck.services.traces import make_nobody


def take_address(session: Session, user: User, email: str, *, secret_key: str, now: datetime) -> User:
    """Gives an address proved by a mail to an account without one. If another account has it, that one gets the log-ins
    and the chat, and what the first wrote stays under a pseudonym. Returns the account that has it. Raises
    InvalidInputError for two accounts of which one is blocked."""
    owner = session.scalar(select(User).where(User.email == email))
    if owner is None:
        user.email, user.mail_refused_at = email, None
        begin_blocked(session, user, secret_key=secret_key, now=now)
        return user
    if user.blocked_at is not None or owner.blocked_at is not None:
        raise InvalidInputError("token", "A blocked account cannot be joined to another.")
    session.execute(update(Identity).where(Identity.user_id == user.id).values(user_id=owner.id))
    if session.get(JoinedChat, owner.id) is None:
        session.execute(update(JoinedChat).where(JoinedChat.user_id == user.id).values(user_id=owner.id))
    session.flush()
    make_nobody(session, user, secret_key=secret_key, now=now)
    owner.last_active_at = now
    return owner


def waiting_account(session: Session, user_id: str | None) -> User | None:
    """Finds the account that asked to be given an address, if it is still without one."""
    user = session.get(User, user_id, with_for_update=True) if user_id else None
    return user if user is not None and user.app_id == WEBSITE and user.email is None else None
