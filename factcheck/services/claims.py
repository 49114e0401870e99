"""Marks of who works on a message, and of what a person has opened. Neither keeps anybody from anything."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.models import Article, Claim, ReadMark, User

LASTS = timedelta(minutes=45)


@dataclass(frozen=True)
class ClaimedBy:
    user_id: str
    name: str
    until: datetime


def claim(session: Session, article: Article, user: User, *, now: datetime) -> None:
    """Marks that a person works on a message, or extends it."""
    values = {"article_id": article.id, "user_id": user.id, "claimed_at": now, "expires_at": now + LASTS}
    again = insert(session, Claim).values(values)
    key = ["article_id", "user_id"]
    session.execute(again.on_conflict_do_update(index_elements=key, set_={"expires_at": now + LASTS}))


def release(session: Session, cluster_id: str, user_id: str) -> None:
    """Takes a person's mark off a message and its copies."""
    copies = select(Article.id).where(Article.cluster_id == cluster_id)
    session.execute(delete(Claim).where(Claim.user_id == user_id, Claim.article_id.in_(copies)))


def claims_of(session: Session, article_ids: Sequence[str], *, now: datetime) -> Mapping[str, list[ClaimedBy]]:
    """Lists who works on each, the first first."""
    query = (
        select(Claim.article_id, User.id, User.name, Claim.expires_at)
        .join(User, User.id == Claim.user_id)
        .where(Claim.article_id.in_(article_ids), Claim.expires_at > now)
        .order_by(Claim.claimed_at, User.id)
    )
    found: dict[str, list[ClaimedBy]] = defaultdict(list)
    for article_id, user_id, name, until in session.execute(query):
        found[article_id].append(ClaimedBy(user_id, name, until))
    return found


def mark_read(session: Session, article_id: str, user_id: str, *, now: datetime, left: bool = False) -> None:
    """Marks a message as opened. `left`: the person leaves it to others."""
    row = insert(session, ReadMark).values(article_id=article_id, user_id=user_id, read_at=now, left_to_others=left)
    key = ["user_id", "article_id"]
    if left:
        session.execute(row.on_conflict_do_update(index_elements=key, set_={"left_to_others": True}))
    else:
        session.execute(row.on_conflict_do_nothing(index_elements=key))


def read_by(session: Session, article_ids: Sequence[str], user_id: str | None) -> Mapping[str, bool]:
    """Maps those that a person has opened to whether they left them to others."""
    if user_id is None:
        return {}
    query = select(ReadMark.article_id, ReadMark.left_to_others).where(ReadMark.user_id == user_id)
    return dict(session.execute(query.where(ReadMark.article_id.in_(article_ids))).all())


def unread(session: Session, article_id: str, user_id: str) -> None:
    session.execute(delete(ReadMark).where(ReadMark.article_id == article_id, ReadMark.user_id == user_id))
