"""What volunteers keep while they look for work."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import ListKind


def _article_key() -> ForeignKey:
    return ForeignKey("articles.id", ondelete="CASCADE")


class Claim(Base):
    """Somebody works on a message until it expires. It keeps nobody from doing so, too."""

    __tablename__ = "claims"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ReadMark(Base):
    """A person has opened a message, or left it to others."""

    __tablename__ = "read_marks"

    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True, index=True)
    read_at: Mapped[datetime]
    left_to_others: Mapped[bool] = mapped_column(default=False)


class SavedList(Base):
    """A filtered list that a person comes back to."""

    __tablename__ = "saved_lists"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"))
    name: Mapped[ShortText]
    kind: Mapped[ShortText] = mapped_column(default=ListKind.MESSAGES, server_default=ListKind.MESSAGES)
    query: Mapped[str]
    """The list's part of its address."""
    created_at: Mapped[datetime]


class DailyPick(Base):
    """One message of a day's set, which stays the same for the whole day."""

    __tablename__ = "daily_picks"

    day: Mapped[ShortText] = mapped_column(primary_key=True)
    """As in 2026-03-01, where the service is at home."""
    place: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(_article_key(), index=True)
    need: Mapped[ShortText]
    """What it needed when it was picked."""


class KeptQuery(Base):
    """A text that is too long for an address, searched for by its key. It is kept for a few days."""

    __tablename__ = "kept_queries"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Evening(Base):
    """A list that somebody shared out among people who work on it together."""

    __tablename__ = "evenings"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), index=True)
    """Who shared it out."""
    people: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class EveningMessage(Base):
    """A message of an evening; places count from 1, and person after person takes the next one."""

    __tablename__ = "evening_messages"

    evening_id: Mapped[ShortText] = mapped_column(ForeignKey("evenings.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(_article_key(), index=True)
    need: Mapped[ShortText]
    """What it needed when it was shared out."""
