from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.models import Delivery, SaidMessage


def article_said(session: Session, chat_id: str, message_id: str | None) -> str | None:
    """Find the article that a message of the bot in this chat was about, by LINE's id of the message."""
    said = select(Delivery.article_id).join(SaidMessage, SaidMessage.delivery_id == Delivery.id)
    return session.scalar(said.where(Delivery.to == chat_id, SaidMessage.message_id == message_id))
