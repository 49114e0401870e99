"""Asking for a check on the web. Nothing is published before the address is confirmed, and what is not confirmed is
forgotten."""

from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.ids import random_id
from factcheck.models import Article, MailRequest, User
from factcheck.services.articles import MAX_TEXT_LENGTH, get_article, request_check, submit_article
from factcheck.services.users import get_or_create_volunteer

LINK_LIFE = timedelta(days=2)
MAX_OPEN = 5
"""Unconfirmed requests of one address, so that nobody's mailbox is flooded."""

CHANNEL = "URL"
"""Cofacts' word for what did not come through LINE."""

CONFIRM, STOP = "confirm-mail-request", "stop-mail-request"


def token_of(secret_key: str, request_id: str, purpose: str) -> str:
    """Makes what a link in a mail carries. Who reads the database alone cannot make it."""
    return str(URLSafeSerializer(secret_key, salt=purpose).dumps(request_id))


def request_of(secret_key: str, token: str, purpose: str) -> str:
    """Finds the request's id; '' for what we did not make for this purpose."""
    try:
        return str(URLSafeSerializer(secret_key, salt=purpose).loads(token))
    except BadSignature:
        return ""


def ask(session: Session, email: str, text: str, *, locale: str, now: datetime, article_id: str = "") -> MailRequest:
    """Keeps a request until its address is confirmed. Takes a normalised address, and for a known article its id in
    place of the text. Raises InvalidInputError, NotFoundError."""
    if article_id:
        get_article(session, article_id)
    elif not text.strip():
        raise InvalidInputError("message", "The message is empty.")
    elif len(text) > MAX_TEXT_LENGTH:
        raise InvalidInputError("message", "The message is longer than %(limit)d characters.", limit=MAX_TEXT_LENGTH)
    mine = (MailRequest.email == email, MailRequest.created_at > now - LINK_LIFE)
    if (session.scalar(select(func.count()).select_from(MailRequest).where(*mine)) or 0) >= MAX_OPEN:
        raise InvalidInputError("email", "We already sent you several links. Please look in your mailbox.")
    request = MailRequest(
        id=random_id(),
        email=email,
        text="" if article_id else text,
        locale=locale,
        article_id=article_id or None,
        created_at=now,
    )
    session.add(request)
    return request


def confirm(session: Session, request_id: str, *, secret_key: str, now: datetime) -> Article:
    """Publishes what was asked, as the person to whom the address belongs; a second time changes nothing. Raises
    InvalidInputError for a link that is too old, NotFoundError for a message that may not be shown."""
    request = session.get(MailRequest, request_id, with_for_update=True)
    if request is None or (request.confirmed_at is None and request.created_at <= now - LINK_LIFE):
        raise InvalidInputError("token", "This link is too old. Please check the message again.")
    if request.confirmed_at is not None:
        return get_article(session, request.article_id or "")
    user = get_or_create_volunteer(session, request.email, secret_key=secret_key, locale=request.locale, now=now)
    session.flush()
    article = publish(session, user, request.text, request.article_id or "", secret_key=secret_key, now=now)
    request.article_id, request.user_id = article.id, user.id
    request.email = request.text = ""
    request.confirmed_at = now
    request.told_at = now if article.cluster_reply_count else None  # they are shown it at once
    return article


def publish(session: Session, user: User, text: str, article_id: str, *, secret_key: str, now: datetime) -> Article:
    """Asks for a check as this person. Raises as `submit_article` does."""
    if not article_id:
        return submit_article(session, text, user, now=now, channel=CHANNEL, secret_key=secret_key)
    article = get_article(session, article_id)
    request_check(session, article, user, now=now)
    return article


def ask_as(
    session: Session, user: User, text: str, article_id: str, *, secret_key: str, locale: str, now: datetime
) -> Article:
    """Asks as somebody logged in, whose address is confirmed."""
    article = publish(session, user, text, article_id, secret_key=secret_key, now=now)
    if user.email and not article.cluster_reply_count:
        same = (MailRequest.user_id == user.id, MailRequest.article_id == article.id, MailRequest.told_at.is_(None))
        if session.scalar(select(MailRequest.id).where(*same)) is None:
            request = MailRequest(id=random_id(), email="", text="", locale=locale, created_at=now, confirmed_at=now)
            request.article_id, request.user_id = article.id, user.id
            session.add(request)
    return article


def stop(session: Session, request_id: str) -> None:
    """Forgets a request; the message stays, and so does that somebody asked."""
    request = session.get(MailRequest, request_id)
    if request is not None:
        session.delete(request)
