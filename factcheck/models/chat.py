"""The LINE side: events received, conversations, matches, messages to send, notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import DeliveryState


class InboxEvent(Base):
    """A webhook event as LINE sent it. The id makes a repeated event a no-op, whoever receives it.

    `payload` is emptied when the event has been handled: the message lives on only if its sender agrees to publish it.
    """

    __tablename__ = "inbox_events"
    __table_args__ = (Index("ix_inbox_events_chat", "chat_id", "event_at"),)

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """LINE's webhookEventId, or a digest of the event where LINE sent none."""
    chat_id: Mapped[ShortText]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    event_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Dialogue(Base):
    """A question the bot has asked, with buttons. The buttons carry its short id and a choice."""

    __tablename__ = "dialogues"
    __table_args__ = (Index("ix_dialogues_user_open", "user_id", "closed_at"),)

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[ShortText]
    """See `bot.dialogue.State`."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the answer needs: the message, candidate article ids. Emptied when closed."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Match(Base):
    """The outcome of comparing one incoming message with the articles, and what the person then chose.

    Holds no message text: an unmatched message that its sender keeps private leaves only its length.
    """

    __tablename__ = "matches"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[ShortText]
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{"article_id": str, "probability": float}], best first."""
    text_length: Mapped[int]
    shown_article_id: Mapped[ShortText | None]
    """Shown without asking: the answer, or the same message that nobody has replied to yet."""
    chosen_article_id: Mapped[ShortText | None]
    """What the person said it is: picked among those offered, or found helpful."""
    refused: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The person said that it is none of those offered, or not what was shown."""
    submitted: Mapped[bool] = mapped_column(default=False)
    """The person said that none fits and agreed to publish the message."""
    created_at: Mapped[datetime]


class Delivery(Base):
    """Messages to send to one chat, or that were sent. `messages` are LINE message objects, at most five."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[ShortText]
    reply_token: Mapped[ShortText | None]
    reply_deadline: Mapped[datetime | None]
    """LINE promises a reply token for one minute from the webhook."""
    retry_key: Mapped[ShortText]
    """Sent with every push of this delivery, so that a repeat is recognised by LINE."""
    messages: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    state: Mapped[ShortText] = mapped_column(default=DeliveryState.PENDING)
    attempted_at: Mapped[datetime | None]
    """Set before a reply call: after a crash it tells that LINE may already have sent it."""
    sent_at: Mapped[datetime | None]
    request_id: Mapped[ShortText | None]
    """LINE's x-line-request-id of the last call, for their support."""
    error: Mapped[str | None]
    created_at: Mapped[datetime]


class Notice(Base):
    """A person is told once that an article they asked about has its first reply."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("user_id", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)
    created_at: Mapped[datetime]
