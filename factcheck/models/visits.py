"""How often articles and replies were looked at, and what matching answered: counts by day (UTC), without people."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText


class Channel(StrEnum):
    LINE = "line"
    WEB = "web"


class DocType(StrEnum):
    """What can be looked at, by Cofacts' names."""

    ARTICLE = "article"
    REPLY = "reply"


class VisitNote(Base):
    """Visits of one day, which are counted when it is over."""

    __tablename__ = "visit_notes"
    __table_args__ = (Index("ix_visit_notes_day", "day", "doc_type", "doc_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    channel: Mapped[ShortText]
    """A `Channel`."""
    doc_type: Mapped[ShortText]
    """A `DocType`."""
    doc_id: Mapped[ShortText]
    visitor: Mapped[ShortText | None]
    """A digest by the day's key, another for each document; None: it is not counted who it was."""
    visits: Mapped[int]


class VisitKey(Base):
    """The secret of a day's digests. It is thrown away with them, and then nobody can say whose they were."""

    __tablename__ = "visit_keys"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[ShortText]


class Analytics(Base):
    """Visits of an article or a reply on one day. LIFF: other programs of LINE; ours has none, Cofacts' data has."""

    __tablename__ = "analytics"
    __table_args__ = (UniqueConstraint("doc_type", "doc_id", "day"), Index("ix_analytics_day", "day", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    doc_type: Mapped[ShortText]
    doc_id: Mapped[ShortText]
    day: Mapped[date]
    line_user: Mapped[int] = mapped_column(default=0)
    line_visit: Mapped[int] = mapped_column(default=0)
    web_user: Mapped[int] = mapped_column(default=0)
    web_visit: Mapped[int] = mapped_column(default=0)
    liff_user: Mapped[int] = mapped_column(default=0)
    liff_visit: Mapped[int] = mapped_column(default=0)


class MatchCount(Base):
    """How often matching came to an outcome on one day. Matches themselves go with their people."""

    __tablename__ = "match_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    outcome: Mapped[ShortText] = mapped_column(primary_key=True)
    matches: Mapped[int]
