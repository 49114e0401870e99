import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.models import LoginToken, User
from factcheck.public_names import checked_name
from factcheck.services.users import get_or_create_volunteer

LINK_LIFE = timedelta(minutes=30)
MAX_OPEN_LINKS = 5
"""Open links of one address, so that nobody's mailbox is flooded."""

_LABEL = r"[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\.]+"
EMAIL = re.compile(rf"(?!.*=\?)[A-Za-z0-9.!#$%&'*+/=^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+")
"""Accepts only what a mail program takes literally: with `=?` or brackets the link would go to another mailbox than the
one stored."""


def normalise_email(address: str) -> str:
    """Raises InvalidInputError when it is no address."""
    address = address.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise InvalidInputError("email", "This does not look like an e-mail address.")
    return address


def start_login(session: Session, email: str, *, now: datetime) -> str:
    """Make a one-time token. Raises InvalidInputError when the address has too many open links."""
    session.execute(delete(LoginToken).where(LoginToken.expires_at < now - timedelta(days=1)))
    open_links = session.scalar(
        select(func.count())
        .select_from(LoginToken)
        .where(LoginToken.email == email, LoginToken.used_at.is_(None), LoginToken.expires_at > now)
    )
    if (open_links or 0) >= MAX_OPEN_LINKS:
        raise InvalidInputError("email", "We already sent you several links. Please look in your mailbox.")
    token = secrets.token_urlsafe(24)
    session.add(LoginToken(token_hash=_digest(token), email=email, created_at=now, expires_at=now + LINK_LIFE))
    return token


def finish_login(session: Session, token: str, *, secret_key: str, locale: str, now: datetime) -> User:
    """Trade a token for its user, who is made at the first log-in. Raises InvalidInputError, the same whether it was
    used, too old or never existed."""
    row = session.get(LoginToken, _digest(token), with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise InvalidInputError("token", "This link was used already or is too old. Please ask for a new one.")
    row.used_at = now
    return get_or_create_volunteer(session, row.email, secret_key=secret_key, locale=locale, now=now)


def rename(user: User, name: str) -> None:
    """Raises InvalidInputError for a name that may not be taken."""
    user.name = checked_name(name)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
