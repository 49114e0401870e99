"""Log-ins at providers. Accounts are joined only on an address that somebody has proved: the provider, if it is trusted
with that, or we by a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.models import Identity, User
from factcheck.services.accounts import normalise_email
from factcheck.services.blocks import begin_blocked
from factcheck.services.traces import make_nobody
from factcheck.services.users import add_if_new, get_or_create_volunteer, new_volunteer

MAX_SUBJECT_LENGTH = 255
"""OpenID Connect Core 1.0, section 2."""


@dataclass(frozen=True)
class Proved:
    """Says who came back, by a provider's word. `email` is '' unless it says that the address is theirs."""

    issuer: str
    subject: str
    email: str = ""


def enter(session: Session, proved: Proved, *, secret_key: str, locale: str, now: datetime) -> User:
    """Finds whoever logged in so before; else the account with the proved address; else makes one. Raises
    InvalidInputError for a subject that is none."""
    if not 0 < len(proved.subject) <= MAX_SUBJECT_LENGTH:
        raise InvalidInputError("subject", "The provider did not say who you are.")
    known = _known(session, proved)
    if known is not None:
        known.used_at = now
        user = session.get_one(User, known.user_id)
        user.last_active_at = now
        return user
    user = _owner(session, proved, secret_key=secret_key, locale=locale, now=now)
    session.flush()
    row = Identity(issuer=proved.issuer, subject=proved.subject, user_id=user.id, created_at=now, used_at=now)
    if add_if_new(session, row):
        begin_blocked(session, user, secret_key=secret_key, now=now)
        return user
    if user.email is None:  # two windows at once: the other made the account
        make_nobody(session, user, secret_key=secret_key, now=now)
    return session.get_one(User, session.get_one(Identity, (proved.issuer, proved.subject)).user_id)


def _known(session: Session, proved: Proved) -> Identity | None:
    return session.get(Identity, (proved.issuer, proved.subject), populate_existing=True)


def _owner(session: Session, proved: Proved, *, secret_key: str, locale: str, now: datetime) -> User:
    try:
        email = normalise_email(proved.email) if proved.email else ""
    except InvalidInputError:  # a mail program would take it for another
        email = ""
    if email:
        return get_or_create_volunteer(session, email, secret_key=secret_key, locale=locale, now=now)
    return new_volunteer(session, secret_key=secret_key, locale=locale, now=now)


def identities_of(session: Session, user_id: str) -> Sequence[Identity]:
    """Lists the newest first."""
    mine = select(Identity).where(Identity.user_id == user_id)
    return session.scalars(mine.order_by(Identity.created_at.desc(), Identity.issuer, Identity.subject)).all()


def remove_identity(session: Session, user: User, issuer: str, subject: str) -> None:
    """Forgets a log-in. Raises NotFoundError; ForbiddenError for the last way to come back, and for who is blocked: by
    it they would be somebody else."""
    if user.blocked_at is not None:
        raise ForbiddenError("Your account is blocked. What you can do about it stands on your page.")
    row = session.get(Identity, (issuer, subject))
    if row is None or row.user_id != user.id:
        raise NotFoundError("no such log-in")
    others = select(func.count()).select_from(Identity).where(Identity.user_id == user.id)
    if user.email is None and (session.scalar(others) or 0) < 2:
        raise ForbiddenError("This is your only way to log in. Give an address first.")
    session.delete(row)
