"""Which messages a list shows. All conditions hold at once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, true

from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Claim,
    Draft,
    Need,
    ReadMark,
    Reply,
    ReplyType,
    Status,
    User,
)
from factcheck.services.clusters import OTHER_VERDICT, VERDICT_BITS
from factcheck.services.needs import ENOUGH_VOTES


class Tab(StrEnum):
    WAITING = "waiting"
    VOTES = "votes"
    STUCK = "stuck"
    RETIRED = "retired"
    ANSWERED = "answered"
    ALL = "all"


NEEDS = {
    Tab.WAITING: (Need.REPLY,),
    Tab.VOTES: (Need.VOTES,),
    Tab.STUCK: (Need.STUCK,),
    Tab.RETIRED: (Need.RETIRED,),
    Tab.ANSWERED: (Need.VOTES, Need.NOTHING),
    Tab.ALL: tuple(Need),
}


class Replies(StrEnum):
    NONE = "none"
    SOME = "some"
    MANY = "many"
    """Three or more."""


class Votes(StrEnum):
    HELPFUL = "helpful"
    """A reply that more people found helpful than not."""
    UNHELPFUL = "unhelpful"
    """Replies, and none of them is helpful."""
    FEW = "few"


class Mine(StrEnum):
    """What the person who looks has done. It shows nothing to strangers, who are told to log in."""

    REPLIED = "replied"
    NOT_REPLIED = "not-replied"
    VOTED = "voted"
    UNREAD = "unread"
    DRAFTED = "drafted"
    """There is an unfinished text of theirs."""


class Claimed(StrEnum):
    YES = "yes"
    NO = "no"
    BY_ME = "by-me"


MANY_REPLIES = 3


@dataclass(frozen=True)
class Filters:
    """Conditions on a list; None or '' leaves one out."""

    topic: str = ""
    language: str = ""
    since: datetime | None = None
    """First reported from this moment on."""
    until: datetime | None = None
    """First reported before it."""
    kind: str = ""
    """The type of the message: TEXT."""
    verdict: str = ""
    """The type of a reply that it has."""
    replies: Replies | None = None
    votes: Votes | None = None
    author: str = ""
    """The name of somebody who wrote a reply."""
    organisation: str = ""
    """The id of what somebody wrote a reply for."""
    mine: Mine | None = None
    claimed: Claimed | None = None

    @property
    def is_set(self) -> bool:
        return self != Filters()


def shown(tab: Tab) -> list[ColumnElement[bool]]:
    base = [Article.status == Status.NORMAL, Article.listed == true()]
    if tab == Tab.ALL:
        return base
    needs = NEEDS[tab]
    return [*base, Article.need == needs[0] if len(needs) == 1 else Article.need.in_(needs)]


def conditions(filters: Filters, viewer_id: str | None, *, now: datetime) -> list[ColumnElement[bool]]:
    """Gives what must hold. Conditions on the viewer are left out for strangers."""
    found: list[ColumnElement[bool]] = []
    if filters.topic:
        found.append(Article.id.in_(_with_topic(filters.topic)))
    for column, value in (
        (Article.language, filters.language),
        (Article.article_type, filters.kind),
    ):
        if value:
            found.append(column == value)
    if filters.since:
        found.append(Article.created_at >= filters.since)
    if filters.until:
        found.append(Article.created_at < filters.until)
    if filters.verdict:
        bit = VERDICT_BITS.get(ReplyType(filters.verdict), OTHER_VERDICT)
        found.append(Article.cluster_verdicts.bitwise_and(bit) != 0)
    if filters.author:
        named = select(User.id).where(User.name == filters.author)
        found.append(Article.cluster_id.in_(_answered(Reply.user_id.in_(named))))
    if filters.organisation:
        found.append(Article.cluster_id.in_(_answered(Reply.organisation_id == filters.organisation)))
    found += _of_replies(filters.replies) + _of_votes(filters.votes)
    if viewer_id is not None and filters.mine:
        found.append(_of_viewer(filters.mine, viewer_id))
    if filters.claimed and (viewer_id is not None or filters.claimed != Claimed.BY_ME):
        found.append(_of_claims(filters.claimed, viewer_id, now))
    return found


def _with_topic(category_id: str) -> Select[Any]:
    """Leaves out topics that more people refused than agreed with."""
    topic = ArticleCategory
    agreed = topic.positive_feedback_count >= topic.negative_feedback_count
    return select(topic.article_id).where(topic.category_id == category_id, topic.status == Status.NORMAL, agreed)


def _answered(condition: ColumnElement[bool]) -> Select[Any]:
    """Selects the clusters with a reply that meets a condition."""
    copy = Article.__table__.alias("answered_copy")
    return (
        select(copy.c.cluster_id)
        .join(ArticleReply, ArticleReply.article_id == copy.c.id)
        .join(Reply, Reply.id == ArticleReply.reply_id)
        .where(condition, ArticleReply.status == Status.NORMAL)
    )


def _of_replies(wanted: Replies | None) -> list[ColumnElement[bool]]:
    count = Article.cluster_reply_count
    if wanted is None:
        return []
    return [{Replies.NONE: count == 0, Replies.SOME: count > 0, Replies.MANY: count >= MANY_REPLIES}[wanted]]


def _of_votes(wanted: Votes | None) -> list[ColumnElement[bool]]:
    answered = Article.cluster_reply_count > 0
    if wanted is None:
        return []
    if wanted == Votes.HELPFUL:
        return [Article.cluster_helpful > 0]
    return [
        answered,
        Article.cluster_helpful == 0 if wanted == Votes.UNHELPFUL else Article.cluster_votes < ENOUGH_VOTES,
    ]


def _of_viewer(wanted: Mine, viewer_id: str) -> ColumnElement[bool]:
    if wanted == Mine.UNREAD:
        read = select(ReadMark.article_id).where(ReadMark.user_id == viewer_id)
        return Article.id.not_in(read)
    copy = Article.__table__.alias("own_copy")
    if wanted == Mine.DRAFTED:
        drafted = select(copy.c.cluster_id).join(Draft, Draft.article_id == copy.c.id)
        return Article.cluster_id.in_(drafted.where(Draft.user_id == viewer_id))
    if wanted == Mine.VOTED:
        vote = ArticleReplyFeedback
        voted = select(copy.c.cluster_id).join(vote, vote.article_id == copy.c.id)
        return Article.cluster_id.in_(voted.where(vote.user_id == viewer_id, vote.stands))
    own = select(copy.c.cluster_id).join(ArticleReply, ArticleReply.article_id == copy.c.id)
    own = own.where(ArticleReply.user_id == viewer_id, ArticleReply.status == Status.NORMAL)
    return Article.cluster_id.in_(own) if wanted == Mine.REPLIED else Article.cluster_id.not_in(own)


def _of_claims(wanted: Claimed, viewer_id: str | None, now: datetime) -> ColumnElement[bool]:
    claim = exists().where(Claim.article_id == Article.id, Claim.expires_at > now)
    if wanted == Claimed.BY_ME:
        return claim.where(Claim.user_id == viewer_id)
    return claim if wanted == Claimed.YES else ~claim
