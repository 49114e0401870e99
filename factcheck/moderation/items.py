"""The rows that a decision changes, and what must follow when they are shown or hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    ItemKind,
    PendingReply,
    Reply,
    ReplyRequest,
    RevisionState,
    Status,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation.targets import Target
from factcheck.services.articles import lock_article, recount_requests
from factcheck.services.clusters import lock_membership, recount_votes_of_cluster
from factcheck.services.feedback import recount_votes
from factcheck.services.notices import CORRECT, call_back, enqueue_notices, enqueue_reader_notices
from factcheck.services.persons import rows_of
from factcheck.services.replies import links_changed
from factcheck.services.transcripts import show_newest

WAITING, HELD, REFUSED = "WAITING", "HELD", "REFUSED"
"""States of an unpublished reply."""


Row = Article | ArticleReply | ReplyRequest | ArticleReplyFeedback | Reply | User | PendingReply | TranscriptRevision


@dataclass(frozen=True, order=True)
class Item:
    """`article_id`: whose counters it moves, '' for none."""

    article_id: str
    kind: ItemKind
    id: str


@dataclass(frozen=True)
class Wanted:
    item: Item
    state: str
    expected: str | None = None
    """It is left alone in another state, for somebody has decided since."""


@dataclass(frozen=True)
class Changed:
    item: Item
    was: str
    became: str


def link_id(article_id: str, reply_id: str) -> str:
    return f"{article_id}/{reply_id}"


def items_of(session: Session, target: Target, user: User | None, *, limit: int) -> list[Item]:
    """Lists what is shown of a target and would be hidden, at most `limit`; of a person all that they did."""
    if target.kind == TargetKind.USER:
        return _work_of(session, rows_of(session, user.id), limit) if user is not None else []
    if target.kind == TargetKind.REPLY:
        links = _links(session, ArticleReply.reply_id == target.id, limit)
        return [Item("", ItemKind.REPLY, target.id), *links]
    if target.kind == TargetKind.ARTICLE:
        return [Item(target.id, ItemKind.ARTICLE, target.id)]
    if target.kind == TargetKind.PENDING:
        return [Item(session.get_one(PendingReply, target.id).article_id, ItemKind.PENDING, target.id)]
    row = _said(session, ItemKind(target.kind), target.id)
    return [Item(row.article_id, ItemKind(target.kind), target.id)] if row is not None else []


def _work_of(session: Session, ids: Sequence[str], limit: int) -> list[Item]:
    """Lists first what others read, so that it is hidden in the first transaction. Messages that others asked about or
    answered stay: they are not this person's alone. `ids`: of the person's rows (`services.persons`)."""
    mine = Reply.user_id.in_(ids)
    replies = select(Reply.id).where(mine, Reply.blocked_at.is_(None)).order_by(Reply.id).limit(limit)
    found = [Item("", ItemKind.REPLY, reply_id) for reply_id in session.scalars(replies)]
    own = or_(ArticleReply.user_id.in_(ids), ArticleReply.reply_id.in_(select(Reply.id).where(mine)))
    found += _links(session, own, limit)
    waits = select(PendingReply.article_id, PendingReply.id).where(
        PendingReply.user_id.in_(ids), PendingReply.refused_at.is_(None)
    )
    found += [Item(place, ItemKind.PENDING, name) for place, name in session.execute(waits.limit(limit))]
    for kind, model in ((ItemKind.REQUEST, ReplyRequest), (ItemKind.COMMENT, ArticleReplyFeedback)):
        rows = select(model.article_id, model.id).where(model.user_id.in_(ids), model.status == Status.NORMAL)
        rows = rows.order_by(model.id).limit(limit)
        found += [Item(place, kind, str(number)) for place, number in session.execute(rows)]
    mine_shown = (TranscriptRevision.user_id.in_(ids), TranscriptRevision.state != RevisionState.REFUSED)
    said = select(TranscriptRevision.article_id, TranscriptRevision.number).where(*mine_shown).limit(limit)
    found += [Item(place, ItemKind.TRANSCRIPT, f"{place}/{number}") for place, number in session.execute(said)]
    articles = select(Article.id).where(Article.user_id.in_(ids), Article.status == Status.NORMAL, ~_is_needed(ids))
    articles = articles.order_by(Article.id).limit(limit)
    found += [Item(one, ItemKind.ARTICLE, one) for one in session.scalars(articles)]
    return found[:limit]


def _is_needed(ids: Sequence[str]) -> ColumnElement[bool]:
    asked = exists().where(ReplyRequest.article_id == Article.id, ReplyRequest.user_id.not_in(ids))
    answered = exists().where(ArticleReply.article_id == Article.id, ArticleReply.user_id.not_in(ids))
    return asked | answered


def _links(session: Session, which: ColumnElement[bool], limit: int) -> list[Item]:
    columns = (ArticleReply.article_id, ArticleReply.reply_id)
    query = select(*columns).where(which, ArticleReply.status == Status.NORMAL).order_by(*columns).limit(limit)
    return [Item(a, ItemKind.LINK, link_id(a, r)) for a, r in session.execute(query)]


def change(session: Session, wanted: Iterable[Wanted], *, tell: bool, now: datetime) -> list[Changed]:
    """Sets states and what depends on them, and returns those that were another before. Rows are locked article by
    article in one order, behind the lock that all such changes take first. `tell`: who was shown a reply that is
    hidden now hears of it."""
    lock_membership(session)
    by_article: dict[str, list[Wanted]] = {}
    for one in sorted(wanted, key=lambda one: one.item):
        by_article.setdefault(one.item.article_id, []).append(one)
    changed = []
    for article_id, items in by_article.items():
        article = lock_article(session, article_id) if article_id else None
        here = [found for one in items if (found := _set(session, one, now)) is not None]
        if article is not None and here:
            _follow(session, article, here, tell=tell, now=now)
        changed += here
    return changed


def _set(session: Session, wanted: Wanted, now: datetime) -> Changed | None:
    """Leaves alone what its author took back meanwhile."""
    row = _load(session, wanted.item)
    was = None if row is None else state_of(row)
    refuses = isinstance(row, (PendingReply, TranscriptRevision)) and wanted.state == Status.BLOCKED
    state = REFUSED if refuses else wanted.state
    if row is None or was in (None, state, Status.DELETED) or wanted.expected not in (None, was):
        return None
    if isinstance(row, PendingReply):  # what would have been published meanwhile waits for a reviewer
        row.due_at, row.refused_at = None, now if state == REFUSED else None
    elif isinstance(row, (Reply, User)):
        row.blocked_at = now if state == Status.BLOCKED else None
    elif isinstance(row, TranscriptRevision):
        row.state = state
    else:
        row.status, row.updated_at = state, now
    became = state_of(row)  # what waited for its moment now waits for somebody
    return Changed(wanted.item, str(was), became) if became != was else None


def _load(session: Session, item: Item) -> Row | None:
    """Reads it again, and locks what no article's lock holds."""
    if item.kind == ItemKind.LINK:
        article_id, _, reply_id = item.id.partition("/")
        return session.get(ArticleReply, (article_id, reply_id), populate_existing=True)
    if item.kind == ItemKind.TRANSCRIPT:
        article_id, _, number = item.id.partition("/")
        return session.get(TranscriptRevision, (article_id, int(number)), populate_existing=True)
    if item.kind in (ItemKind.REQUEST, ItemKind.COMMENT):
        return _said(session, item.kind, item.id)
    if item.kind == ItemKind.ARTICLE:
        return session.get(Article, item.id)
    lock: Any = {"with_for_update": {"key_share": True}, "populate_existing": True}
    if item.kind == ItemKind.REPLY:
        return session.get(Reply, item.id, **lock)
    if item.kind == ItemKind.USER:
        return session.get(User, item.id, **lock)
    return session.get(PendingReply, item.id, **lock)


