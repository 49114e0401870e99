"""Small tasks of a minute, and who had which (`factcheck.services.tasks`)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import TaskState

_OPEN = text(f"state = '{TaskState.OPEN}'")


class Task(Base):
    """A question about one message that several people answer independently."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("kind", "article_id", "other_id"),
        Index("ix_tasks_open", "place", "id", "room_at", "language", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_tasks_of_kind", "kind", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ShortText]
    """See `TaskKind`."""
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[ShortText] = mapped_column(default="", index=True)
    """The reply, or the other message."""
    url: Mapped[str] = mapped_column(default="")
    language: Mapped[ShortText] = mapped_column(default="")
    """The tag of the message's language; '' for none."""
    place: Mapped[float]
    """The lowest is handed out first."""
    state: Mapped[ShortText] = mapped_column(default=TaskState.OPEN)
    outcome: Mapped[ShortText] = mapped_column(default="")
    """What was agreed upon."""
    room_at: Mapped[datetime]
    """From then on one more person may have it."""
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class TaskTurn(Base):
    """Somebody has a task until it expires, or answered it."""

    __tablename__ = "task_turns"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    answer: Mapped[ShortText] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
