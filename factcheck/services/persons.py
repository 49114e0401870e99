"""One person may have two rows: a volunteer's, and that of who asks in LINE, joined by a link sent in the chat."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factcheck.models import JoinedChat


def rows_of(session: Session, user_id: str) -> tuple[str, ...]:
    """Lists the ids of all rows of the person that this row is of, itself first."""
    either = or_(JoinedChat.user_id == user_id, JoinedChat.chat_user_id == user_id)
    found = session.execute(select(JoinedChat.user_id, JoinedChat.chat_user_id).where(either)).all()
    return tuple(dict.fromkeys([user_id, *(each for row in found for each in row)]))


def chat_of(session: Session, user_id: str) -> str | None:
    """Finds the chat that is joined to a volunteer."""
    return session.scalar(select(JoinedChat.chat_user_id).where(JoinedChat.user_id == user_id))
