"""Pieces of text that a volunteer uses again."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError
from factcheck.limits import MAX_SNIPPET_LENGTH, MAX_SNIPPETS
from factcheck.models import Snippet, User


def snippets_of(session: Session, user_id: str) -> list[Snippet]:
    return list(session.scalars(select(Snippet).where(Snippet.user_id == user_id).order_by(Snippet.id)))


def add_snippet(session: Session, user: User, text: str, *, now: datetime) -> None:
    """Keeps a text once. Raises InvalidInputError."""
    text = text.strip()
    if not text:
        raise InvalidInputError("snippet", "Write the text that you want to use again.")
    if len(text) > MAX_SNIPPET_LENGTH:
        raise InvalidInputError("snippet", "Please use at most %(limit)d characters.", limit=MAX_SNIPPET_LENGTH)
    own = select(func.count()).select_from(Snippet).where(Snippet.user_id == user.id)
    if session.scalar(own.where(Snippet.text == text)):
        return
    if (session.scalar(own) or 0) >= MAX_SNIPPETS:
        raise InvalidInputError("snippet", "You have %(limit)d texts already; delete one first.", limit=MAX_SNIPPETS)
    session.add(Snippet(user_id=user.id, text=text, created_at=now))


def delete_snippet(session: Session, user_id: str, snippet_id: int) -> None:
    session.execute(delete(Snippet).where(Snippet.id == snippet_id, Snippet.user_id == user_id))
