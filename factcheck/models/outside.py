"""What others checked, and who is told of what changes here."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import HookState


class OutsideSource(Base):
    """A feed of somebody else's fact-checks (`factcheck.services.elsewhere`)."""

    __tablename__ = "outside_sources"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    kind: Mapped[ShortText]
    """A `SourceKind`."""
    url: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text, default="")
    """Where people read an article of Cofacts' kind: an address with `{id}` in it."""
    publisher: Mapped[ShortText]
    licence: Mapped[ShortText]
    hours: Mapped[int] = mapped_column(default=24)
    """Between two looks."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    """When it was last read whole."""
    error: Mapped[str] = mapped_column(Text, default="")
    """What was wrong the last time; '' for nothing."""


class OutsideCheck(Base):
    """A fact-check of a source: the article and the reply that it became here."""

    __tablename__ = "outside_checks"
    __table_args__ = (UniqueConstraint("source_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[ShortText] = mapped_column(ForeignKey("outside_sources.id", ondelete="CASCADE"))
    key: Mapped[ShortText]
    """A digest of what the source knows it by."""
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    reply_id: Mapped[ShortText] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Text)
    publisher: Mapped[ShortText]
    licence: Mapped[ShortText]
    published_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    """When the source last had it."""


class ToldArticle(Base):
    """How an article was when its last change was numbered, so that the next is told by what differs."""

    __tablename__ = "told_articles"

    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[ShortText]
    replies: Mapped[dict[str, str]] = mapped_column(JSON)
    """Reply -> the status of its link."""
    changed_at: Mapped[datetime]


class GoneArticle(Base):
    """An article whose row is gone, so that copies drop it, too. It is kept for some months."""

    __tablename__ = "gone_articles"

    article_id: Mapped[ShortText] = mapped_column(primary_key=True)
    change_number: Mapped[int | None] = mapped_column(index=True)
    """As an article's."""
    gone_at: Mapped[datetime] = mapped_column(index=True)


class Webhook(Base):
    """An address of an app's that is told of changes. Its secret is made of SECRET_KEY and the id, and not kept."""

    __tablename__ = "webhooks"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    app_id: Mapped[ShortText] = mapped_column(ForeignKey("apps.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(JSON)
    failures: Mapped[int] = mapped_column(default=0)
    """Deliveries given up in a row."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """An event on its way to a webhook. It names articles and replies, and quotes nobody."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[ShortText] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event: Mapped[ShortText]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[ShortText] = mapped_column(default=HookState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int] = mapped_column(default=0)
    """The last answer's, 0 for none."""
    error: Mapped[ShortText] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
