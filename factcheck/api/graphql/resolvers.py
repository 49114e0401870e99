"""What answers the schema's queries."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from ariadne import ObjectType, QueryType
from graphql import GraphQLError, GraphQLResolveInfo
from sqlalchemy import select

from factcheck.api.graphql import filters, ordering, visits
from factcheck.api.graphql.attachments import ORIGINAL, attachment_url, found_by_media
from factcheck.api.graphql.context import LOG_IN_FIRST, Context
from factcheck.api.graphql.loading import builder, one
from factcheck.api.graphql.mutations import mutation
from factcheck.api.graphql.paging import EMPTY, Listing, Node, Paging, Source, connection
from factcheck.api.graphql.people import is_published, people
from factcheck.api.graphql.similar import Scores, found_articles, found_replies, highlights, terms_of
from factcheck.api.graphql.wanted import wanted
from factcheck.db.base import time_key
from factcheck.db.session import read_only
from factcheck.models import (
    ELSEWHERE,
    Analytics,
    Article,
    ArticleCategory,
    ArticleReplyFeedback,
    Category,
    Cooccurrence,
    Reply,
    ReplyRequest,
    SimilarArticle,
    Status,
    User,
)

query = QueryType()
article, reply, link, category, co_forwarded = (
    ObjectType(name) for name in ("Article", "Reply", "ArticleReply", "Category", "Cooccurrence")
)
RESOLVERS = [query, mutation, article, reply, link, category, co_forwarded]

Info = GraphQLResolveInfo
Asked = Mapping[str, Any]
"""The arguments of a field. Their names, such as `filter`, are Cofacts', and some are taken in Python."""


@query.field("GetArticle")
def get_article(_: Any, info: Info, **asked: Any) -> Node | None:
    return one(info, Article, asked.get("id") or "")


@query.field("GetReply")
def get_reply(_: Any, info: Info, **asked: Any) -> Node | None:
    return one(info, Reply, asked.get("id") or "")


@query.field("GetCategory")
def get_category(_: Any, info: Info, **asked: Any) -> Node | None:
    return one(info, Category, asked.get("id") or "")


@query.field("GetUser")
def get_user(_: Any, info: Info, **asked: Any) -> Node | None:
    """Finds a person. Nobody has a slug; without an id the one who asks is meant, and a stranger is nobody."""
    user_id, viewer_id = asked.get("id"), info.context.viewer_id
    if user_id and asked.get("slug"):
        raise GraphQLError("cannot search by both id and slug")
    with read_only(info.context.factory) as session:
        if user_id:
            row_id = session.scalar(select(User.id).where(is_published(user_id)))
        else:
            row_id = None if asked.get("slug") else viewer_id
        found = people(session, {row_id}, wanted(info)).get(row_id) if row_id else None
    return {**found, "appUserId": info.context.caller.given_id} if found and row_id == viewer_id else found


@query.field("ListArticles")
def list_articles(_: Any, info: Info, **asked: Any) -> Node:
    context, wish = info.context, asked.get("filter") or {}
    source, last, fulfilled = _by_last_link(asked, wish, context)
    where = filters.of_articles({**wish, **fulfilled}, context.clock(), context.viewer_id)
    if wish.get("transcript") is not None and not wish.get("mediaUrl"):
        raise GraphQLError("`filter.mediaUrl` must be provided when `filter.transcript` is true")
    if same := wish.get("fromUserOfArticleId"):
        _must_exist(context, same)
    known = {
        "updatedAt": time_key(Article.updated_at),
        "createdAt": time_key(Article.created_at),
        "lastRequestedAt": time_key(Article.last_requested_at),
        "replyCount": Article.normal_article_reply_count,
        "replyRequestCount": Article.reply_request_count,
    }
    like = filters.like_of(wish)
    scores = found_articles(context, like, wish["moreLikeThis"].get("minimumShouldMatch")) if like else None
    similar: Scores = {}
    if url := wish.get("mediaUrl"):
        similar, scores, like = _with_file_of(context, url, wish.get("transcript") or {})
        where.append(Article.status == Status.NORMAL)
    return _listed(info, Article, where, {**known, **last}, asked, scores, like, source, similar)


