"""Covers over what disturbs, and who looked behind them."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError, NotFoundError
from factcheck.models import Article, MediaOpening, Status, User
from factcheck.services.articles import lock_article
from factcheck.services.media import shown_file
from factcheck.services.roles import Action, may, require
from factcheck.services.transcripts import is_new

OPEN_FOR = timedelta(hours=1)
"""How long one sees what one has opened."""


def set_cover(session: Session, article_id: str, user: User, *, covered: bool, now: datetime) -> None:
    """Raises NotFoundError for an article without a file; ForbiddenError for who is blocked, and for a new account that
    would show everybody what somebody covered."""
    require(user, Action.CONTRIBUTE)
    if not covered and is_new(user, now):
        raise ForbiddenError("Your account is new. Somebody else must decide that everybody may see it.")
    article = lock_article(session, article_id)
    if article is None or article.status != Status.NORMAL or article.file_id is None:
        raise NotFoundError(f"no file of {article_id!r}")
    article.covered = covered


def note_opening(session: Session, article_id: str, user: User, *, now: datetime) -> Article:
    """Records that a person wants to see it all the same; what is hidden, a reviewer alone. Raises NotFoundError."""
    found = shown_file(session, article_id, hidden_too=may(user, Action.REVIEW))
    if found is None:
        raise NotFoundError(f"no file of {article_id!r}")
    session.add(MediaOpening(article_id=article_id, user_id=user.id, opened_at=now))
    return found[0]


def has_opened(session: Session, article_id: str, user_id: str | None, *, now: datetime) -> bool:
    own = (MediaOpening.article_id == article_id, MediaOpening.user_id == user_id)
    return user_id is not None and bool(
        session.scalar(select(exists().where(*own, MediaOpening.opened_at > now - OPEN_FOR)))
    )
