import hmac
import re
import secrets
from datetime import datetime, timedelta

import idna
from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.ids import token_digest
from factcheck.models import LoginToken, User
from factcheck.public_names import checked_name
from factcheck.services.own_address import take_address, waiting_account
from factcheck.services.users import get_or_create_volunteer

LINK_LIFE = timedelta(minutes=30)
MAX_OPEN_LINKS = 5
"""Open links of one address, so that nobody's mailbox is flooded."""

_LABEL = r"[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\.]+"
EMAIL = re.compile(rf"(?!.*=\?)[A-Za-z0-9.!#$%&'*+/=^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+")
"""Accepts only what a mail program takes literally: with `=?` or brackets the link would go to another mailbox than the
one stored."""
NEVER_MAILED = frozenset("alt arpa example internal invalid local localhost onion test".split())
"""Top-level names reserved for other things."""

OPEN_OF_NETWORK = 100
"""Mails in an hour that a network asked for and whose link nobody has opened. Pupils of one school open theirs; whoever
mails strangers does not."""

NEW_ADDRESSES = 1_000
"""Mails in an hour, of everybody together, to addresses without an account: whoever has one can log in at any time."""


def normalise_email(address: str) -> str:
    """Raises InvalidInputError when it is no address."""
    address = address.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address) or not _is_domain(address.rpartition("@")[2]):
        raise InvalidInputError("email", "This does not look like an e-mail address.")
    return address


def _is_domain(name: str) -> bool:
    try:
        return bool(idna.encode(name))  # letters that nobody sees, and parts that are too long, are refused
    except idna.IDNAError:
        return False


def require_reachable(email: str) -> None:
    """Raises InvalidInputError for an address that can never get mail, as far as that shows without asking anybody."""
    top = email.rpartition(".")[2]
    if top in NEVER_MAILED or top.isdigit():
        raise no_mail()


def no_mail() -> InvalidInputError:
    return InvalidInputError("email", "No mail can reach this address. Please check it.")


def start_login(
    session: Session, email: str, *, now: datetime, network: str = "", secret_key: str = "", joins: str | None = None
) -> str:
    """Make a one-time token. `network`: who asks, as `editor_ui.front.networks` names it; `joins`: the account without
    an address that is to get this one. Raises InvalidInputError when the address or the network has too many open
    links, or too many new people come."""
    session.execute(delete(LoginToken).where(LoginToken.expires_at < now - timedelta(days=1)))
    token, key = secrets.token_urlsafe(24), _network_key(network, secret_key)
    _require_room(session, email, key, now)
    expires_at = now + LINK_LIFE
    row = LoginToken(token_hash=token_digest(token), email=email, network=key, created_at=now, expires_at=expires_at)
    row.joins_user_id = joins
    session.add(row)
    return token


def _require_room(session: Session, email: str, network: str | None, now: datetime) -> None:
    is_open = LoginToken.used_at.is_(None)
    lately = LoginToken.created_at > now - timedelta(hours=1)
    if _count(session, LoginToken.email == email, is_open, LoginToken.expires_at > now) >= MAX_OPEN_LINKS:
        raise InvalidInputError("email", "We already sent you several links. Please look in your mailbox.")
    if network and _count(session, LoginToken.network == network, is_open, lately) >= OPEN_OF_NETWORK:
        raise InvalidInputError("email", "Too many links were asked for from your network. Please try again later.")
    known = exists().where(User.email == LoginToken.email)
    is_new = session.scalar(select(User.id).where(User.email == email)) is None
    if is_new and _count(session, lately, ~known) >= NEW_ADDRESSES:
        raise InvalidInputError("email", "Very many people are making accounts now. Please try again in an hour.")


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(LoginToken).where(*which)) or 0


def _network_key(network: str, secret_key: str) -> str | None:
    return hmac.new(secret_key.encode(), f"network: {network}".encode(), "sha256").hexdigest()[:32] if network else None


def finish_login(
    session: Session, token: str, *, secret_key: str, locale: str, now: datetime, viewer_id: str | None = None
) -> User:
    """Trade a token for its user, who is made at the first log-in. `viewer_id`: who is logged in where the link was
    opened. Raises InvalidInputError, the same whether it was used, too old or never existed; and for a link that gives
    an address to another account: whoever asked for it would else get into that of whom the mail reached."""
    row = session.get(LoginToken, token_digest(token), with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise InvalidInputError("token", "This link was used already or is too old. Please ask for a new one.")
    if row.joins_user_id not in (None, viewer_id):
        raise InvalidInputError(
            "token",
            "Open this link in the browser in which you asked for it: there you are logged in to the account that gets "
            "the address.",
        )
    row.used_at = now
    asker = waiting_account(session, row.joins_user_id)
    if asker is not None:
        return take_address(session, asker, row.email, secret_key=secret_key, now=now)
    return get_or_create_volunteer(session, row.email, secret_key=secret_key, locale=locale, now=now)


def rename(user: User, name: str) -> None:
    """Raises InvalidInputError for a name that may not be taken."""
    user.name = checked_name(name)
