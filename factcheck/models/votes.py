"""Votes on replies, and what is kept beside them: where they came from, for a day, and what each night decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint, false, or_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import Apart, Status
from factcheck.models.people import User

IS_SECOND_ACCOUNT = "apart IN ('SAME_MAILBOX', 'SAME_NETWORK', 'ONE_AUTHOR')"


class ArticleReplyFeedback(Base):
    """One person's vote: score 1 helpful, -1 not helpful, 0 withdrawn or, if `somewhat`, somewhat helpful."""

    __tablename__ = "article_reply_feedbacks"
    __table_args__ = (
        UniqueConstraint("article_id", "reply_id", "user_id"),
        Index(
            "ix_article_reply_feedbacks_second_account",
            "apart",
            "user_id",
            sqlite_where=text(IS_SECOND_ACCOUNT),
            postgresql_where=text(IS_SECOND_ACCOUNT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    reply_id: Mapped[ShortText] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), index=True)
    score: Mapped[int]
    somewhat: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Says something with score 0 alone."""
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """`VoteReason`s."""
    comment: Mapped[str] = mapped_column(default="")
    status: Mapped[ShortText] = mapped_column(default=Status.NORMAL)
    marked: Mapped[ShortText | None]
    """An `Apart` that was seen when the vote was cast."""
    apart: Mapped[ShortText | None] = mapped_column(default=Apart.NEWCOMER, server_default=Apart.NEWCOMER)
    """Why it did not count last night; None: it did."""
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @hybrid_property
    def stands(self) -> bool:
        return self.score != 0 or self.somewhat

    @stands.inplace.expression
    @classmethod
    def _stands(cls) -> ColumnElement[bool]:
        return or_(cls.score != 0, cls.somewhat)


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
