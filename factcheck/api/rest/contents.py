"""Messages, replies and topics."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from factcheck.api.rest import models
from factcheck.api.rest.problems import ApiError
from factcheck.api.rest.reading import Reader, in_order, page_of
from factcheck.api.rest.routes import Api, Route
from factcheck.db.base import time_key
from factcheck.db.session import read_only
from factcheck.models import ELSEWHERE, Article, ArticleCategory, ArticleReply, Reply, Status
from factcheck.services.topics import all_topics

_SHOWN_AT = (
    *(ArticleReply.reply_id == Reply.id, ArticleReply.status == Status.NORMAL),
    *(Article.id == ArticleReply.article_id, Article.status == Status.NORMAL),
)
_OURS = Reply.app_id.is_distinct_from(ELSEWHERE)


def articles(api: Api, asked: models.ArticlesAsked) -> models.Page[models.Article]:
    keys = in_order(time_key(Article.created_at), Article.id, asked.order)
    with read_only(api.factory) as session:
        query = select(Article).where(*_wanted(asked))
        items, following = page_of(session, query, keys, asked, Reader(session, api.base_url).articles)
    return models.Page(items=items, next=following)


def _wanted(asked: models.ArticlesAsked) -> list[ColumnElement[bool]]:
    found: list[Any] = [Article.status == Status.NORMAL, Article.app_id != ELSEWHERE]
    if asked.replied is not None:
        found.append(
            Article.normal_article_reply_count > 0 if asked.replied else Article.normal_article_reply_count == 0
        )
    if asked.language is not None:
        found.append(Article.language == asked.language)
    if asked.topic is not None:
        link = ArticleCategory
        not_refused = link.positive_feedback_count >= link.negative_feedback_count
        of_it = (link.article_id == Article.id, link.category_id == asked.topic, link.status == Status.NORMAL)
        found.append(exists().where(*of_it, not_refused))
    if asked.created_after is not None:
        found.append(time_key(Article.created_at) > asked.created_after)
    if asked.created_before is not None:
        found += [Article.created_at.is_not(None), time_key(Article.created_at) < asked.created_before]
    return found


def article(api: Api, _asked: models.Asked, article_id: str) -> models.Article:
    with read_only(api.factory) as session:
        row = session.get(Article, article_id)
        if row is None:
            raise ApiError(404, "There is no such message.")
        if row.status != Status.NORMAL:
            raise ApiError(410, "This message is no longer shown.")
        [found] = Reader(session, api.base_url).articles([row])
    return found


def replies(api: Api, asked: models.RepliesAsked) -> models.Page[models.Reply]:
    keys = in_order(time_key(Reply.created_at), Reply.id, asked.order)
    query = select(Reply).where(exists().where(*_SHOWN_AT), _OURS)
    if asked.type is not None:
        query = query.where(Reply.type == asked.type)
    with read_only(api.factory) as session:
        items, following = page_of(session, query, keys, asked, Reader(session, api.base_url).replies)
    return models.Page(items=items, next=following)


def reply(api: Api, _asked: models.Asked, reply_id: str) -> models.Reply:
    with read_only(api.factory) as session:
        row = session.get(Reply, reply_id)
        if row is None:
            raise ApiError(404, "There is no such reply.")
        if not session.scalar(select(exists().where(*_SHOWN_AT, Reply.id == reply_id))):
            raise ApiError(410, "This reply is no longer shown.")
        [found] = Reader(session, api.base_url).replies([row])
    return found


def article_replies(api: Api, asked: models.LinksAsked) -> models.Page[models.ArticleReply]:
    link = ArticleReply
    keys = in_order(time_key(link.created_at), link.article_id, asked.order)
    keys.append(in_order(link.reply_id, link.reply_id, asked.order)[0])
    query = select(link).join(Article, Article.id == link.article_id).where(link.status == Status.NORMAL)
    query = query.where(Article.status == Status.NORMAL, link.app_id != ELSEWHERE)
    for column, wanted in ((link.article_id, asked.article_id), (link.reply_id, asked.reply_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    with read_only(api.factory) as session:
        items, following = page_of(session, query, keys, asked, Reader(session, api.base_url).links)
    return models.Page(items=items, next=following)


def topics(api: Api, _asked: models.Asked) -> models.Topics:
    with read_only(api.factory) as session:
        rows = all_topics(session)
    return models.Topics(items=[models.Topic(id=one.id, title=one.title, description=one.description) for one in rows])


_GONE = (404, 410)
ROUTES = (
    Route("/articles", articles, "Messages that people reported", models.Page[models.Article], models.ArticlesAsked),
    Route("/articles/{article_id}", article, "One message with its replies", models.Article, errors=_GONE),
    Route("/replies", replies, "Fact-checks that volunteers wrote", models.Page[models.Reply], models.RepliesAsked),
    Route("/replies/{reply_id}", reply, "One fact-check", models.Reply, errors=_GONE),
    Route(
        "/article-replies",
        article_replies,
        "Which reply stands at which message, and what readers found of it there",
        models.Page[models.ArticleReply],
        models.LinksAsked,
    ),
    Route("/topics", topics, "All topics", models.Topics),
)