def _said(session: Session, kind: ItemKind, name: str) -> ReplyRequest | ArticleReplyFeedback | None:
    if kind == ItemKind.REQUEST:
        return session.get(ReplyRequest, int(name), populate_existing=True)
    return session.get(ArticleReplyFeedback, int(name), populate_existing=True)


def state_of(row: Row) -> str:
    if isinstance(row, PendingReply):
        if row.refused_at is not None:
            return REFUSED
        return HELD if row.due_at is None else WAITING
    if isinstance(row, (Reply, User)):
        return Status.NORMAL if row.blocked_at is None else Status.BLOCKED
    if isinstance(row, TranscriptRevision):
        return row.state
    if (
        isinstance(row, Article)
        and row.status == Status.BLOCKED
        and not (row.text or row.file_id or row.attachment_hash)
    ):
        return Status.DELETED  # its sender had it erased while it was hidden: nothing is left to show
    return row.status


def _follow(session: Session, article: Article, changed: list[Changed], *, tell: bool, now: datetime) -> None:
    session.flush()
    kinds = {one.item.kind for one in changed}
    for one in changed:
        if one.item.kind == ItemKind.COMMENT:
            feedback = session.get_one(ArticleReplyFeedback, int(one.item.id))
            key = (feedback.article_id, feedback.reply_id)
            link = session.get(ArticleReply, key, with_for_update={"key_share": True}, populate_existing=True)
            if link is not None:
                recount_votes(session, link)
    if ItemKind.REQUEST in kinds:
        recount_requests(session, article)
    if ItemKind.TRANSCRIPT in kinds:
        show_newest(session, article, now=now)
    if kinds & {ItemKind.LINK, ItemKind.ARTICLE}:
        links_changed(session, article, now)
    elif ItemKind.COMMENT in kinds:
        recount_votes_of_cluster(session, article.cluster_id)
    for one in changed:
        if one.item.kind == ItemKind.ARTICLE and one.became != Status.NORMAL:
            call_back(session, article, now=now)
        elif one.item.kind == ItemKind.LINK:
            _tell(session, article, one, tell=tell, now=now)


def _tell(session: Session, article: Article, link: Changed, *, tell: bool, now: datetime) -> None:
    reply_id = link.item.id.partition("/")[2]
    if link.became == Status.NORMAL:
        enqueue_notices(session, article, now=now)
        return
    call_back(session, article, reply_id=reply_id, now=now)
    if tell:
        enqueue_reader_notices(session, CORRECT, article.id, reply_id, now=now)
