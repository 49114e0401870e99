"""What a volunteer's work leaves beside the published rows. None of it is exported."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText


class Draft(Base):
    """An unfinished form of one person at one article; private, and gone once it is published."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "article_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    form: Mapped[ShortText]
    """`reply` for a new one, `edit:` and an id for a change, `reason`; see `factcheck.services.drafts`."""
    type: Mapped[ShortText]
    text: Mapped[str]
    reference: Mapped[str]
    form_key: Mapped[ShortText]
    """The same on every device, so that one draft becomes one reply."""
    given_by_id: Mapped[ShortText | None] = mapped_column(index=True)
    """Who handed it to the person whose it is now. They may be gone."""
    given_at: Mapped[datetime | None]
    version: Mapped[int]
    """A form that was opened at another version does not overwrite this one."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class ReplyRevision(Base):
    """A reply as it was before a change. What holds now is in `Reply`."""

    __tablename__ = "reply_revisions"

    reply_id: Mapped[ShortText] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts from 1."""
    type: Mapped[ShortText]
    text: Mapped[str]
    reference: Mapped[str]
    created_at: Mapped[datetime | None]
    """When it was published."""
    replaced_at: Mapped[datetime]


class Snippet(Base):
    """A piece of text that a person uses again in their replies."""

    __tablename__ = "snippets"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    created_at: Mapped[datetime]


class EditorNotice(Base):
    """Tells a volunteer that a reply which they use was changed. A later change renews an unread one."""

    __tablename__ = "editor_notices"
    __table_args__ = (UniqueConstraint("user_id", "reply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reply_id: Mapped[ShortText] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    since_version: Mapped[int]
    """The version of the reply that the person knows."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
