"""What a person was shown in the chat: which article, with which reply, and when."""

from datetime import datetime

from sqlalchemy.orm import Session

from factcheck.models import ArticleView, User


def note_view(session: Session, user: User, article_id: str, reply_id: str, *, now: datetime) -> None:
    """`reply_id` '' when there was none to show."""
    session.flush()  # a person who is new is in the database before what points to them
    view = session.get(ArticleView, (user.id, article_id, reply_id))
    if view is None:
        session.add(ArticleView(user_id=user.id, article_id=article_id, reply_id=reply_id, viewed_at=now))
    else:
        view.viewed_at = now
