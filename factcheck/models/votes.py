"""What is kept beside the votes: where they came from, for a day, and what each night decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText


class VoteTrace(Base):
    """A vote on the web, with a keyed digest of the network and browser that it came from; kept a day."""

    __tablename__ = "vote_traces"
    __table_args__ = (Index("ix_vote_traces_origin_at", "origin", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    reply_id: Mapped[ShortText] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    origin: Mapped[ShortText]
    at: Mapped[datetime] = mapped_column(index=True)


class VoteNight(Base):
    """One run of the nightly job: what all its decisions follow from beside the votes."""

    __tablename__ = "vote_nights"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)


class VoteDecision(Base):
    """What a night decided on a reply at an article, kept where that is new. The last one holds."""

    __tablename__ = "vote_decisions"
    __table_args__ = (Index("ix_vote_decisions_link", "article_id", "reply_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    night_id: Mapped[int] = mapped_column(ForeignKey("vote_nights.id"), index=True)
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    reply_id: Mapped[ShortText] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    status: Mapped[ShortText]
    helpful: Mapped[int]
    """Votes that count, as are the next two."""
    somewhat: Mapped[int]
    not_helpful: Mapped[int]
    bound: Mapped[float]
    """The 5 % quantile of the share of people who find it helpful."""
    score: Mapped[float]
    """The expected share, in the less favourable camp where camps can be told."""
