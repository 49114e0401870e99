"""What lists show of each message beside its text: who works on it, its topics, and whether one has opened it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from editor_ui.list_address import ListAddress
from factcheck.models import Article
from factcheck.services.claims import ClaimedBy, claims_of, read_by
from factcheck.services.daily import DailySet, daily_set, is_picked
from factcheck.services.queue import Neighbours, Reason, neighbours, reason_of
from factcheck.services.topics import titles_of


@dataclass(frozen=True)
class Mark:
    reason: Reason
    claims: Sequence[ClaimedBy]
    topics: Sequence[str]
    is_read: bool
    is_left: bool

    def is_claimed_by(self, user_id: str) -> bool:
        return any(claim.user_id == user_id for claim in self.claims)


def marks(session: Session, articles: Sequence[Article], viewer_id: str | None, *, now: datetime) -> Mapping[str, Mark]:
    ids = [article.id for article in articles]
    claims, topics, read = claims_of(session, ids, now=now), titles_of(session, ids), read_by(session, ids, viewer_id)
    return {
        article.id: Mark(
            reason_of(article, now),
            claims.get(article.id, []),
            topics.get(article.id, []),
            article.id in read,
            read.get(article.id, False),
        )
        for article in articles
    }


@dataclass(frozen=True)
class Beside:
    """An article in the list that its reader came from."""

    mark: Mark
    came_from: ListAddress | None
    near: Neighbours | None
    daily: DailySet | None
    """The day's set, if the article is in it."""


def beside(
    session: Session, article: Article, viewer_id: str, came_from: ListAddress | None, place: int, *, now: datetime
) -> Beside:
    mark = marks(session, [article], viewer_id, now=now)[article.id]
    near = neighbours(session, came_from.wanted(viewer_id, now), article.id, place) if came_from else None
    daily = daily_set(session, viewer_id, now=now) if is_picked(session, article.id, now=now) else None
    return Beside(mark, came_from, near, daily)