def _by_last_link(asked: Asked, wish: Asked, context: Context) -> tuple[Source, dict[str, Any], dict[str, None]]:
    """Joins what only some orders need; gives their keys, too, and the filters, as empty, that the joins fulfil."""
    rows, counted, known, fulfilled = Article, Article, dict[str, Any](), dict[str, None]()
    names = {name for one in _order(asked) for name in one}
    replied, link = wish.get("repliedAt") or {}, wish.get("articleReply")
    since = filters.since_of(replied)
    for name, is_of, which, all_have, is_whole in (
        ("lastRepliedAt", "repliedAt", {"createdAt": since} if since else {}, bool(since), since == replied),
        ("lastMatchingArticleReplyCreatedAt", "articleReply", link or {}, link is not None, True),
    ):
        if name in names:
            conditions = partial(filters.of_links, which, context.clock(), context.viewer_id)
            rows, known[name] = ordering.with_last_link(rows, name, conditions, all_have=all_have)
            if all_have:
                counted = rows
            if all_have and is_whole:
                fulfilled[is_of] = None
    return Source(rows, counted), known, fulfilled


def _with_file_of(context: Context, url: str, transcript: Mapping[str, Any]) -> tuple[Scores, Scores, str]:
    """Finds articles with a file like the one at an address, and such as say what stands in it; how like the files are,
    the scores of all, and the words that were read. Only for apps, since to fetch and to read is much work."""
    if context.media is None or not context.caller.app_id:
        return {}, {}, ""
    facts, similar = found_by_media(context.factory, context.media, url)
    by_words = found_articles(context, facts.text, transcript.get("minimumShouldMatch")) if facts.text else {}
    scores = {one: 100 * similar.get(one, 0.0) + by_words.get(one, 0.0) for one in (*similar, *by_words)}
    return dict(similar), dict(sorted(scores.items(), key=lambda one: -one[1])), facts.text


@article.field("attachmentUrl")
def attachment(parent: Node, info: Info, variant: str | None = None) -> str | None:
    row, file = parent["attachment"]
    return attachment_url(info.context.media, row, file, variant or ORIGINAL)


@query.field("ListReplies")
def list_replies(_: Any, info: Info, **asked: Any) -> Node:
    wish = asked.get("filter") or {}
    like = filters.like_of(wish)
    scores = found_replies(info.context, like) if like else None
    where = filters.of_replies(wish, info.context.clock(), info.context.viewer_id)
    if scores is None:
        where.append(Reply.app_id.is_distinct_from(ELSEWHERE))
    known = {"createdAt": time_key(Reply.created_at)}
    return _listed(info, Reply, where, known, asked, scores, like)


@query.field("ListCategories")
def list_categories(_: Any, info: Info, **asked: Any) -> Node:
    return _listed(info, Category, [], {"createdAt": time_key(Category.created_at)}, asked)


@query.field("ListArticleReplyFeedbacks")
def list_feedbacks(_: Any, info: Info, **asked: Any) -> Node:
    model = ArticleReplyFeedback
    known = {
        "createdAt": time_key(model.created_at),
        "updatedAt": time_key(model.updated_at),
        "vote": model.score,
    }
    wish, context = asked.get("filter") or {}, info.context
    return _listed(info, model, filters.of_feedbacks(wish, context.clock(), context.viewer_id), known, asked)


@query.field("ListReplyRequests")
def list_requests(_: Any, info: Info, **asked: Any) -> Node:
    model = ReplyRequest
    known = {
        "createdAt": time_key(model.created_at),
        "vote": model.positive_feedback_count - model.negative_feedback_count,
    }
    wish, context = asked.get("filter") or {}, info.context
    return _listed(info, model, filters.of_requests(wish, context.clock(), context.viewer_id), known, asked)


@query.field("ListCooccurrences")
def list_cooccurrences(_: Any, info: Info, **asked: Any) -> Node:
    model, now = Cooccurrence, info.context.clock()
    wish = asked.get("filter") or {}
    where = [filters.within(model.updated_at, wish["updatedAt"], now)] if wish.get("updatedAt") is not None else []
    known = {"createdAt": time_key(model.created_at), "updatedAt": time_key(model.updated_at)}
    return _listed(info, model, where, known, asked)


@query.field("ListAnalytics")
def list_analytics(_: Any, info: Info, **asked: Any) -> Node:
    where = visits.of_analytics(asked.get("filter") or {}, info.context.clock())
    keys = ordering.asked_keys(_order(asked), {"date": Analytics.day}, Analytics.id)
    return connection(info.context, Listing(Analytics, where, keys), _paging(asked), visits.visit_nodes)


@query.field("ListBlockedUsers")
@query.field("ListAIResponses")
def list_nothing(_: Any, _info: Info, **asked: Any) -> Node:
    """Answers for what this service does not have, or does not publish."""
    _paging(asked)
    return EMPTY


@query.field("ValidateSlug")
def validate_slug(_: Any, _info: Info, slug: str) -> Node:
    wrong = "EMPTY" if not slug else "NOT_TRIMMED" if slug != slug.strip() else None
    if wrong is None and quote(slug, safe="") != slug:
        wrong = "HAS_URI_COMPONENT"
    return {"success": wrong is None, "error": wrong}


