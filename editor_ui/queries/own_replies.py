"""The replies that a person wrote or added, by what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from editor_ui.queries.replies import PAGE_SIZE
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    Hyperlink,
    PageState,
    Reply,
    ReplyHyperlink,
    Status,
    Task,
    TaskAnswer,
    TaskKind,
    TaskState,
    VoteStatus,
)
from factcheck.services.reach import reach_of

AT_ONCE = 500
HEADINGS = (
    *("id", "address", "messageId", "type", "text", "references", "written", "status", "state", "referenceToMend"),
    *("helpful", "somewhatHelpful", "notHelpful", "told", "seen", "createdAt"),
)


class ReplyTab(StrEnum):
    """What became of a reply. MEND: a page that it refers to is gone, or people looked and it does not say so. AWAY: it
    was taken back or hidden."""

    ALL = "all"
    MEND = "mend"
    DISPUTED = "disputed"
    UNRATED = "unrated"
    PROVISIONAL = "provisional"
    HELPFUL = "helpful"
    AWAY = "away"


class ReplyOrder(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    RATED = "rated"
    """Most ratings first."""


class WrittenBy(StrEnum):
    ME = "me"
    OTHERS = "others"
    """The person added it to a message."""


@dataclass(frozen=True)
class WantedReplies:
    """One list; '' or None leaves a condition out. All of them hold at once."""

    user_id: str
    tab: ReplyTab = ReplyTab.ALL
    order: ReplyOrder = ReplyOrder.NEWEST
    verdict: str = ""
    written: WrittenBy | None = None
    topic: str = ""
    """Of the message."""
    organisation: str = ""
    since: datetime | None = None
    """Added to the message from this moment on."""
    until: datetime | None = None
    """Added before it."""

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [_mine(self.user_id), _OF_TAB[self.tab]]
        found += [column == value for column, value in self._equal() if value]
        if self.written:
            by_me = Reply.user_id == self.user_id
            found.append(by_me if self.written == WrittenBy.ME else or_(Reply.user_id.is_(None), ~by_me))
        if self.topic:
            topic = ArticleCategory
            tagged = exists().where(topic.article_id == ArticleReply.article_id, topic.category_id == self.topic)
            found.append(tagged.where(topic.status == Status.NORMAL))
        if self.since:
            found.append(ArticleReply.created_at >= self.since)
        if self.until:
            found.append(ArticleReply.created_at < self.until)
        return found

    def _equal(self) -> Sequence[tuple[Any, str]]:
        return ((Reply.type, self.verdict), (Reply.organisation_id, self.organisation))


def _mine(user_id: str) -> ColumnElement[bool]:
    mine = or_(ArticleReply.user_id == user_id, Reply.user_id == user_id)
    return and_(mine, Article.status == Status.NORMAL)


def _to_mend() -> ColumnElement[bool]:
    link = ReplyHyperlink
    gone = exists().where(link.reply_id == ArticleReply.reply_id, link.url == Hyperlink.url)
    gone = gone.where(Hyperlink.state == PageState.GONE)
    agreed = (Task.kind == TaskKind.REFERENCE, Task.state == TaskState.DECIDED, Task.outcome == TaskAnswer.NOT_THERE)
    return or_(gone, exists().where(Task.other_id == ArticleReply.reply_id, *agreed))


def _tabs() -> Mapping[ReplyTab, ColumnElement[bool]]:
    shown, status = ArticleReply.status == Status.NORMAL, ArticleReply.vote_status
    return {
        ReplyTab.ALL: true(),
        ReplyTab.MEND: and_(shown, _to_mend()),
        ReplyTab.DISPUTED: and_(shown, status == VoteStatus.DISPUTED),
        ReplyTab.UNRATED: and_(shown, status == VoteStatus.UNRATED),
        ReplyTab.PROVISIONAL: and_(shown, status == VoteStatus.PROVISIONAL),
        ReplyTab.HELPFUL: and_(shown, status == VoteStatus.HELPFUL),
        ReplyTab.AWAY: ~shown,
    }


_OF_TAB = _tabs()


@dataclass(frozen=True)
class ReplyPage:
    """One page, numbered from 1; `pages` is at least 1."""

    links: list[ArticleReply]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        """The place of its first reply in the list, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1


def reply_totals(session: Session, user_id: str) -> dict[ReplyTab, int]:
    """Counts what is in each tab without filters."""
    counts: list[Any] = [func.count().filter(condition) for condition in _OF_TAB.values()]
    row = session.execute(_from(select(*counts)).where(_mine(user_id))).one()
    return dict(zip(_OF_TAB, row, strict=True))


def count_replies(session: Session, wanted: WantedReplies) -> int:
    return session.scalar(_from(select(func.count())).where(*wanted.conditions())) or 0


def list_replies(
    session: Session, wanted: WantedReplies, number: int, *, size: int = PAGE_SIZE, total: int | None = None
) -> ReplyPage:
    """Gives the first or last page for a number outside of the list. `total`: its replies, if they were counted."""
    total = count_replies(session, wanted) if total is None else total
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    return ReplyPage(_links(session, wanted, (number - 1) * size, size), total, number, pages)


def _from(query: Select[Any]) -> Select[Any]:
    return query.select_from(ArticleReply).join(Reply).join(Article, Article.id == ArticleReply.article_id)


def _links(session: Session, wanted: WantedReplies, offset: int, limit: int) -> list[ArticleReply]:
    query = _from(select(ArticleReply)).where(*wanted.conditions()).order_by(*_order(wanted.order))
    query = query.options(joinedload(ArticleReply.reply), joinedload(ArticleReply.article))
    return list(session.scalars(query.limit(limit).offset(offset)))


def _order(order: ReplyOrder) -> tuple[Any, ...]:
    """Ends with the key, so that pages never overlap."""
    link = ArticleReply
    key = (link.article_id, link.reply_id)
    if order == ReplyOrder.OLDEST:
        return (link.created_at.asc().nulls_last(), *key)
    newest = link.created_at.desc().nulls_last()
    if order == ReplyOrder.RATED:
        votes = link.positive_feedback_count + link.negative_feedback_count + link.somewhat_feedback_count
        return (votes.desc(), newest, *key)
    return (newest, *key)


def exported_replies(session: Session, wanted: WantedReplies, limit: int, base_url: str) -> Iterator[Sequence[object]]:
    """Yields the headings, then a row a reply at a message, in the list's order."""
    yield HEADINGS
    mended = set(session.scalars(_from(select(ArticleReply.reply_id)).where(_mine(wanted.user_id), _to_mend())))
    for start in range(0, limit, AT_ONCE):
        links = _links(session, wanted, start, min(AT_ONCE, limit - start))
        reach = reach_of(session, [link.reply_id for link in links])
        for link in links:
            one, mine = reach[link.reply_id], link.reply.user_id == wanted.user_id
            hidden = link.status == Status.BLOCKED and not mine
            yield (
                link.reply_id,
                f"{base_url}/reply/{link.reply_id}",
                link.article_id,
                link.reply.type,
                "" if hidden else link.reply.text,
                "" if hidden else link.reply.reference,
                WrittenBy.ME if mine else WrittenBy.OTHERS,
                link.status,
                link.vote_status,
                link.reply_id in mended,
                link.positive_feedback_count,
                link.somewhat_feedback_count,
                link.negative_feedback_count,
                one.told,
                one.seen,
                link.created_at.isoformat() if link.created_at else "",
            )
        if len(links) < AT_ONCE:
            return
