"""An evening together: a list is shared out among people, and all see how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.ids import random_id
from factcheck.models import Article, ArticleReply, Evening, EveningMessage, Need, Status, User
from factcheck.services.needs import UNANSWERED
from factcheck.services.queue import Wanted, list_ids

MOST_PEOPLE, MOST_EACH = 100, 20
KEPT_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Shared:
    """A message of somebody's share."""

    article: Article
    person: int
    """The number of whose it is, from 1."""
    done: bool


@dataclass(frozen=True)
class Progress:
    """How far an evening is: `replies` and `helpers` since it began."""

    evening: Evening
    messages: Sequence[Shared]
    replies: int
    helpers: int

    @property
    def done(self) -> int:
        return sum(one.done for one in self.messages)

    @property
    def shares(self) -> Mapping[int, Sequence[Shared]]:
        """Maps each person's number to their messages."""
        everybody = range(1, self.evening.people + 1)
        return {number: [one for one in self.messages if one.person == number] for number in everybody}


def share_out(session: Session, user: User, wanted: Wanted, *, people: int, each: int, now: datetime) -> Evening:
    """Gives each of so many people so many messages of a list, the first ones of it. Raises InvalidInputError."""
    for name, value, most in (("people", people, MOST_PEOPLE), ("each", each, MOST_EACH)):
        if not 1 <= value <= most:
            raise InvalidInputError(name, "Choose a number from 1 to %(most)d.", most=most)
    ids = list_ids(session, wanted, 0, people * each)
    if not ids:
        raise InvalidInputError("people", "There is no message in this list to share out.")
    evening = Evening(id=random_id(12), user_id=user.id, people=min(people, len(ids)), created_at=now)
    session.add(evening)
    session.flush()
    needs = dict(session.execute(select(Article.id, Article.need).where(Article.id.in_(ids))).all())
    session.add_all(
        EveningMessage(evening_id=evening.id, place=place, article_id=one, need=needs[one] or Need.REPLY)
        for place, one in enumerate(ids, 1)
    )
    return evening


def progress_of(session: Session, evening_id: str) -> Progress:
    """Leaves out messages that are no longer shown. Raises NotFoundError."""
    evening = session.get(Evening, evening_id)
    if evening is None:
        raise NotFoundError(f"no evening {evening_id!r}")
    query = (
        select(Article, EveningMessage.place, EveningMessage.need)
        .join(EveningMessage, EveningMessage.article_id == Article.id)
        .where(EveningMessage.evening_id == evening_id, Article.status == Status.NORMAL)
        .order_by(EveningMessage.place)
    )
    messages = [
        Shared(article, (place - 1) % evening.people + 1, _is_done(article, Need(need)))
        for article, place, need in session.execute(query)
    ]
    counted = (
        select(func.count(distinct(ArticleReply.reply_id)), func.count(distinct(ArticleReply.user_id)))
        .join(EveningMessage, EveningMessage.article_id == ArticleReply.article_id)
        .where(EveningMessage.evening_id == evening_id, ArticleReply.status == Status.NORMAL)
        .where(ArticleReply.created_at >= evening.created_at)
    )
    replies, helpers = session.execute(counted).one()
    return Progress(evening, messages, replies, helpers)


def _is_done(article: Article, need: Need) -> bool:
    return article.cluster_reply_count > 0 if need in UNANSWERED else article.need == Need.NOTHING
