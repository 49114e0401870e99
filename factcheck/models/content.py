from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, FromClause, Index, UniqueConstraint, and_, false, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factcheck.db.base import Base, ShortText, time_key
from factcheck.languages import language_of
from factcheck.models.enums import ArticleType, Need, Status, VoteStatus
from factcheck.models.people import User
from factcheck.models.ranking import place_of
from factcheck.models.votes import ArticleReplyFeedback


def _of_its_own(name: str) -> Callable[[DefaultExecutionContext], Any]:
    """Gives a cluster of one its article's values."""
    return lambda context: context.get_current_parameters().get(name)


def _need(context: DefaultExecutionContext) -> Need:
    return Need.VOTES if context.get_current_parameters().get("normal_article_reply_count") else Need.REPLY


def _place(context: DefaultExecutionContext) -> float:
    values = context.get_current_parameters()
    return place_of(values.get("last_requested_at"), values.get("reply_request_count") or 0, 1)


def _language(context: DefaultExecutionContext) -> str:
    found = language_of(context.get_current_parameters().get("text") or "")
    return found.tag if found else ""


def _where(condition: str, sqlite: str = "") -> dict[str, Any]:
    """Makes an index one of these rows alone. `sqlite`: how SQLite says it, if otherwise."""
    return {"postgresql_where": text(condition), "sqlite_where": text(sqlite or condition)}


def _by_bytes(table: str) -> Index:
    """Makes the index in whose order the dataset is written. SQLite's primary keys are in that order."""
    by_bytes = {"id": 'COLLATE "C"'}  # stands where an operator class may; an expression would read back otherwise
    return Index(f"ix_{table}_by_bytes", "id", postgresql_ops=by_bytes).ddl_if(dialect="postgresql")


def _article_key() -> ForeignKey:
    return ForeignKey("articles.id", ondelete="CASCADE")


def _reply_key() -> ForeignKey:
    return ForeignKey("replies.id", ondelete="CASCADE")


