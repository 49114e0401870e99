import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.errors import CheckedElsewhereError, ForbiddenError, GoneError, InvalidInputError, NotFoundError
from factcheck.limits import MAX_REFERENCE_LENGTH, MAX_REPLY_LENGTH
from factcheck.matching.text.normalise import extract_urls
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleReply,
    Membership,
    Reply,
    ReplyHyperlink,
    ReplyType,
    Status,
    User,
    VoteStatus,
)
from factcheck.services.articles import adopt, lock_article, storable_urls
from factcheck.services.claims import release
from factcheck.services.clusters import recount_cluster
from factcheck.services.hyperlinks import want
from factcheck.services.indexing import article_changed
from factcheck.services.notices import CORRECT, call_back, enqueue_notices, enqueue_reader_notices
from factcheck.services.references import has_address
from factcheck.services.roles import Action, require
from factcheck.votes.status import RANK

NEEDS_REFERENCE = (ReplyType.RUMOR, ReplyType.NOT_RUMOR, ReplyType.OPINIONATED)
"""Only a message outside the scope of checking needs none, as is usual in the field."""

Order = tuple[bool, int, int, float]

FORM_KEY = re.compile(r"[0-9a-z]{20}")


@dataclass(frozen=True)
class ReplyDraft:
    """What a volunteer filled in. With the form's `form_key`, sending it twice makes one reply."""

    type: str
    text: str
    reference: str
    form_key: str


def new_form_key() -> str:
    return ids.random_id(20)


def is_visible(text: str) -> bool:
    """Tells whether a text has more than spaces and characters that nobody sees."""
    return any(not letter.isspace() and unicodedata.category(letter)[0] != "C" for letter in text)


def check_draft(draft: ReplyDraft) -> list[InvalidInputError]:
    problems = []
    if draft.type not in list(ReplyType):
        problems.append(InvalidInputError("type", "Choose what the message is."))
    if not is_visible(draft.text):
        problems.append(InvalidInputError("text", "Write the reply."))
    if len(draft.text) > MAX_REPLY_LENGTH:
        problems.append(InvalidInputError("text", "Please use at most %(limit)d characters.", limit=MAX_REPLY_LENGTH))
    if draft.type in NEEDS_REFERENCE and not draft.reference.strip():
        problems.append(InvalidInputError("reference", "Say where people can check this: at least one reference."))
    elif len(draft.reference) > MAX_REFERENCE_LENGTH:
        problems.append(
            InvalidInputError("reference", "Please use at most %(limit)d characters.", limit=MAX_REFERENCE_LENGTH)
        )
    elif draft.type in NEEDS_REFERENCE and not has_address(draft.reference):
        problems.append(InvalidInputError("reference", "Give at least one web address that everybody can open."))
    return problems


def write_reply(session: Session, article: Article, draft: ReplyDraft, user: User, *, now: datetime) -> ArticleReply:
    """Publish a new reply; the same form again returns the first result. Raises the first of `check_draft`'s problems;
    ForbiddenError for a form key that is not this person's, or who is blocked."""
    require(user, Action.CONTRIBUTE)
    if not FORM_KEY.fullmatch(draft.form_key):
        raise InvalidInputError("form_key", "The form is incomplete; please reload the page.")
    lock_article(session, article.id)  # the same form at once must see the first's reply
    earlier = session.get(Reply, draft.form_key)
    if earlier is not None:
        link = session.get(ArticleReply, (article.id, earlier.id))
        if earlier.user_id != user.id or link is None:
            raise ForbiddenError("This form was already used; please reload the page.")
        return link
    for problem in check_draft(draft):
        raise problem
    reply = Reply(
        id=draft.form_key,
        type=draft.type,
        text=draft.text.strip(),
        reference=draft.reference.strip(),
        user_id=user.id,
        app_id=user.app_id,
        created_at=now,
    )
    membership = session.get(Membership, user.id)
    reply.organisation_id = membership.organisation_id if membership else None
    session.add(reply)
    session.flush()
    hyperlinks = hyperlinks_of(reply)
    session.add_all(hyperlinks)
    want(session, [link.url for link in hyperlinks], now=now)
    return attach_reply(session, article, reply, user, now=now)


def hyperlinks_of(reply: Reply) -> list[ReplyHyperlink]:
    urls = storable_urls(extract_urls(reply.text) + extract_urls(reply.reference))
    return [ReplyHyperlink(reply_id=reply.id, url=url, normalized_url=url) for url in urls]


def attach_reply(session: Session, article: Article, reply: Reply, user: User, *, now: datetime) -> ArticleReply:
    """Link an existing reply to an article; one's own link taken back is restored. Raises ForbiddenError when somebody
    else took it back, it was blocked, or the person is."""
    require(user, Action.CONTRIBUTE)
    if reply.blocked_at is not None:
        raise ForbiddenError("This reply was hidden by moderation.")
    lock_article(session, article.id)
    if reply.app_id == ELSEWHERE:
        raise CheckedElsewhereError("This was checked elsewhere, and stands at its own message alone.")
    link = _current_link(session, article.id, reply.id)
    if link is not None and link.status == Status.NORMAL:
        return link
    adopt(article, user)
    if link is not None and (link.status != Status.DELETED or link.user_id != user.id):
        raise ForbiddenError("This reply was taken off this message before.")
    if link is None:
        link = ArticleReply(
            article_id=article.id,
            reply_id=reply.id,
            user_id=user.id,
            app_id=user.app_id,
            positive_feedback_count=0,
            negative_feedback_count=0,
            created_at=now,
        )
        session.add(link)
    link.status = Status.NORMAL
    link.updated_at = now
    links_changed(session, article, now)
    release(session, article.cluster_id, user.id)
    enqueue_notices(session, article, now=now)
    return link


