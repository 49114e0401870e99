"""What a profile shows: to everybody what its owner wants shown, to the owner all of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from editor_ui.queries.replies import PAGE_SIZE
from factcheck.errors import NotFoundError
from factcheck.models import (
    WEBSITE,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Organisation,
    Reply,
    ReplyRequest,
    Status,
    User,
)
from factcheck.services.organisations import organisation_of
from factcheck.services.persons import rows_of

SHOWN_RATINGS = 30


@dataclass(frozen=True)
class Rating:
    feedback: ArticleReplyFeedback
    reply: Reply


@dataclass(frozen=True)
class Profile:
    user: User
    organisation: Organisation | None
    links: list[ArticleReply]
    """A page of what the person wrote or added, if shown, newest first."""
    total: int
    helpful: int
    """How many of all are found helpful by more people than not."""
    number: int
    pages: int
    ratings: list[Rating]
    """The newest; none unless the person shows them."""


def public_profile(session: Session, published_id: str, number: int) -> Profile:
    """Raises NotFoundError for somebody who has none, does not show it, or is blocked."""
    user = session.scalar(select(User).where(User.published_id == published_id, User.app_id == WEBSITE))
    if user is None or not user.is_public or user.blocked_at is not None:
        raise NotFoundError("no such profile")
    work = _work(user)
    total = session.scalar(select(func.count()).select_from(work.subquery())) or 0
    is_helpful = ArticleReply.positive_feedback_count > ArticleReply.negative_feedback_count
    helpful = session.scalar(select(func.count()).select_from(work.where(is_helpful).subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), pages)
    shown = (
        work.options(joinedload(ArticleReply.reply), joinedload(ArticleReply.article))
        .order_by(ArticleReply.created_at.desc(), ArticleReply.article_id, ArticleReply.reply_id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    ratings = ratings_of(session, (user.id,), SHOWN_RATINGS) if user.shows_votes else []
    organisation = organisation_of(session, user.id)
    return Profile(user, organisation, list(session.scalars(shown)), total, helpful, number, pages, ratings)


def _work(user: User) -> Select[ArticleReply]:
    mine = or_(ArticleReply.user_id == user.id, Reply.user_id == user.id)
    shown = (ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)
    return select(ArticleReply).join(Reply).join(Article).where(mine, *shown)


def ratings_of(session: Session, user_ids: Collection[str], limit: int, offset: int = 0) -> list[Rating]:
    """Lists votes that count, on shown replies, newest first."""
    said = ArticleReplyFeedback
    newest = (func.coalesce(said.updated_at, said.created_at).desc().nulls_last(), said.id.desc())
    query = select(said, Reply).select_from(said).join(*_shown_link()).join(Reply, Reply.id == said.reply_id)
    query = query.join(Article, Article.id == said.article_id).where(_counts(user_ids))
    return [Rating(*row) for row in session.execute(query.order_by(*newest).limit(limit).offset(offset))]


def _shown_link() -> tuple[type[ArticleReply], ColumnElement[bool]]:
    said, link = ArticleReplyFeedback, ArticleReply
    return link, and_(link.article_id == said.article_id, link.reply_id == said.reply_id)


def _counts(user_ids: Collection[str]) -> ColumnElement[bool]:
    said = ArticleReplyFeedback
    shown = (said.status == Status.NORMAL, ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)
    return and_(said.user_id.in_(user_ids), said.stands, *shown)


@dataclass(frozen=True)
class History:
    """What somebody did beside writing, here and in a chat that belongs to them."""

    ratings: list[Rating]
    total: int
    number: int
    pages: int
    asked: Sequence[ReplyRequest]
    """The newest messages that they asked about."""


def history_of_person(session: Session, user_id: str, number: int) -> History:
    rows = rows_of(session, user_id)
    said = ArticleReplyFeedback
    counted = select(func.count()).select_from(said).join(*_shown_link())
    total = session.scalar(counted.join(Article, Article.id == said.article_id).where(_counts(rows))) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), pages)
    asked = (
        select(ReplyRequest)
        .join(Article)
        .where(ReplyRequest.user_id.in_(rows), Article.status == Status.NORMAL)
        .options(joinedload(ReplyRequest.article))
        .order_by(ReplyRequest.created_at.desc().nulls_last(), ReplyRequest.id.desc())
        .limit(PAGE_SIZE)
    )
    ratings = ratings_of(session, rows, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    return History(ratings, total, number, pages, session.scalars(asked).all())