class Article(Base):
    """A reported message. Services keep its counters true to the rows.

    It belongs to one cluster (`services.clusters`), mostly alone. The `cluster_...` counters cover shown articles and
    are the same at each.
    """

    __tablename__ = "articles"
    __table_args__ = (
        # None begins with the status: SQLite, without statistics, would choose it over the index of an id.
        Index(
            "ix_articles_queue",
            "cluster_reply_count",
            "cluster_request_count",
            "status",
            **_where("listed", "listed = 1"),
        ),
        Index(
            "ix_articles_need",
            "need",
            "status",
            "queue_place",
            "id",
            "listed",
            **_where("listed", "listed = 1"),
        ),
        # All that lists filter and order by, so that they count without reading texts. SQLite wants `listed`, too.
        Index(
            "ix_articles_list",
            "queue_place",
            "id",
            "status",
            "need",
            "language",
            "article_type",
            "cluster_reply_count",
            "cluster_request_count",
            "cluster_requested_at",
            "cluster_votes",
            "cluster_helpful",
            "cluster_verdicts",
            "created_at",
            "cluster_id",
            "listed",
            **_where("listed", "listed = 1"),
        ),
        _by_bytes("articles"),
        Index("ix_articles_unsorted", "id", **_where("need IS NULL")),
        Index("ix_articles_with_file", "created_at", **_where("file_id IS NOT NULL")),
        Index("ix_articles_cluster", "cluster_id", "status", "listed", "id"),
        Index("ix_articles_similar_unchecked", "id", **_where("NOT similar_checked", "similar_checked = 0")),
    )

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """See `ids.article_id`."""
    text: Mapped[str]
    article_type: Mapped[ShortText] = mapped_column(default=ArticleType.TEXT)
    status: Mapped[ShortText] = mapped_column(default=Status.NORMAL)
    fingerprint: Mapped[ShortText] = mapped_column(default="", index=True)
    """See `matching.text.normalise.fingerprint`; '' never matches."""
    references: Mapped[list[str]] = mapped_column(JSON, default=list)
    """One channel (LINE, URL) a submission, in order."""
    user_id: Mapped[ShortText | None] = mapped_column(ForeignKey("users.id"), index=True)
    app_id: Mapped[ShortText] = mapped_column(ForeignKey("apps.id"))
    reply_request_count: Mapped[int] = mapped_column(default=0)
    normal_article_reply_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change that the search index shows."""
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    last_requested_at: Mapped[datetime | None]
    change_number: Mapped[int | None] = mapped_column(index=True)
    """The place of its last change among all, by which copies follow; None until the worker gives it one."""

    cluster_id: Mapped[ShortText] = mapped_column(default=_of_its_own("id"))
    """The cluster's first article, which names itself."""
    listed: Mapped[bool] = mapped_column(default=True)
    """True for the first article of the cluster that may be shown."""
    cluster_size: Mapped[int] = mapped_column(default=1)
    cluster_request_count: Mapped[int] = mapped_column(default=_of_its_own("reply_request_count"))
    """People who asked, each once."""
    cluster_reply_count: Mapped[int] = mapped_column(default=_of_its_own("normal_article_reply_count"))
    """Replies shown, each once."""
    cluster_requested_at: Mapped[datetime | None] = mapped_column(default=_of_its_own("last_requested_at"))
    cluster_checked: Mapped[bool] = mapped_column(default=False)
    """It has been compared with the others."""
    not_a_copy_by: Mapped[ShortText | None]
    """The user who said that it is no copy. It then joins no cluster by itself."""
    text_digest: Mapped[ShortText | None] = mapped_column(index=True)
    """Keyed digest of what it said before personal data was taken out of it (`factcheck.services.removed`)."""
    similar_checked: Mapped[bool] = mapped_column(default=False)
    """It has been compared with the others for `SimilarArticle`."""
    language: Mapped[ShortText | None] = mapped_column(default=_language)
    """The tag of the language that its letters look like; '' for none."""
    cluster_votes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Votes on the reply that has most."""
    cluster_helpful: Mapped[int] = mapped_column(default=0, server_default="0")
    """Replies that more people found helpful than not."""
    cluster_verdicts: Mapped[int] = mapped_column(default=0, server_default="0")
    """The types of the replies shown: the sum of their `VERDICT_BITS`."""
    need: Mapped[ShortText | None] = mapped_column(default=_need)
    """See `services.needs`; None: the worker has yet to sort it."""
    need_since: Mapped[datetime | None] = mapped_column(default=_of_its_own("created_at"))
    queue_place: Mapped[float] = mapped_column(default=_place, server_default="0")
    """Its place in lists, the lowest first."""
    file_id: Mapped[ShortText | None] = mapped_column(index=True)
    """The `MediaFile` of a picture, film or sound; None where we have none: an imported one."""
    attachment_hash: Mapped[ShortText] = mapped_column(default="", server_default="", index=True)
    """Cofacts' id of it; '' for a text."""
    alternative_text: Mapped[str] = mapped_column(default="", server_default="")
    """What there is to see, for who cannot see it."""
    covered: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It disturbs: shown only to who asks for it."""

    article_replies: Mapped[list["ArticleReply"]] = relationship(back_populates="article", passive_deletes=True)
    cluster_replies: Mapped[list["ArticleReply"]] = relationship(
        secondary=lambda: _COPY,
        primaryjoin=lambda: Article.cluster_id == _COPY.c.cluster_id,
        secondaryjoin=lambda: and_(ArticleReply.article_id == _COPY.c.id, _COPY.c.status == Status.NORMAL),
        viewonly=True,
    )
    reply_requests: Mapped[list["ReplyRequest"]] = relationship(back_populates="article", passive_deletes=True)
    hyperlinks: Mapped[list["ArticleHyperlink"]] = relationship(passive_deletes=True)


_COPY: FromClause = Article.__table__.alias("copy")


class SimilarArticle(Base):
    """Another message that may make the same claim as an article. Each pair has two rows."""

    __tablename__ = "similar_articles"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    other_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True, index=True)
    probability: Mapped[float]


class Reply(Base):
    """A fact-check text as it holds now. Others may use it elsewhere, so a change leaves a `ReplyRevision`."""

    __tablename__ = "replies"
    __table_args__ = (_by_bytes("replies"),)

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    type: Mapped[ShortText]
    text: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    user_id: Mapped[ShortText | None] = mapped_column(ForeignKey("users.id"), index=True)
    app_id: Mapped[ShortText | None] = mapped_column(ForeignKey("apps.id"))
    created_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    edited_at: Mapped[datetime | None]
    organisation_id: Mapped[ShortText | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    """What its author wrote for."""
    blocked_at: Mapped[datetime | None]
    """Hidden by moderation wherever it stands, and put nowhere else."""
    redacted_at: Mapped[datetime | None]
    """Personal data was taken out of it, in every release of the dataset."""

    article_replies: Mapped[list["ArticleReply"]] = relationship(back_populates="reply", passive_deletes=True)
    hyperlinks: Mapped[list["ReplyHyperlink"]] = relationship(passive_deletes=True)
    user: Mapped[User | None] = relationship()


class ArticleReply(Base):
    """A reply at an article, which is voted on. `user` is who linked, not who wrote."""

    __tablename__ = "article_replies"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    reply_id: Mapped[ShortText] = mapped_column(_reply_key(), primary_key=True, index=True)
    user_id: Mapped[ShortText | None] = mapped_column(ForeignKey("users.id"), index=True)
    app_id: Mapped[ShortText] = mapped_column(ForeignKey("apps.id"))
    status: Mapped[ShortText] = mapped_column(default=Status.NORMAL)
    positive_feedback_count: Mapped[int] = mapped_column(default=0)
    negative_feedback_count: Mapped[int] = mapped_column(default=0)
    somewhat_feedback_count: Mapped[int] = mapped_column(default=0, server_default="0")
    vote_status: Mapped[ShortText] = mapped_column(default=VoteStatus.UNRATED, server_default=VoteStatus.UNRATED)
    """As of last night (`services.vote_nights`)."""
    vote_reasons: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # the two named most
    created_at: Mapped[datetime | None] = mapped_column(index=True)
    updated_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship(back_populates="article_replies")
    reply: Mapped[Reply] = relationship(back_populates="article_replies")
    user: Mapped[User | None] = relationship()
    feedbacks: Mapped[list[ArticleReplyFeedback]] = relationship(
        primaryjoin="and_(foreign(ArticleReplyFeedback.article_id) == ArticleReply.article_id, "
        "foreign(ArticleReplyFeedback.reply_id) == ArticleReply.reply_id)",
        viewonly=True,
    )


class ReplyRequest(Base):
    __tablename__ = "reply_requests"
    __table_args__ = (UniqueConstraint("article_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(_article_key())
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")
    status: Mapped[ShortText] = mapped_column(default=Status.NORMAL)
    positive_feedback_count: Mapped[int] = mapped_column(default=0)
    negative_feedback_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship(back_populates="reply_requests")
    user: Mapped[User] = relationship()


class ReplyRequestFeedback(Base):
    """One person's vote on a reason: 1 helpful, -1 not helpful, 0 withdrawn."""

    __tablename__ = "reply_request_feedbacks"

    reply_request_id: Mapped[int] = mapped_column(ForeignKey("reply_requests.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    score: Mapped[int]
    updated_at: Mapped[datetime]


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class ArticleCategory(Base):
    """The topic of an article, from a person or (`ai_model` filled) a classifier."""

    __tablename__ = "article_categories"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    category_id: Mapped[ShortText] = mapped_column(ForeignKey("categories.id"), primary_key=True, index=True)
    ai_model: Mapped[ShortText | None]
    ai_confidence: Mapped[float | None]
    user_id: Mapped[ShortText | None] = mapped_column(ForeignKey("users.id"))
    app_id: Mapped[ShortText] = mapped_column(ForeignKey("apps.id"))
    positive_feedback_count: Mapped[int] = mapped_column(default=0)
    negative_feedback_count: Mapped[int] = mapped_column(default=0)
    status: Mapped[ShortText] = mapped_column(default=Status.NORMAL)
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship()


class ArticleCategoryFeedback(Base):
    """One person's vote on a topic of an article: 1 it fits, -1 it does not."""

    __tablename__ = "article_category_feedbacks"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    category_id: Mapped[ShortText] = mapped_column(ForeignKey("categories.id"), primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    score: Mapped[int]
    updated_at: Mapped[datetime]


class TopicSuggestion(Base):
    """A topic of the messages nearest to an article, which a person may set."""

    __tablename__ = "topic_suggestions"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    category_id: Mapped[ShortText] = mapped_column(ForeignKey("categories.id"), primary_key=True)
    share: Mapped[float]
    """How many of the nearest have it, weighed by nearness."""


class ArticleHyperlink(Base):
    __tablename__ = "article_hyperlinks"
    __table_args__ = (UniqueConstraint("article_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(_article_key())
    url: Mapped[str] = mapped_column(index=True)
    normalized_url: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")


class ReplyHyperlink(Base):
    __tablename__ = "reply_hyperlinks"
    __table_args__ = (UniqueConstraint("reply_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[ShortText] = mapped_column(_reply_key())
    url: Mapped[str] = mapped_column(index=True)
    normalized_url: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")


class Cooccurrence(Base):
    """Articles that one person forwarded together; ids are sorted and joined by '_', as in Cofacts."""

    __tablename__ = "cooccurrences"
    __table_args__ = (UniqueConstraint("user_id", "article_ids"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id"))
    article_ids: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CooccurrenceArticle(Base):
    """One article of a cooccurrence, by which the others are found."""

    __tablename__ = "cooccurrence_articles"

    article_id: Mapped[ShortText] = mapped_column(_article_key(), primary_key=True)
    cooccurrence_id: Mapped[int] = mapped_column(
        ForeignKey("cooccurrences.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def _dated(name: str, time: Any, *place: Any) -> Index:
    """Makes an index by which lists of the API are ordered."""
    return Index(name, time_key(time), *place)


def _listed(name: str, *order: Any) -> None:
    """Makes an index that a list of messages is read from in its order, with all that tabs choose by."""
    chosen = (Article.need, Article.status, Article.listed)
    Index(name, *order, Article.id, *chosen, **_where("listed", "listed = 1"))


_listed("ix_articles_asked", Article.cluster_request_count, time_key(Article.cluster_requested_at))
_listed("ix_articles_recent", time_key(Article.cluster_requested_at))
_listed("ix_articles_oldest", Article.created_at)
_dated("ix_articles_dated", Article.created_at, Article.id)
_dated("ix_articles_requested", Article.last_requested_at, Article.id)
_dated("ix_replies_dated", Reply.created_at, Reply.id)
_dated("ix_article_replies_dated", ArticleReply.created_at, ArticleReply.article_id, ArticleReply.reply_id)
_dated("ix_reply_requests_dated", ReplyRequest.created_at, ReplyRequest.id)
_dated("ix_article_reply_feedbacks_dated", ArticleReplyFeedback.created_at, ArticleReplyFeedback.id)
