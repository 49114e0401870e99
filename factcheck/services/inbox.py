"""What happened to a volunteer's work. It is read from the rows that say so: nothing is kept twice, and what somebody
takes back is gone here, too."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Claim,
    Draft,
    EditorNotice,
    Hyperlink,
    PageState,
    Reply,
    ReplyHyperlink,
    Status,
    Task,
    TaskAnswer,
    TaskKind,
    TaskState,
    User,
)
from factcheck.services.drafts import NEW_REPLY
from factcheck.services.persons import rows_of
from factcheck.services.withheld import REPLY_WITHHELD

LOOKS_BACK = timedelta(days=90)
MOST_ROWS = 500
"""Of each kind, the newest."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Event(StrEnum):
    """VOTES: people rated it, with their reasons. REUSED: somebody used it for another message. CHANGED: a reply that
    the person uses says something else. DEAD: a page that it refers to is gone. UNPROVEN: people looked, and the page
    does not say so. HIDDEN: moderation took it away. HANDED: somebody handed the person a draft. ANSWERED: somebody
    replied to a message on which the person works."""

    VOTES = "VOTES"
    REUSED = "REUSED"
    CHANGED = "CHANGED"
    DEAD = "DEAD"
    UNPROVEN = "UNPROVEN"
    HIDDEN = "HIDDEN"
    HANDED = "HANDED"
    ANSWERED = "ANSWERED"


@dataclass(frozen=True)
class Entry:
    event: Event
    at: datetime
    subject: Reply | Draft
    """A draft for HANDED alone."""
    article_id: str = ""
    """Where it happened; '' for the reply as such."""
    ups: int = 0
    somewhat: int = 0
    downs: int = 0
    comments: list[ArticleReplyFeedback] = field(default_factory=list)
    url: str = ""
    version: int = 0
    """Of a changed reply, the one that the person knows."""
    giver: str = ""
    """The name of who handed the draft on; '' if they are gone."""
    is_quoted: bool = True
    """False: moderation hides it, and somebody else wrote it."""


def inbox_of(session: Session, user_id: str, *, since: datetime) -> list[Entry]:
    """Lists the newest first."""
    kinds = (_votes, _reused, _changed, _dead, _unproven, _hidden, _handed, _answered)
    found = [entry for kind in kinds for entry in kind(session, user_id, since)]
    return sorted(found, key=lambda entry: (-entry.at.timestamp(), str(entry.subject.id), entry.article_id, entry.url))


def since_of(seen_at: datetime | None, now: datetime) -> datetime:
    """Says from when on something is new: what is older than `LOOKS_BACK` never is."""
    return max(seen_at or LONG_AGO, now - LOOKS_BACK)


def _mine(user_id: str) -> ColumnElement[bool]:
    return or_(ArticleReply.user_id == user_id, Reply.user_id == user_id)


