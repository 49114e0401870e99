from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, and_, case, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from factcheck.db.insert import insert
from factcheck.models import Article, ArticleReply, ArticleView, Channel, ReplyRequest, Status, User
from factcheck.services.articles import load_articles
from factcheck.services.visits import Visit, documents, note_visits


@dataclass(frozen=True)
class Mine:
    """A message that a person asked about or was shown; of several copies, the one seen last."""

    article: Article
    at: datetime | None
    is_new: bool
    """It has a reply that they have not been shown."""


def note_view(session: Session, user: User, article_id: str, reply_id: str, *, now: datetime) -> None:
    """Records a view in the chat; `reply_id` is '' for none."""
    session.flush()  # the user must be in the database first
    seen = [Visit(Channel.LINE, *document, visitor=user.id) for document in documents(article_id, reply_id)]
    note_visits(session, seen, now=now)
    view = insert(session, ArticleView).values(user_id=user.id, article_id=article_id, reply_id=reply_id, viewed_at=now)
    key = ["user_id", "article_id", "reply_id"]
    session.execute(view.on_conflict_do_update(index_elements=key, set_={"viewed_at": now}))


def count_mine(session: Session, user: User) -> tuple[int, int]:
    """Counts the list, and what is new in it."""
    session.flush()
    listed = _by_cluster(user)
    total, new = session.execute(
        select(func.count(), func.coalesce(func.sum(listed.c.is_new), 0)).select_from(listed)
    ).one()
    return int(total), int(new)


def load_mine(session: Session, user: User, *, offset: int, limit: int) -> list[Mine]:
    session.flush()
    listed = _by_cluster(user)
    order = (listed.c.at.desc().nulls_last(), listed.c.cluster_id)
    rows = session.execute(select(listed).order_by(*order).offset(offset).limit(limit)).all()
    articles = _last_seen(session, user, [row.cluster_id for row in rows])
    return [Mine(articles[row.cluster_id], row.at, bool(row.is_new)) for row in rows if row.cluster_id in articles]


def _touched(user: User) -> Subquery:
    """Selects article_id, at, read_at (when a reply was shown) for each request and view."""
    asked = select(ReplyRequest.article_id, ReplyRequest.created_at.label("at"), null().label("read_at")).where(
        ReplyRequest.user_id == user.id, ReplyRequest.status == Status.NORMAL
    )
    read = case((ArticleView.reply_id != "", ArticleView.viewed_at))
    seen = select(ArticleView.article_id, ArticleView.viewed_at, read).where(ArticleView.user_id == user.id)
    return union_all(asked, seen).subquery("touched")


def _by_cluster(user: User) -> Subquery:
    """Selects cluster_id, at, is_new (1 or 0): a reply was added since the person last read one, or they have read
    none. An older one, not shown because another was better, is not new."""
    touched, copy = _touched(user), aliased(Article)
    newest = (
        select(func.max(ArticleReply.created_at))
        .join(copy, copy.id == ArticleReply.article_id)
        .where(copy.cluster_id == Article.cluster_id, copy.status == Status.NORMAL)
        .where(ArticleReply.status == Status.NORMAL)
        .correlate(Article)
        .scalar_subquery()
    )
    read_at = func.max(touched.c.read_at)
    is_new = and_(Article.cluster_reply_count > 0, or_(read_at.is_(None), newest > read_at))
    return (
        select(
            Article.cluster_id, func.max(touched.c.at).label("at"), case((is_new, literal(1)), else_=0).label("is_new")
        )
        .join(touched, touched.c.article_id == Article.id)
        .where(Article.status == Status.NORMAL)
        .group_by(Article.cluster_id, Article.cluster_reply_count)
        .subquery("listed")
    )


def _last_seen(session: Session, user: User, cluster_ids: Sequence[str]) -> dict[str, Article]:
    touched = _touched(user)
    rows = session.execute(
        select(Article.cluster_id, Article.id)
        .join(touched, touched.c.article_id == Article.id)
        .where(Article.cluster_id.in_(cluster_ids), Article.status == Status.NORMAL)
        .order_by(touched.c.at.asc().nulls_first(), Article.id)
    )
    last = {cluster_id: article_id for cluster_id, article_id in rows}  # noqa: C416 - rows are not plain tuples
    return {article.cluster_id: article for article in load_articles(session, list(last.values()))}
