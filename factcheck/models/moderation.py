"""What keeps the place clean. None of it is exported; the page of decisions shows dates, kinds and reasons alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText


def _person() -> ForeignKey:
    return ForeignKey("users.id", ondelete="SET NULL")


class PendingReply(Base):
    """A reply, or a change of one, not published yet. Its author and reviewers see it, and while its window runs
    whoever writes to the same message."""

    __tablename__ = "pending_replies"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """Of a new reply the form's key, which becomes the reply's id."""
    kind: Mapped[ShortText]
    """A `PendingKind`."""
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    reply_id: Mapped[ShortText | None] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    """Of one that is there: what is added to the message, or changed."""
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    type: Mapped[ShortText]
    text: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    mark: Mapped[ShortText] = mapped_column(index=True)
    """The same for texts that say the same (`factcheck.moderation.signals.mark_of`)."""
    version: Mapped[int]
    """Of the changed reply, as its author saw it."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is published. None: it waits for a reviewer, or was refused."""
    refused_at: Mapped[datetime | None]

    @property
    def public_id(self) -> str:
        """The id of the reply that it will be."""
        return self.reply_id or self.id


class Approval(Base):
    """Somebody finds that a reply which waits should be published."""

    __tablename__ = "approvals"

    pending_id: Mapped[ShortText] = mapped_column(
        ForeignKey("pending_replies.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]


class Report(Base):
    """Somebody, or a signal, says that something should be looked at; or somebody objects to a decision."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_target", "target_kind", "target_id"),
        Index("ix_reports_open", "closed_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target_kind: Mapped[ShortText]
    target_id: Mapped[ShortText]
    source: Mapped[ShortText]
    """A `ReportSource`."""
    reason: Mapped[ShortText]
    """A `Reason`; of a signal, its name."""
    note: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[ShortText | None] = mapped_column(_person(), index=True)
    """Who reported it; None: nobody who is logged in, or a signal."""
    action_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_actions.id", ondelete="CASCADE"), index=True)
    """The decision that is objected to."""
    open_key: Mapped[ShortText | None] = mapped_column(unique=True)
    """Keeps one person from having two open reports of one thing; None once it is closed."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[ShortText | None] = mapped_column(_person())
    upheld: Mapped[bool | None]


class ModerationAction(Base):
    """A decision of a reviewer. What it changed is in `ModerationChange`, by which it is undone."""

    __tablename__ = "moderation_actions"
    __table_args__ = (Index("ix_moderation_actions_target", "target_kind", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    moderator_id: Mapped[ShortText | None] = mapped_column(_person())
    """None: on the command line, or somebody who has left."""
    action: Mapped[ShortText]
    """A `ModerationKind`."""
    reason: Mapped[ShortText]
    """A `Reason`."""
    note: Mapped[str] = mapped_column(Text, default="")
    """For reviewers alone."""
    target_kind: Mapped[ShortText]
    target_id: Mapped[ShortText]
    subject_id: Mapped[ShortText | None] = mapped_column(_person(), index=True)
    """Whose work it is."""
    wave: Mapped[ShortText | None] = mapped_column(index=True)
    """The same for decisions taken together."""
    size: Mapped[int] = mapped_column(default=0)
    """How many things it changed."""
    is_public: Mapped[bool] = mapped_column(default=True)
    """It stands on the page of decisions."""
    undoes_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]


class ModerationChange(Base):
    """One thing that a decision changed."""

    __tablename__ = "moderation_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("moderation_actions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ShortText]
    """An `ItemKind`."""
    item_id: Mapped[ShortText]
    was: Mapped[str] = mapped_column(Text)
    """Its state before, or its words if those were replaced; of these '' once it cannot be undone any more."""
    became: Mapped[str] = mapped_column(Text)
    forget_at: Mapped[datetime | None] = mapped_column(index=True)
    """When `was` is emptied."""


class BlockedName(Base):
    """A keyed digest of a mailbox, a log-in or a chat, by which somebody who left while blocked is known when they come
    back (`factcheck.services.blocks`)."""

    __tablename__ = "blocked_names"

    digest: Mapped[ShortText] = mapped_column(primary_key=True)
    reason: Mapped[ShortText]
    """A `Reason`."""
    action_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_actions.id", ondelete="SET NULL"), index=True)
    """The decision that stands, with which it goes; None: one that a backup does not have."""
    kept_at: Mapped[datetime] = mapped_column(index=True)


class RemovedContent(Base):
    """Something that may never be here again, by a keyed digest."""

    __tablename__ = "removed_contents"

    digest: Mapped[ShortText] = mapped_column(primary_key=True)
    removed_at: Mapped[datetime]


class RemovedPicture(Base):
    """A picture, or a scene of a film, that may never be here again, nor what looks like it. Of what it showed its hash
    has no more than where large parts of it were lighter or darker."""

    __tablename__ = "removed_pictures"

    picture_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    removed_at: Mapped[datetime]