def _votes(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    """Counts each person's vote as it is now."""
    said, link = ArticleReplyFeedback, ArticleReply
    at = and_(said.article_id == link.article_id, said.reply_id == link.reply_id)
    query = (
        select(said, Reply)
        .select_from(link)
        .join(Reply, Reply.id == link.reply_id)
        .join(said, at)
        .join(Article, Article.id == link.article_id)
        .where(_mine(user_id), link.status == Status.NORMAL, said.status == Status.NORMAL, said.stands)
        .where(Article.status == Status.NORMAL)
        .where(said.user_id.not_in(rows_of(session, user_id)), _moment(said.updated_at, said.created_at) > since)
        .order_by(_moment(said.updated_at, said.created_at).desc(), said.id.desc())
        .limit(MOST_ROWS)
    )
    rows = sorted(session.execute(query).all(), key=lambda row: (row[0].article_id, row[0].reply_id))
    for (article_id, _), group in groupby(rows, key=lambda row: (row[0].article_id, row[0].reply_id)):
        votes = list(group)
        feedbacks = [feedback for feedback, _ in votes]
        yield Entry(
            Event.VOTES,
            max(row.updated_at or row.created_at or since for row in feedbacks),
            votes[0][1],
            article_id,
            ups=sum(row.score > 0 for row in feedbacks),
            somewhat=sum(row.somewhat for row in feedbacks),
            downs=sum(row.score < 0 for row in feedbacks),
            comments=[row for row in feedbacks if row.comment or row.reasons],
        )


def _moment(*columns: InstrumentedAttribute[datetime | None]) -> ColumnElement[datetime]:
    return func.coalesce(*columns, type_=columns[0].type)


def _reused(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    link = ArticleReply
    query = select(link, Reply).join(Reply, Reply.id == link.reply_id).join(Article, Article.id == link.article_id)
    query = query.where(Reply.user_id == user_id, link.user_id != user_id, link.created_at > since)
    shown = (link.status == Status.NORMAL, Article.status == Status.NORMAL)
    for row, reply in session.execute(query.where(*shown).order_by(link.created_at.desc()).limit(MOST_ROWS)):
        yield Entry(Event.REUSED, row.created_at or since, reply, row.article_id)


def _changed(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    query = select(EditorNotice, Reply).join(Reply, Reply.id == EditorNotice.reply_id)
    mine = (EditorNotice.user_id == user_id, EditorNotice.created_at > since, ~REPLY_WITHHELD)
    for notice, reply in session.execute(query.where(*mine)):
        yield Entry(Event.CHANGED, notice.created_at, reply, version=notice.since_version)


def _dead(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    """Lists a page that stays gone anew each time it was looked at, about once a month."""
    query = select(Reply, Hyperlink).join(ReplyHyperlink, ReplyHyperlink.reply_id == Reply.id)
    query = query.join(Hyperlink, Hyperlink.url == ReplyHyperlink.url)
    gone = (Reply.user_id == user_id, Hyperlink.state == PageState.GONE, Hyperlink.tried_at > since)
    used = exists().where(ArticleReply.reply_id == Reply.id, ArticleReply.status == Status.NORMAL)
    for reply, page in session.execute(query.where(*gone, used).limit(MOST_ROWS)):
        yield Entry(Event.DEAD, page.tried_at or since, reply, url=page.url)


def _unproven(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    query = select(Task, Reply).join(Reply, Reply.id == Task.other_id)
    decided = (Task.kind == TaskKind.REFERENCE, Task.state == TaskState.DECIDED, Task.outcome == TaskAnswer.NOT_THERE)
    for task, reply in session.execute(query.where(Reply.user_id == user_id, *decided, Task.decided_at > since)):
        yield Entry(Event.UNPROVEN, task.decided_at or since, reply, url=task.url)


def _hidden(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    link = ArticleReply
    query = select(link, Reply).join(Reply, Reply.id == link.reply_id)
    hidden = (_mine(user_id), link.status == Status.BLOCKED, link.updated_at > since)
    for row, reply in session.execute(query.where(*hidden).limit(MOST_ROWS)):
        is_own = reply.user_id == user_id
        yield Entry(Event.HIDDEN, row.updated_at or since, reply, row.article_id, is_quoted=is_own)


def _handed(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    """Lists drafts that the person still has."""
    query = select(Draft, User.name).join(Article, Article.id == Draft.article_id)
    query = query.outerjoin(User, User.id == Draft.given_by_id).where(Draft.user_id == user_id)
    given = (Draft.given_by_id.is_not(None), Draft.given_at > since, Article.status == Status.NORMAL)
    for draft, name in session.execute(query.where(*given).limit(MOST_ROWS)):
        yield Entry(Event.HANDED, draft.given_at or since, draft, draft.article_id, giver=name or "")


def _answered(session: Session, user_id: str, since: datetime) -> Iterator[Entry]:
    """Lists replies of others to a message, or a copy of it, that came after the person began a draft or a claim there
    which is not yet gone."""
    draft_since = func.coalesce(Draft.given_at, Draft.created_at, type_=Draft.created_at.type)
    drafts = select(Draft.article_id, draft_since.label("began")).where(Draft.user_id == user_id)
    claims = select(Claim.article_id, Claim.claimed_at).where(Claim.user_id == user_id)
    work = union_all(drafts.where(Draft.form == NEW_REPLY), claims).subquery()
    copies, link = Article.__table__.alias("work_copies"), ArticleReply
    began = select(copies.c.cluster_id, func.min(work.c.began).label("began")).group_by(copies.c.cluster_id)
    mine = began.join(work, work.c.article_id == copies.c.id).subquery()
    query = select(link, Reply).select_from(mine).join(Article, Article.cluster_id == mine.c.cluster_id)
    query = query.join(link, link.article_id == Article.id).join(Reply, Reply.id == link.reply_id)
    others = (link.user_id.is_distinct_from(user_id), Reply.user_id.is_distinct_from(user_id))
    shown = (link.status == Status.NORMAL, Article.status == Status.NORMAL)
    query = query.where(*others, *shown, link.created_at > since, link.created_at > mine.c.began)
    for row, reply in session.execute(query.order_by(link.created_at.desc()).limit(MOST_ROWS)):
        yield Entry(Event.ANSWERED, row.created_at or since, reply, row.article_id)
