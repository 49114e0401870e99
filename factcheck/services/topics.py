"""Topics of articles: set by people or a classifier, voted on, and suggested from the nearest messages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session, joinedload

from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.ids import random_id
from factcheck.limits import MAX_NAME_LENGTH, MAX_REASON_LENGTH
from factcheck.models import Article, ArticleCategory, ArticleCategoryFeedback, Category, Status, TopicSuggestion, User
from factcheck.ports import Hit

SCORES = (1, 0, -1)
NEAREST, FEWEST_SHARE, MOST_SUGGESTED = 10, 0.3, 3


@dataclass(frozen=True)
class ShownTopic:
    id: str
    title: str
    ups: int
    downs: int
    by_machine: bool
    is_own: bool
    """The viewer set it, and may take it off."""
    vote: int
    """The viewer's own; 0 for none."""

    @property
    def refused(self) -> bool:
        return self.downs > self.ups


@dataclass(frozen=True)
class ArticleTopics:
    shown: list[ShownTopic]
    suggested: list[Category]
    others: list[Category]
    """All that can still be set."""


def all_topics(session: Session) -> list[Category]:
    return list(session.scalars(select(Category).order_by(Category.title, Category.id)))


def titles_of(session: Session, article_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Lists the names of topics that were not refused."""
    topic = ArticleCategory
    query = (
        select(topic.article_id, Category.title)
        .join(Category, Category.id == topic.category_id)
        .where(topic.article_id.in_(article_ids), topic.status == Status.NORMAL)
        .where(topic.positive_feedback_count >= topic.negative_feedback_count)
        .order_by(Category.title)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for article_id, title in session.execute(query):
        found[article_id].append(title)
    return found


_SHOWN = (
    select(ArticleCategory)
    .where(ArticleCategory.article_id == bindparam("article_id"), ArticleCategory.status == Status.NORMAL)
    .options(joinedload(ArticleCategory.category))
)


def topics_of(session: Session, article_id: str, viewer_id: str | None) -> ArticleTopics:
    """Gives strangers what is shown, and others what they can do as well."""
    links = sorted(session.scalars(_SHOWN, {"article_id": article_id}), key=lambda link: link.category.title)
    votes = _own_votes(session, article_id, viewer_id)
    shown = [
        ShownTopic(
            link.category_id,
            link.category.title,
            link.positive_feedback_count,
            link.negative_feedback_count,
            bool(link.ai_model),
            viewer_id is not None and link.user_id == viewer_id and not link.ai_model,
            votes.get(link.category_id, 0),
        )
        for link in links
    ]
    if viewer_id is None:
        return ArticleTopics(shown, [], [])
    has = {topic.id for topic in shown}
    others = [topic for topic in all_topics(session) if topic.id not in has]
    by_id = {topic.id: topic for topic in others}
    near = select(TopicSuggestion.category_id).where(TopicSuggestion.article_id == article_id)
    suggested = session.scalars(near.order_by(TopicSuggestion.share.desc()))
    return ArticleTopics(shown, [by_id[one] for one in suggested if one in by_id], others)


def _own_votes(session: Session, article_id: str, viewer_id: str | None) -> dict[str, int]:
    if viewer_id is None:
        return {}
    vote = ArticleCategoryFeedback
    query = select(vote.category_id, vote.score).where(vote.article_id == article_id, vote.user_id == viewer_id)
    return dict(session.execute(query).all())


def add_topic(session: Session, title: str, description: str, *, now: datetime) -> Category:
    """Makes a topic; one of the same name is the same. Raises InvalidInputError."""
    title = " ".join(title.split())
    if not title:
        raise InvalidInputError("title", "Please give a name.")
    if len(title) > MAX_NAME_LENGTH:
        raise InvalidInputError("title", "Please use at most %(limit)d characters.", limit=MAX_NAME_LENGTH)
    if len(description) > MAX_REASON_LENGTH:
        raise InvalidInputError("description", "Please use at most %(limit)d characters.", limit=MAX_REASON_LENGTH)
    known = session.scalar(select(Category).where(Category.title == title).order_by(Category.id).limit(1))
    if known is None:
        known = Category(id=random_id(), title=title, description=description.strip(), created_at=now, updated_at=now)
        session.add(known)
    return known


def set_topic(
    session: Session,
    article: Article,
    category_id: str,
    user: User,
    *,
    now: datetime,
    ai_model: str | None = None,
    ai_confidence: float | None = None,
) -> None:
    """Gives an article a topic; one that it has stays as it is. A classifier names itself, and how sure it is from 0 to
    1. Raises InvalidInputError for an unknown topic."""
    if not category_id or session.get(Category, category_id) is None:
        raise InvalidInputError("category_id", "Choose a topic from the list.")
    values = {
        "article_id": article.id,
        "category_id": category_id,
        "user_id": user.id,
        "app_id": user.app_id,
        "ai_model": (ai_model or "")[:MAX_NAME_LENGTH] or None,
        "ai_confidence": ai_confidence,
        "positive_feedback_count": 0,
        "negative_feedback_count": 0,
        "status": Status.NORMAL,
        "created_at": now,
        "updated_at": now,
    }
    row = insert(session, ArticleCategory).values(values)
    again = {name: values[name] for name in ("status", "user_id", "app_id", "ai_model", "ai_confidence", "updated_at")}
    session.execute(
        row.on_conflict_do_update(
            index_elements=["article_id", "category_id"], set_=again, where=ArticleCategory.status == Status.DELETED
        )
    )


def take_off(session: Session, article_id: str, category_id: str, user: User, *, now: datetime) -> None:
    """Takes off a topic that this person set. Raises NotFoundError, ForbiddenError."""
    link = _locked(session, article_id, category_id)
    if link.user_id != user.id:
        raise ForbiddenError("Only the person who set this topic can take it off. You can say that it does not fit.")
    link.status, link.updated_at = Status.DELETED, now


def vote_topic(session: Session, article_id: str, category_id: str, user: User, score: int, *, now: datetime) -> None:
    """Records whether a person finds that a topic fits; 0 withdraws. Raises NotFoundError, InvalidInputError,
    ForbiddenError (one's own)."""
    if score not in SCORES:
        raise InvalidInputError("score", "Choose whether the topic fits.")
    link = _locked(session, article_id, category_id)
    if link.user_id == user.id and not link.ai_model:
        raise ForbiddenError("You set this topic yourself.")
    vote = ArticleCategoryFeedback
    values = {"article_id": article_id, "category_id": category_id, "user_id": user.id}
    row = insert(session, vote).values(**values, score=score, updated_at=now)
    key = ["article_id", "category_id", "user_id"]
    session.execute(row.on_conflict_do_update(index_elements=key, set_={"score": score, "updated_at": now}))
    query = select(vote.score, func.count()).where(vote.article_id == article_id, vote.category_id == category_id)
    counts: dict[int, int] = dict(session.execute(query.group_by(vote.score)).all())
    link.positive_feedback_count, link.negative_feedback_count = counts.get(1, 0), counts.get(-1, 0)


def _locked(session: Session, article_id: str, category_id: str) -> ArticleCategory:
    link = session.get(
        ArticleCategory, (article_id, category_id), with_for_update={"key_share": True}, populate_existing=True
    )
    if link is None or link.status != Status.NORMAL:
        raise NotFoundError(f"no topic {category_id!r} at article {article_id!r}")
    return link


def topics_of_nearest(factory: SessionFactory, hits: Sequence[Hit]) -> dict[str, float]:
    """Finds the topics that the nearest messages share, with their shares."""
    near = {hit.article_id: hit.cosine for hit in hits[:NEAREST] if hit.cosine}
    topic = ArticleCategory
    query = select(topic.article_id, topic.category_id).where(
        topic.article_id.in_(near),
        topic.status == Status.NORMAL,
        topic.positive_feedback_count >= topic.negative_feedback_count,
    )
    with read_only(factory) as session:
        rows = session.execute(query).all()
    total = sum(near[article_id] for article_id in {article_id for article_id, _ in rows})
    shares: dict[str, float] = defaultdict(float)
    for article_id, category_id in rows:
        shares[category_id] += near[article_id] / total
    best = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:MOST_SUGGESTED]
    return {category_id: share for category_id, share in best if share >= FEWEST_SHARE}


def keep_suggestions(session: Session, article_id: str, shares: Mapping[str, float]) -> None:
    if session.get(Article, article_id) is None:
        return
    session.execute(delete(TopicSuggestion).where(TopicSuggestion.article_id == article_id))
    for category_id, share in shares.items():
        session.add(TopicSuggestion(article_id=article_id, category_id=category_id, share=share))
