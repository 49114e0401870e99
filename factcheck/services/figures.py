"""Figures about the whole, made once a day, for the page of statistics and the first page."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.clock import Clock
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleCategory,
    ArticleReply,
    Category,
    Figures,
    Match,
    Notice,
    NoticeKind,
    Status,
)
from factcheck.services.tally import PERIODS, Counted, Reported, of_period
from factcheck.services.usage import utc_day

MAKE_FIGURES = "make_figures"
EVERY = timedelta(days=1)
STATISTICS = "statistics"


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the job, which is due when a worker first starts."""

    def handle(_payload: dict[str, Any]) -> Effects:
        now = clock()
        with read_only(factory) as session:
            counted = count(session)
        value: dict[str, Any] = {period: of_period(counted, period, now.date()) for period in PERIODS}
        value["waiting"] = sum(not message.answered for message in counted.messages)
        return lambda session: _keep(session, value, now)

    return (JobKind(MAKE_FIGURES, handle, every=EVERY, is_keyed=True),)


def load_figures(session: Session) -> Figures | None:
    return session.get(Figures, STATISTICS)


def count(session: Session) -> Counted:
    known = or_(Match.shown_article_id.is_not(None), Match.chosen_article_id.is_not(None))
    return Counted(
        asked=_by_day(session, Match.created_at),
        found=_by_day(session, Match.created_at, known, ~Match.refused),
        told=_by_day(session, Notice.created_at, Notice.kind == NoticeKind.REPLY),
        messages=_messages(session),
        topics=_topics(session),
    )


def _by_day(
    session: Session, moment: InstrumentedAttribute[datetime], *which: ColumnElement[bool]
) -> Mapping[str, int]:
    day = utc_day(session, moment)
    rows = session.execute(select(day, func.count()).where(*which).group_by(day))
    return {str(date): number for date, number in rows}


def _messages(session: Session) -> list[Reported]:
    """Counts copies as one message, which was reported when the first of them was."""
    shown = and_(Article.status == Status.NORMAL, Article.app_id != ELSEWHERE)
    replied = (
        select(Article.cluster_id, func.min(ArticleReply.created_at))
        .join(ArticleReply, ArticleReply.article_id == Article.id)
        .where(shown, ArticleReply.status == Status.NORMAL, ArticleReply.app_id != ELSEWHERE)
        .group_by(Article.cluster_id)
    )
    first_replies: dict[str, datetime | None] = dict(session.execute(replied).all())
    reported = select(Article.cluster_id, func.min(Article.created_at)).where(shown).group_by(Article.cluster_id)
    return [
        Reported(cluster_id, at, answered=cluster_id in first_replies, replied_at=first_replies.get(cluster_id))
        for cluster_id, at in session.execute(reported)
    ]


def _topics(session: Session) -> Mapping[str, list[str]]:
    """Leaves out topics that more people voted against than for."""
    given = ArticleCategory
    query = (
        select(Article.cluster_id, Category.title)
        .join(given, given.article_id == Article.id)
        .join(Category, Category.id == given.category_id)
        .where(given.status == Status.NORMAL, given.negative_feedback_count <= given.positive_feedback_count)
        .distinct()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for cluster_id, title in session.execute(query):
        found[cluster_id].append(title)
    return found


def _keep(session: Session, value: dict[str, Any], now: datetime) -> None:
    new = insert(session, Figures).values(name=STATISTICS, value=value, made_at=now)
    session.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value, "made_at": now}))
