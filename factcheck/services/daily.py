"""A small set of messages a day, the same for everybody all day long, so that one can be done for today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, DailyPick, Need, PendingReply, Status
from factcheck.services.claims import read_by
from factcheck.services.needs import UNANSWERED

SIZE = 10
SHARES = {Need.REPLY: 5, Need.VOTES: 3, Need.STUCK: 2}
"""What is picked first; what is left of the places is filled in the order of `FILL`."""
FILL = (Need.REPLY, Need.STUCK, Need.RETIRED, Need.VOTES)
NOT_AGAIN = timedelta(days=14)
HOME = ZoneInfo("Asia/Taipei")


@dataclass(frozen=True)
class Pick:
    article: Article
    need: Need
    done: bool
    left: bool
    """The person who looks leaves it to others."""


@dataclass(frozen=True)
class DailySet:
    day: str
    picks: list[Pick]

    @property
    def done(self) -> int:
        return sum(pick.done or pick.left for pick in self.picks)

    def after(self, article_id: str) -> Pick | None:
        """Finds what is to be done next after a message, and from the beginning again."""
        at = next((place for place, pick in enumerate(self.picks) if pick.article.id == article_id), 0)
        others = (*self.picks[at + 1 :], *self.picks[:at])
        return next((pick for pick in others if not pick.done and not pick.left), None)


def local_time(now: datetime) -> datetime:
    """Says a moment where the service is at home."""
    return now.astimezone(HOME)


def day_of(now: datetime) -> str:
    return local_time(now).date().isoformat()


def pick_day(session: Session, *, now: datetime) -> None:
    """Picks the day's set, once."""
    today = day_of(now)
    if session.scalar(select(DailyPick.place).where(DailyPick.day == today).limit(1)) is not None:
        return
    recently = select(DailyPick.article_id).where(DailyPick.day >= day_of(now - NOT_AGAIN))
    pools = {need: _best(session, need, list(session.scalars(recently))) for need in FILL}
    for place, (article_id, need) in enumerate(_chosen(pools), 1):
        session.add(DailyPick(day=today, place=place, article_id=article_id, need=need))


def _best(session: Session, need: Need, but: Sequence[str]) -> list[str]:
    """Lists the first of a need; of what nobody asks about, what most people asked about."""
    order = (Article.cluster_request_count.desc(),) if need == Need.RETIRED else ()
    query = (
        select(Article.id)
        .where(Article.need == need, Article.status == Status.NORMAL, Article.listed, Article.id.not_in(but))
        .order_by(*order, Article.queue_place, Article.id)
    )
    return list(session.scalars(query.limit(SIZE)))


def _chosen(pools: dict[Need, list[str]]) -> Iterator[tuple[str, Need]]:
    left = SIZE
    for need, share in SHARES.items():
        for article_id in pools[need][:share]:
            left -= 1
            yield article_id, need
        pools[need] = pools[need][share:]
    for need in cycle(FILL):
        if not left or not any(pools.values()):
            return
        if pools[need]:
            left -= 1
            yield pools[need].pop(0), need


def is_picked(session: Session, article_id: str, *, now: datetime) -> bool:
    """Tells whether a message is in the newest set."""
    picked = select(DailyPick.place).where(DailyPick.article_id == article_id)
    return session.scalar(picked.where(DailyPick.day == _newest(now).scalar_subquery())) is not None


def _newest(now: datetime) -> Select[str]:
    """Selects the day of the newest set up to today: after midnight yesterday's stands until the worker has picked."""
    return select(DailyPick.day).where(DailyPick.day <= day_of(now)).order_by(DailyPick.day.desc()).limit(1)


def daily_set(session: Session, viewer_id: str | None, *, now: datetime) -> DailySet:
    """Loads the newest set."""
    newest = _newest(now)
    query = (
        select(Article, DailyPick.need)
        .join(DailyPick, DailyPick.article_id == Article.id)
        .where(DailyPick.day == newest.scalar_subquery(), Article.status == Status.NORMAL)
        .order_by(DailyPick.place)
    )
    rows = session.execute(query).all()
    ids = [article.id for article, _ in rows]
    marks, helped = read_by(session, ids, viewer_id), _helped_by(session, rows, viewer_id)
    picks = [
        Pick(article, Need(need), _is_done(article, Need(need), article.id in helped), marks.get(article.id, False))
        for article, need in rows
    ]
    return DailySet(session.scalar(newest) or day_of(now), picks)


def _is_done(article: Article, need: Need, is_helped: bool) -> bool:
    if need in UNANSWERED:
        return is_helped or article.cluster_reply_count > 0
    return is_helped or article.need == Need.NOTHING


def _helped_by(session: Session, rows: Sequence[tuple[Article, str]], viewer_id: str | None) -> set[str]:
    """Finds what the person replied to, also where the reply is not published yet, or rated where votes are needed."""
    if viewer_id is None:
        return set()
    vote, link, coming = ArticleReplyFeedback, ArticleReply, PendingReply
    ids = [article.id for article, _ in rows]
    rateable = [article.id for article, need in rows if need == Need.VOTES]
    rated = select(vote.article_id).where(vote.article_id.in_(rateable), vote.user_id == viewer_id, vote.stands)
    replied = select(link.article_id).where(link.article_id.in_(ids), link.user_id == viewer_id)
    waits = select(coming.article_id).where(coming.article_id.in_(ids), coming.user_id == viewer_id)
    found = union(rated, replied.where(link.status == Status.NORMAL), waits.where(coming.refused_at.is_(None)))
    return set(session.scalars(found))
