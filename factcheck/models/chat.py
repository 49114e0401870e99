"""The LINE side: events received, conversations, matches, messages to send, notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import DeliveryState, NoticeKind

_OPEN = text("handled_at IS NULL")
_PENDING = text(f"state = '{DeliveryState.PENDING}'")


class InboxEvent(Base):
    """A webhook event as LINE sent it. The id makes a repeated event a no-op, whoever receives it.

    `payload` is emptied when the event has been handled: the message lives on only if its sender agrees to publish it.
    """

    __tablename__ = "inbox_events"
    __table_args__ = (
        Index("ix_inbox_events_chat", "chat_id", "event_at"),
        Index("ix_inbox_events_open", "received_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """LINE's webhookEventId, or a digest of the event where LINE sent none."""
    chat_id: Mapped[ShortText]
    type: Mapped[ShortText] = mapped_column(default="", server_default="")
    message_id: Mapped[ShortText | None] = mapped_column(index=True)
    """The message that the event brings, changes or takes back."""
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    event_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    """Set while a message waits for others that belong to it. It is not handled yet, and its payload is kept."""
    told_to_wait_at: Mapped[datetime | None]
    """Its reply token was used up to say that the answer takes longer."""


class Dialogue(Base):
    """A question the bot has asked, with buttons. The buttons carry its short id and a choice."""

    __tablename__ = "dialogues"
    __table_args__ = (Index("ix_dialogues_user_open", "user_id", "closed_at"),)

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[ShortText]
    """See `bot.buttons.state.State`."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the answer needs: the message, candidate article ids (`bot.buttons.rows`). Emptied when closed."""
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
    submitted_article_id: Mapped[ShortText | None]
    """The article that the message became (`submitted`) or, as a reason or comment, was added to."""
    message_id: Mapped[ShortText | None] = mapped_column(index=True)
    """LINE's id of the message, by which its sender can take it back."""
    created_at: Mapped[datetime]


class Delivery(Base):
    """Messages to send, or that were sent: to one chat, or the same to several people (`recipients`). `messages` are
    LINE message objects, at most five."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_pending", "created_at", sqlite_where=_PENDING, postgresql_where=_PENDING),)

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[ShortText]
    """The chat; '' when there are `recipients`."""
    recipients: Mapped[list[str] | None] = mapped_column(JSON)
    """LINE user ids, at most 500: LINE's multicast."""
    reply_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Never pushed instead: a push to a group is charged for each member."""
    answers_message_id: Mapped[ShortText | None] = mapped_column(index=True)
    """What it answers; when that is taken back before it is sent, it is not sent."""
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
    """Something a person is told once: that an article they asked about has its first reply, or that a reply they
    were shown was taken back."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("user_id", "article_id", "kind", "reply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ShortText] = mapped_column(default=NoticeKind.REPLY, server_default=NoticeKind.REPLY)
    reply_id: Mapped[ShortText] = mapped_column(default="", server_default="")
    """The reply that was taken back; '' for a first reply."""
    shown_reply_id: Mapped[ShortText] = mapped_column(default="", server_default="")
    """The reply that the notice quotes; '' for none. Who read it there hears of it when it is taken back."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)
    created_at: Mapped[datetime]


class ArticleView(Base):
    """A person was shown an article in the chat, with this reply or ('') with none: the list of one's messages, what
    is new in it, and who must be told when the reply is taken back."""

    __tablename__ = "article_views"
    __table_args__ = (Index("ix_article_views_reply", "article_id", "reply_id"),)

    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    reply_id: Mapped[ShortText] = mapped_column(primary_key=True, default="")
    viewed_at: Mapped[datetime]


class Group(Base):
    """A LINE group or room that the bot is or was in. Nothing is kept of who is in it."""

    __tablename__ = "groups"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """LINE's group or room id."""
    kind: Mapped[ShortText]
    """group or room"""
    joined_at: Mapped[datetime | None]
    """None: LINE has not told, the bot only hears people talk there."""
    left_at: Mapped[datetime | None]


class GroupMatch(Base):
    """A message in a group that resembles articles, without its text: so that somebody can ask about it by quoting it.
    Of messages that match nothing, nothing is kept."""

    __tablename__ = "group_matches"

    message_id: Mapped[ShortText] = mapped_column(primary_key=True)
    group_id: Mapped[ShortText] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{"article_id": str, "probability": float}], best first."""
    outcome: Mapped[ShortText]
    """See `factcheck.matching.decide.decision.Outcome`."""
    answered_article_id: Mapped[ShortText | None]
    """The article whose check the group was last given about this message."""
    answered_at: Mapped[datetime | None]
    event_at: Mapped[datetime]
    """Of the newest version of the message that was seen."""


class LineFact(Base):
    """What LINE has told about our account: who we are, the quota, the menus that were made. By name."""

    __tablename__ = "line_facts"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]


class UsageEvent(Base):
    """What happened in the chats, to count it. Holds neither people nor texts."""

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