@article.field("articleReplies")
@reply.field("articleReplies")
def article_replies(parent: Node, info: Info, **asked: Any) -> list[Node]:
    viewer_id = info.context.viewer_id
    if asked.get("selfOnly") and not viewer_id:
        raise GraphQLError(LOG_IN_FIRST)
    users = [*([asked["userId"]] if asked.get("userId") else []), *(asked.get("userIds") or ())]
    app_id = asked.get("appId")
    return [
        one
        for one in _of_status(parent["links"], asked)
        if (not app_id or one["appId"] == app_id)
        and (not users or one["userId"] in users)
        and (not asked.get("selfOnly") or one["canUpdateStatus"])
    ]


@link.field("feedbacks")
def feedbacks(parent: Node, _info: Info, **asked: Any) -> list[Node]:
    return _of_status(parent["votes"], asked)


@article.field("articleCategories")
def article_categories(parent: Node, _info: Info, **asked: Any) -> list[Node]:
    return _of_status(parent["categories"], asked)


@article.field("replyRequests")
def reply_requests(parent: Node, _info: Info, **asked: Any) -> list[Node]:
    return _of_status(parent["requests"], asked)


@article.field("aiReplies")
def nothing(_parent: Node, _info: Info, **_asked: Any) -> list[Node]:
    return []


@article.field("stats")
def stats(parent: Node, info: Info, **asked: Any) -> list[Node]:
    found: list[Node] = parent["visits"].of(info.context, parent["id"], asked.get("dateRange"))
    return found


@article.field("relatedArticles")
def related_articles(parent: Node, info: Info, **asked: Any) -> Node:
    near = _similar(info.context, parent["id"])
    where = filters.of_articles(asked.get("filter") or {}, info.context.clock())
    known = {"updatedAt": time_key(Article.updated_at)}
    return _listed(info, Article, where, known, asked, near)


@reply.field("similarReplies")
def similar_replies(parent: Node, info: Info, **asked: Any) -> Node:
    scores = {one: score for one, score in found_replies(info.context, parent["text"]).items() if one != parent["id"]}
    known = {"createdAt": time_key(Reply.created_at)}
    return _listed(info, Reply, [], known, asked, scores)


@category.field("articleCategories")
def of_category(parent: Node, info: Info, **asked: Any) -> Node:
    model = ArticleCategory
    where = [model.category_id == parent["id"], model.status == asked["status"]]
    keys = ordering.asked_keys(_order(asked), {"createdAt": time_key(model.created_at)}, model.article_id)
    return connection(info.context, Listing(model, where, keys), _paging(asked), builder(info, model))


def _listed(
    info: Info,
    model: Any,
    where: list[Any],
    known: Mapping[str, Any],
    asked: Asked,
    scores: Mapping[str, float] | None = None,
    like: str = "",
    source: Source | None = None,
    similar: Mapping[str, float] | None = None,
) -> Node:
    """Lists what was searched for by its rank, also where no order is asked for: some clients take the first."""
    order = _order(asked)
    if scores is not None:
        where = [*where, model.id.in_(list(scores))]
        known = {**known, "_score": ordering.by_rank(model.id, list(scores))}
        order = order or [{"_score": "DESC"}]
    mark = partial(highlights, terms=terms_of(like)) if like else None
    keys = ordering.asked_keys(order, known, model.id)
    listing = Listing(model, where, keys, source, scores, mark, similar or {})
    return connection(info.context, listing, _paging(asked), builder(info, model))


def _similar(context: Context, article_id: str) -> dict[str, float]:
    pairs = select(SimilarArticle.other_id, SimilarArticle.probability).where(SimilarArticle.article_id == article_id)
    with read_only(context.factory) as session:
        rows = session.execute(pairs.order_by(SimilarArticle.probability.desc(), SimilarArticle.other_id)).all()
    return {row.other_id: row.probability for row in rows}


def _of_status(nodes: Sequence[Node], asked: Asked) -> list[Node]:
    """`status`, which is deprecated, counts before `statuses`."""
    shown = [asked["status"]] if asked.get("status") else asked.get("statuses") or ["NORMAL"]
    return [one for one in nodes if one["status"] in shown]


def _order(asked: Asked) -> list[Mapping[str, str]]:
    """A lone object was made a list of one by GraphQL."""
    return [one for one in asked.get("orderBy") or () if one]


def _paging(asked: Asked) -> Paging:
    return Paging.asked(asked.get("first"), asked.get("after"), asked.get("before"))


def _must_exist(context: Context, article_id: str) -> None:
    with read_only(context.factory) as session:
        if session.get(Article, article_id) is None:
            raise GraphQLError("fromUserOfArticleId does not match any existing articles")