def reusable_reply(session: Session, article_id: str, reply_id: str, user: User) -> Reply:
    """Finds a reply that may be put at an article: it is shown somewhere, or was this person's here. Raises
    NotFoundError for one that never was, GoneError for one shown nowhere."""
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise NotFoundError(f"no reply {reply_id!r}")
    own = session.get(ArticleReply, (article_id, reply_id))
    if own is None or own.user_id != user.id:
        shown = select(ArticleReply.reply_id).join(Article, Article.id == ArticleReply.article_id)
        stands = (ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)
        if session.scalar(shown.where(ArticleReply.reply_id == reply_id, *stands).limit(1)) is None:
            raise GoneError("This reply was taken back a moment ago, so it cannot be used here.")
    return reply


def take_back(session: Session, article_id: str, reply_id: str, user: User, *, now: datetime) -> ArticleReply:
    """Hide one's own link. Raises NotFoundError, ForbiddenError."""
    lock_article(session, article_id)
    link = _current_link(session, article_id, reply_id)
    if link is None:
        raise NotFoundError(f"no reply {reply_id!r} at article {article_id!r}")
    if link.user_id != user.id:
        raise ForbiddenError("Only the person who added this reply can take it back.")
    if link.status == Status.NORMAL:
        link.status = Status.DELETED
        link.updated_at = now
        article = session.get_one(Article, article_id)
        links_changed(session, article, now)
        call_back(session, article, reply_id=reply_id, now=now)
        enqueue_reader_notices(session, CORRECT, article_id, reply_id, now=now)
    return link


def _current_link(session: Session, article_id: str, reply_id: str) -> ArticleReply | None:
    """Reads the link again, as it may have changed before we had the article's lock."""
    return session.get(ArticleReply, (article_id, reply_id), populate_existing=True)


def links_changed(session: Session, article: Article, now: datetime) -> None:
    """Brings counters, without replies from elsewhere, and index to what is shown now. The caller holds the article's
    lock."""
    session.flush()
    query = select(func.count()).where(ArticleReply.article_id == article.id, ArticleReply.status == Status.NORMAL)
    count = session.scalar(query.where(ArticleReply.app_id != ELSEWHERE))
    article.normal_article_reply_count = count or 0
    recount_cluster(session, article.cluster_id)
    article.updated_at = now
    article_changed(session, article, now=now)


def reply_order(link: ArticleReply) -> Order:
    score = link.positive_feedback_count - link.negative_feedback_count
    return _order(link.reply.type, link.vote_status, score, link.created_at)


def _order(reply_type: str, vote_status: str, score: int, created_at: datetime | None) -> Order:
    """Sorts checkable before out-of-scope, then by what the votes made of it, then by helpful minus not helpful, then
    newest first."""
    newest = -(created_at.timestamp() if created_at else 0.0)
    return reply_type == ReplyType.NOT_ARTICLE, RANK.index(VoteStatus(vote_status)), -score, newest


def shown_replies(links: Iterable[ArticleReply]) -> list[ArticleReply]:
    """Lists those that may be shown, best first."""
    return sorted((link for link in links if link.status == Status.NORMAL), key=reply_order)


def replies_for(article: Article) -> list[ArticleReply]:
    """Lists an article's own replies, best first, then those that only its copies have."""
    found: dict[str, ArticleReply] = {}
    for link in sorted(shown_replies(article.cluster_replies), key=lambda link: link.article_id != article.id):
        found.setdefault(link.reply_id, link)
    return list(found.values())


class BestReply(NamedTuple):
    id: str
    type: str


_COLUMNS = (
    select(
        *(Article.cluster_id, ArticleReply.article_id, ArticleReply.reply_id, Reply.type, ArticleReply.created_at),
        ArticleReply.vote_status,
        (ArticleReply.positive_feedback_count - ArticleReply.negative_feedback_count).label("score"),
    )
    .join(ArticleReply, ArticleReply.article_id == Article.id)
    .join(Reply, Reply.id == ArticleReply.reply_id)
    .where(Article.status == Status.NORMAL, ArticleReply.status == Status.NORMAL)
    .where(Article.cluster_id.in_(bindparam("cluster_ids", expanding=True)))
)


def best_replies(session: Session, clusters: Mapping[str, str]) -> dict[str, BestReply]:
    """Finds the first of `replies_for` by columns alone, for articles that are given with their clusters."""
    links: dict[str, list[Any]] = {}
    for link in session.execute(_COLUMNS, {"cluster_ids": sorted(set(clusters.values()))}):
        links.setdefault(link.cluster_id, []).append(link)
    found: dict[str, BestReply] = {}
    for article_id, cluster_id in clusters.items():
        if cluster_id in links:
            best = min(links[cluster_id], key=lambda link: _order_at(link, article_id))
            found[article_id] = BestReply(best.reply_id, best.type)
    return found


def _order_at(link: Any, article_id: str) -> tuple[bool, bool, int, int, float]:
    return link.article_id != article_id, *_order(link.type, link.vote_status, link.score, link.created_at)
