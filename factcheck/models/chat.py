from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import DeliveryState, NoticeKind

_OPEN = text("handled_at IS NULL")
_PENDING = text(f"state = '{DeliveryState.PENDING}'")


class InboxEvent(Base):
    """A webhook event as LINE sent it. The id makes a repeat a no-op.

    `payload` is emptied when it is handled: the message lives on only if its sender agrees to publish it.
    """

    __tablename__ = "inbox_events"
    __table_args__ = (
        Index("ix_inbox_events_chat", "chat_id", "event_at"),
        Index("ix_inbox_events_open", "received_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """LINE's webhookEventId; a digest of the event where there is none."""
    chat_id: Mapped[ShortText]
    type: Mapped[ShortText] = mapped_column(default="", server_default="")
    message_id: Mapped[ShortText | None] = mapped_column(index=True)
    """The message that it brings, changes or takes back."""
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    event_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    """Set while it waits for messages that belong to it; `payload` is kept."""
    told_to_wait_at: Mapped[datetime | None]
    """The reply token was used up to say that the answer takes longer."""


class Dialogue(Base):
    """A question with buttons, which carry its id and a choice."""

    __tablename__ = "dialogues"
    __table_args__ = (Index("ix_dialogues_user_open", "user_id", "closed_at"),)

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[ShortText]
    """See `bot.buttons.state.State`."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the answer needs (`bot.buttons.rows`). Emptied when closed."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Match(Base):
    """How a message compared with the articles, and what the person then chose. It holds no text: an unmatched message
    kept private leaves only its length."""

    __tablename__ = "matches"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[ShortText]
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{"article_id": str, "probability": float}], best first; "perhaps": true for those without a card. What
    differs is not kept: it would quote the message."""
    text_length: Mapped[int]
    shown_article_id: Mapped[ShortText | None]
    """Shown without asking: the answer, or the same message without a reply."""
    chosen_article_id: Mapped[ShortText | None]
    """Picked among those offered, or found helpful."""
    refused: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It is none of those offered, or not what was shown."""
    submitted: Mapped[bool] = mapped_column(default=False)
    """The person agreed to publish the message, as none fits."""
    submitted_article_id: Mapped[ShortText | None]
    """What the message became (`submitted`) or was added to as a reason or comment."""
    message_id: Mapped[ShortText | None] = mapped_column(index=True)
    """LINE's id, by which the sender can take the message back."""
    created_at: Mapped[datetime]


class Delivery(Base):
    """Messages (at most five LINE message objects) to one chat, or the same to several people."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_pending", "created_at", sqlite_where=_PENDING, postgresql_where=_PENDING),)

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[ShortText]
    """The chat; '' when there are `recipients`."""
    recipients: Mapped[list[str] | None] = mapped_column(JSON)
    """At most 500 LINE user ids, for LINE's multicast."""
    reply_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Never pushed instead: a push to a group is charged for each member."""
    answers_message_id: Mapped[ShortText | None] = mapped_column(index=True)
    """If this message is taken back first, nothing is sent."""
    reply_token: Mapped[ShortText | None]
    reply_deadline: Mapped[datetime | None]
    """LINE promises a reply token for one minute from the webhook."""
    retry_key: Mapped[ShortText]
    """Lets LINE recognise a repeated push."""
    messages: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    article_id: Mapped[ShortText | None]
    """What it is about, for whoever quotes it."""
    state: Mapped[ShortText] = mapped_column(default=DeliveryState.PENDING)
    attempted_at: Mapped[datetime | None]
    """Set before a reply call: after a crash, LINE may have sent it already."""
    sent_at: Mapped[datetime | None]
    request_id: Mapped[ShortText | None]
    """LINE's x-line-request-id of the last call, for their support."""
    error: Mapped[str | None]
    created_at: Mapped[datetime]


class SaidMessage(Base):
    """A message of a delivery that is about an article, as LINE names it."""

    __tablename__ = "said_messages"

    message_id: Mapped[ShortText] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)


class Notice(Base):
    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("user_id", "article_id", "kind", "reply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ShortText] = mapped_column(default=NoticeKind.REPLY, server_default=NoticeKind.REPLY)
    reply_id: Mapped[ShortText] = mapped_column(default="", server_default="")
    """The reply that was taken back; '' for a first reply."""
    shown_reply_id: Mapped[ShortText] = mapped_column(default="", server_default="")
    """The reply that it quotes, '' for none; readers hear of it if it is taken back."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)
    created_at: Mapped[datetime]


class ArticleView(Base):
    """A person was shown an article with this reply, or ('') with none, and hears of it if the reply is taken back."""

    __tablename__ = "article_views"
    __table_args__ = (Index("ix_article_views_reply", "article_id", "reply_id"),)

    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    reply_id: Mapped[ShortText] = mapped_column(primary_key=True, default="")
    viewed_at: Mapped[datetime]


class Group(Base):
    """A LINE group or room that the bot is or was in. Its members are not kept."""

    __tablename__ = "groups"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    kind: Mapped[ShortText]
    """group or room"""
    joined_at: Mapped[datetime | None]
    """None: LINE has not told, but the bot hears people talk there."""
    left_at: Mapped[datetime | None]


class GroupMatch(Base):
    """A message in a group that resembles articles, without its text, so that one can ask about it by quoting. Other
    messages leave nothing."""

    __tablename__ = "group_matches"

    message_id: Mapped[ShortText] = mapped_column(primary_key=True)
    group_id: Mapped[ShortText] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """See `Match.candidates`."""
    outcome: Mapped[ShortText]
    """See `factcheck.matching.decide.decision.Outcome`."""
    answered_article_id: Mapped[ShortText | None]
    """The article whose check the group was last given about it."""
    answered_at: Mapped[datetime | None]
    event_at: Mapped[datetime]
    """The time of the newest version seen."""


class LineFact(Base):
    """What LINE said about our account: who we are, the quota, the menus."""

    __tablename__ = "line_facts"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]


class UsageEvent(Base):
    __tablename__ = "usage_events"
    __table_args__ = (Index("ix_usage_events_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[ShortText]
    """See `factcheck.services.usage.Usage`."""
    chat_kind: Mapped[ShortText] = mapped_column(default="user")
    """user, group or room"""
    article_id: Mapped[ShortText | None]
    reply_id: Mapped[ShortText | None]
    detail: Mapped[ShortText] = mapped_column(default="")
