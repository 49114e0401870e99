"""What clients ask lists for, as conditions on rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphql import GraphQLError
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from factcheck.api.graphql.context import LOG_IN_FIRST
from factcheck.api.graphql.people import is_published
from factcheck.api.graphql.values import within
from factcheck.limits import MAX_TEXT_LENGTH
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Reply,
    ReplyRequest,
    Status,
    User,
)
from factcheck.services.withheld import COMMENT_WITHHELD

Filter = Mapping[str, Any]
Conditions = list[ColumnElement[bool]]

SCORES = {"UPVOTE": 1, "NEUTRAL": 0, "DOWNVOTE": -1}


def common(model: Any, asked: Filter, now: datetime, viewer_id: str | None = None) -> Conditions:
    """Reads what every list knows. A null is no filter."""
    found: Conditions = []
    if asked.get("selfOnly"):
        if viewer_id is None:
            raise GraphQLError(LOG_IN_FIRST)
        found.append(model.user_id == viewer_id)
    if app_id := asked.get("appId"):
        found.append(_from_app(model, app_id))
    wanted = [*([asked["userId"]] if asked.get("userId") else []), *(asked.get("userIds") or ())]
    if wanted:
        found.append(model.user_id.in_(select(User.id).where(or_(*(is_published(one) for one in wanted)))))
    if asked.get("createdAt") is not None:
        found.append(within(model.created_at, asked["createdAt"], now))
    if asked.get("ids") is not None:
        found.append(model.id.in_(asked["ids"]))
    return found


def _of_status(model: Any, asked: Filter) -> ColumnElement[bool]:
    """Compares with a list of one, as nearly all are, which takes less than to look into a list."""
    wanted = _given(asked, "statuses") or [Status.NORMAL]
    return model.status == wanted[0] if len(wanted) == 1 else model.status.in_(wanted)


def of_articles(asked: Filter, now: datetime, viewer_id: str | None = None) -> Conditions:
    found = [*common(Article, asked, now, viewer_id), _of_status(Article, asked)]
    if like_of(asked):  # what is found of hidden words would tell them, one guess after the other
        found.append(Article.status == Status.NORMAL)
    else:
        found.append(Article.app_id != ELSEWHERE)  # only what is searched for may be somebody else's
    if types := _given(asked, "articleTypes"):
        found.append(Article.article_type.in_(types))
    if asked.get("replyCount") is not None:
        found.append(within(Article.normal_article_reply_count, asked["replyCount"]))
    if asked.get("replyRequestCount") is not None:
        found.append(within(Article.reply_request_count, asked["replyRequestCount"]))
    if categories := _given(asked, "categoryIds"):
        found.append(_categories(ArticleCategory.category_id.in_(categories)))
    if asked.get("categoryCount") is not None:
        found.append(within(_category_count(), asked["categoryCount"]))
    return found + _by_replies(asked, now, viewer_id) + _by_people(asked)


def of_replies(asked: Filter, now: datetime, viewer_id: str | None = None) -> Conditions:
    found = common(Reply, asked, now, viewer_id)
    types = [*_given(asked, "types"), *([asked["type"]] if asked.get("type") else [])]
    return [*found, Reply.type.in_(types)] if types else found


def of_feedbacks(asked: Filter, now: datetime, viewer_id: str | None = None) -> Conditions:
    model = ArticleReplyFeedback
    found = [*common(model, asked, now, viewer_id), _of_status(model, asked)]
    for name, column in (("articleId", model.article_id), ("replyId", model.reply_id)):
        if asked.get(name):
            found.append(column == asked[name])
    if votes := _given(asked, "vote"):
        found.append(model.score.in_([SCORES[vote] for vote in votes]))
    if asked.get("updatedAt") is not None:
        found.append(within(model.updated_at, asked["updatedAt"], now))
    if like := like_of(asked):
        found += [~COMMENT_WITHHELD, func.lower(model.comment).contains(like.lower(), autoescape=True)]
    if author := asked.get("replyUserId"):
        found.append(_wrote_reply(author))
    if author := asked.get("articleReplyUserId"):
        found.append(_linked_reply(author))
    if author := asked.get("authorId"):
        found.append(or_(_wrote_reply(author), _linked_reply(author)))
    return found


def like_of(asked: Filter) -> str:
    """The text searched for, as much of it as a message may have; '' for none."""
    return ((asked.get("moreLikeThis") or {}).get("like") or "")[:MAX_TEXT_LENGTH]


def _wrote_reply(published_id: str) -> ColumnElement[bool]:
    return exists().where(Reply.id == ArticleReplyFeedback.reply_id, Reply.user_id == _user(published_id))


def _linked_reply(published_id: str) -> ColumnElement[bool]:
    link = (
        ArticleReply.article_id == ArticleReplyFeedback.article_id,
        ArticleReply.reply_id == ArticleReplyFeedback.reply_id,
    )
    return exists().where(*link, ArticleReply.user_id == _user(published_id))


def of_requests(asked: Filter, now: datetime, viewer_id: str | None = None) -> Conditions:
    found = [*common(ReplyRequest, asked, now, viewer_id), _of_status(ReplyRequest, asked)]
    return [*found, ReplyRequest.article_id == asked["articleId"]] if asked.get("articleId") else found


def of_links(asked: Filter, now: datetime, viewer_id: str | None = None, link: Any = ArticleReply) -> Conditions:
    """Conditions that a single link must satisfy; `link`: ArticleReply, or another name for it."""
    found = [_of_status(link, asked)]
    if types := _given(asked, "replyTypes"):
        found.append(link.reply_id.in_(select(Reply.id).where(Reply.type.in_(types))))
    return found + common(link, {**asked, "ids": None}, now, viewer_id)


def since_of(limits: Filter) -> Filter:
    """The lower end of a range; empty where it has none."""
    return {name: limits[name] for name in ("GT", "GTE") if limits.get(name) is not None and not limits.get("EQ")}


def _has_link(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ArticleReply.article_id == Article.id, *which)


def _by_replies(asked: Filter, now: datetime, viewer_id: str | None) -> Conditions:
    found: Conditions = []
    if (better := asked.get("hasArticleReplyWithMorePositiveFeedback")) is not None:
        liked = _has_link(
            *of_links({}, now), ArticleReply.positive_feedback_count > ArticleReply.negative_feedback_count
        )
        found.append(liked if better else ~liked)
    if asked.get("articleReply") is not None:
        found.append(_has_link(*of_links(asked["articleReply"], now, viewer_id)))
    if types := _given(asked, "replyTypes"):
        found.append(_has_link(*of_links({"replyTypes": types}, now)))
    if asked.get("repliedAt") is not None:
        found.append(_has_link(*of_links({"createdAt": asked["repliedAt"]}, now)))
    return found


def _by_people(asked: Filter) -> Conditions:
    found: Conditions = []
    if by := asked.get("articleRepliesFrom"):
        link = _has_link(ArticleReply.status == Status.NORMAL, ArticleReply.user_id == _user(by["userId"]))
        found.append(link if by.get("exists", True) else ~link)
    if (by := asked.get("transcribedBy")) and by.get("exists", True):
        found.append(false())
    if same := asked.get("fromUserOfArticleId"):
        of = select(Article.user_id).where(Article.id == same)
        found.append(and_(Article.user_id == of.scalar_subquery(), Article.app_id == _app_of(same)))
    return found


def _categories(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*_standing_categories(), condition)


def _category_count() -> Any:
    return select(func.count()).where(*_standing_categories()).correlate(Article).scalar_subquery()


def _standing_categories() -> Conditions:
    return [
        ArticleCategory.article_id == Article.id,
        ArticleCategory.status == Status.NORMAL,
        ArticleCategory.positive_feedback_count >= ArticleCategory.negative_feedback_count,
    ]


def _from_app(model: Any, app_id: str) -> ColumnElement[bool]:
    if hasattr(model, "app_id"):
        return model.app_id == app_id
    return model.user_id.in_(select(User.id).where(User.app_id == app_id))


def _user(published_id: str) -> Any:
    return select(User.id).where(is_published(published_id)).scalar_subquery()


def _app_of(article_id: str) -> Any:
    return select(Article.app_id).where(Article.id == article_id).scalar_subquery()


def _given(asked: Filter, name: str) -> Sequence[Any]:
    """A list without its nulls; one that is empty is no filter."""
    return [value for value in asked.get(name) or () if value is not None]
