"""Rows of this folder are read for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from editor_ui.queries.links import Link, links_in_place_of_text
from factcheck.errors import NotFoundError
from factcheck.models import Article, ArticleReply, ReplyRequest, Status
from factcheck.services.articles import load_articles
from factcheck.services.media import files_of
from factcheck.services.replies import replies_for

SHOWN_REASONS = 30


@dataclass(frozen=True)
class ArticleCard:
    """An article in a list, for its copies too. `verdicts` are the types of the shown replies, best first."""

    article: Article
    reasons: int
    replies: list[ArticleReply]
    link: Link | None = None
    """The page of a message that is nothing but its address."""
    has_thumbnail: bool = False

    @property
    def verdicts(self) -> list[str]:
        return list(dict.fromkeys(link.reply.type for link in self.replies))


@dataclass(frozen=True)
class Reasons:
    """Reasons for asking about an article or a copy: the newest `shown` of `total`; and the viewer's own request for
    this one."""

    shown: list[ReplyRequest]
    total: int
    own: ReplyRequest | None


_WITH_REPLIES = (
    select(Article)
    .where(Article.id.in_(bindparam("ids", expanding=True)))
    .options(load_only(Article.id), selectinload(Article.cluster_replies).joinedload(ArticleReply.reply))
)
"""The articles themselves are there; what is read of them finds them."""


def cards(session: Session, articles: Sequence[Article]) -> list[ArticleCard]:
    if not articles:
        return []
    session.scalars(_WITH_REPLIES, {"ids": [article.id for article in articles]}).all()
    reasons = _reason_counts(session, [article.cluster_id for article in articles])
    links = links_in_place_of_text(session, articles)
    files = files_of(session, [article for article in articles if not article.covered])
    return [
        ArticleCard(
            a,
            reasons.get(a.cluster_id, 0),
            replies_for(a),
            links.get(a.id),
            has_thumbnail=a.id in files and files[a.id].shows_thumbnail,
        )
        for a in articles
    ]


def _reason_counts(session: Session, cluster_ids: Sequence[str]) -> dict[str, int]:
    return dict(session.execute(_REASON_COUNTS, {"cluster_ids": list(cluster_ids)}).all())


_GIVES_REASON = (ReplyRequest.reason != "", ReplyRequest.status == Status.NORMAL)
_REASON_COUNTS = (
    select(Article.cluster_id, func.count())
    .join(ReplyRequest)
    .where(Article.cluster_id.in_(bindparam("cluster_ids", expanding=True)), Article.status == Status.NORMAL)
    .where(*_GIVES_REASON)
    .group_by(Article.cluster_id)
)
_COPIES = select(Article.id).where(Article.cluster_id == bindparam("cluster_id"), Article.status == Status.NORMAL)
_REASONS = (ReplyRequest.article_id.in_(_COPIES), *_GIVES_REASON)
_NEWEST = (
    select(ReplyRequest)
    .where(*_REASONS)
    .options(joinedload(ReplyRequest.user))
    .order_by(ReplyRequest.created_at.desc(), ReplyRequest.id.desc())
    .limit(SHOWN_REASONS)
)
_COUNT = select(func.count()).select_from(ReplyRequest).where(*_REASONS)


def shown_article(session: Session, article_id: str) -> Article:
    """Loads an article without its requests: a viral message has thousands. Raises NotFoundError."""
    for article in load_articles(session, [article_id]):
        return article
    raise NotFoundError(f"no article {article_id!r}")


def reasons(session: Session, article: Article, viewer_id: str | None) -> Reasons:
    of_cluster = {"cluster_id": article.cluster_id}
    shown = session.scalars(_NEWEST, of_cluster).all()
    total = len(shown)
    if total == SHOWN_REASONS:
        total = session.scalar(_COUNT, of_cluster) or 0
    own = select(ReplyRequest).where(ReplyRequest.article_id == article.id, ReplyRequest.user_id == viewer_id)
    return Reasons(list(shown), total, session.scalar(own) if viewer_id else None)
