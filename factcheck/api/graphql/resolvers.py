"""What answers the schema's queries."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from ariadne import ObjectType, QueryType
from graphql import GraphQLError, GraphQLResolveInfo
from sqlalchemy import false, select
from sqlalchemy.orm import Session

from factcheck.api.graphql import filters, ordering
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.nodes import Nodes
from factcheck.api.graphql.paging import EMPTY, Listing, Node, Paging, connection
from factcheck.api.graphql.people import is_published, people
from factcheck.api.graphql.similar import found_articles, found_replies, highlights, terms_of
from factcheck.api.graphql.wanted import Wanted, under, wanted
from factcheck.db.session import read_only
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReplyFeedback,
    Category,
    Reply,
    ReplyRequest,
    SimilarArticle,
    User,
)

query = QueryType()
article, reply, link, category = (ObjectType(name) for name in ("Article", "Reply", "ArticleReply", "Category"))
RESOLVERS = [query, article, reply, link, category]

Info = GraphQLResolveInfo
Order = Sequence[Mapping[str, str]] | Mapping[str, str] | None


@query.field("GetArticle")
def get_article(_: Any, info: Info, id: str | None = None) -> Node | None:  # noqa: A002
    return _one(info, Article, Article.id == id)


@query.field("GetReply")
def get_reply(_: Any, info: Info, id: str | None = None) -> Node | None:  # noqa: A002
    return _one(info, Reply, Reply.id == id)


@query.field("GetCategory")
def get_category(_: Any, info: Info, id: str | None = None) -> Node | None:  # noqa: A002
    return _one(info, Category, Category.id == id)


@query.field("GetUser")
def get_user(_: Any, info: Info, id: str | None = None, slug: str | None = None) -> Node | None:  # noqa: A002
    """Nobody has a slug; without an id the person who asks is meant, and a stranger is nobody."""
    if id and slug:
        raise GraphQLError("cannot search by both id and slug")
    with read_only(info.context.factory) as session:
        row = session.scalar(select(User).where(is_published(id))) if id else None
        return people(session, {row.id}, wanted(info))[row.id] if row else None


@query.field("ListArticles")
def list_articles(_: Any, info: Info, filter: Any = None, orderBy: Order = None, **pages: Any) -> Node:  # noqa: A002, N803
    context, asked = info.context, filter or {}
    where = filters.of_articles(asked, context.clock())
    if asked.get("transcript") and not asked.get("mediaUrl"):
        raise GraphQLError("`filter.mediaUrl` must be provided when `filter.transcript` is true")
    if same := asked.get("fromUserOfArticleId"):
        _must_exist(context, same)
    if asked.get("mediaUrl"):
        where.append(false())
    known = {
        "updatedAt": ordering.time_key(Article.updated_at),
        "createdAt": ordering.time_key(Article.created_at),
        "lastRequestedAt": ordering.time_key(Article.last_requested_at),
        "lastRepliedAt": ordering.last_replied(),
        "lastMatchingArticleReplyCreatedAt": ordering.last_link(
            *filters.of_links(asked.get("articleReply") or {}, context.clock())
        ),
        "replyCount": Article.normal_article_reply_count,
        "replyRequestCount": Article.reply_request_count,
    }
    like = asked.get("moreLikeThis") or {}
    scores = found_articles(context, like["like"], like.get("minimumShouldMatch")) if like.get("like") else None
    return _listed(info, Article, where, known, orderBy, pages, scores, like.get("like"))


@query.field("ListReplies")
def list_replies(_: Any, info: Info, filter: Any = None, orderBy: Order = None, **pages: Any) -> Node:  # noqa: A002, N803
    asked = filter or {}
    like = asked.get("moreLikeThis") or {}
    scores = found_replies(info.context, like["like"]) if like.get("like") else None
    where = filters.of_replies(asked, info.context.clock())
    known = {"createdAt": ordering.time_key(Reply.created_at)}
    return _listed(info, Reply, where, known, orderBy, pages, scores, like.get("like"))


@query.field("ListCategories")
def list_categories(_: Any, info: Info, orderBy: Order = None, **pages: Any) -> Node:  # noqa: N803
    return _listed(info, Category, [], {"createdAt": ordering.time_key(Category.created_at)}, orderBy, pages)


@query.field("ListArticleReplyFeedbacks")
def list_feedbacks(_: Any, info: Info, filter: Any = None, orderBy: Order = None, **pages: Any) -> Node:  # noqa: A002, N803
    model = ArticleReplyFeedback
    known = {
        "createdAt": ordering.time_key(model.created_at),
        "updatedAt": ordering.time_key(model.updated_at),
        "vote": model.score,
    }
    return _listed(info, model, filters.of_feedbacks(filter or {}, info.context.clock()), known, orderBy, pages)


@query.field("ListReplyRequests")
def list_requests(_: Any, info: Info, filter: Any = None, orderBy: Order = None, **pages: Any) -> Node:  # noqa: A002, N803
    model = ReplyRequest
    known = {
        "createdAt": ordering.time_key(model.created_at),
        "vote": model.positive_feedback_count - model.negative_feedback_count,
    }
    return _listed(info, model, filters.of_requests(filter or {}, info.context.clock()), known, orderBy, pages)


@query.field("ListBlockedUsers")
@query.field("ListAnalytics")
@query.field("ListAIResponses")
@query.field("ListCooccurrences")
def list_nothing(_: Any, _info: Info, first: int = 10, after: str = "", before: str = "", **_asked: Any) -> Node:
    """Answers for what this service does not have, or does not publish."""
    Paging.asked(first, after, before)
    return EMPTY


@query.field("ValidateSlug")
def validate_slug(_: Any, _info: Info, slug: str) -> Node:
    wrong = "EMPTY" if not slug else "NOT_TRIMMED" if slug != slug.strip() else None
    if wrong is None and quote(slug, safe="") != slug:
        wrong = "HAS_URI_COMPONENT"
    return {"success": wrong is None, "error": wrong}


@article.field("articleReplies")
@reply.field("articleReplies")
def article_replies(
    parent: Node,
    _info: Info,
    status: str | None = None,
    statuses: Sequence[str] | None = None,
    appId: str | None = None,  # noqa: N803
    userId: str | None = None,  # noqa: N803
    userIds: Sequence[str] | None = None,  # noqa: N803
    selfOnly: bool = False,  # noqa: N803
) -> list[Node]:
    if selfOnly:
        raise GraphQLError(filters.LOG_IN_FIRST)
    shown = [status] if status else statuses or ["NORMAL"]
    users = [*([userId] if userId else []), *(userIds or ())]
    return [
        one
        for one in parent["links"]
        if one["status"] in shown and (not appId or one["appId"] == appId) and (not users or one["userId"] in users)
    ]


@link.field("feedbacks")
def feedbacks(parent: Node, _info: Info, statuses: Sequence[str] | None = None) -> list[Node]:
    return [one for one in parent["votes"] if one["status"] in (statuses or ["NORMAL"])]


@article.field("articleCategories")
def article_categories(
    parent: Node, _info: Info, status: str | None = None, statuses: Sequence[str] | None = None
) -> list[Node]:
    shown = [status] if status else statuses or ["NORMAL"]
    return [one for one in parent["categories"] if one["status"] in shown]


@article.field("replyRequests")
def reply_requests(parent: Node, _info: Info, statuses: Sequence[str] | None = None) -> list[Node]:
    return [one for one in parent["requests"] if one["status"] in (statuses or ["NORMAL"])]


@article.field("aiReplies")
@article.field("aiTranscripts")
@article.field("contributors")
@article.field("stats")
@article.field("cooccurrences")
def nothing(_parent: Node, _info: Info, **_asked: Any) -> list[Node]:
    return []


@article.field("relatedArticles")
def related_articles(parent: Node, info: Info, filter: Any = None, orderBy: Order = None, **pages: Any) -> Node:  # noqa: A002, N803
    context, asked = info.context, filter or {}
    near = _similar(context, parent["id"])
    where = filters.of_articles({"replyCount": asked.get("replyCount")}, context.clock())
    known = {"updatedAt": ordering.time_key(Article.updated_at)}
    return _listed(info, Article, where, known, orderBy, pages, near)


@reply.field("similarReplies")
def similar_replies(parent: Node, info: Info, orderBy: Order = None, **pages: Any) -> Node:  # noqa: N803
    scores = {one: score for one, score in found_replies(info.context, parent["text"]).items() if one != parent["id"]}
    known = {"createdAt": ordering.time_key(Reply.created_at)}
    return _listed(info, Reply, [], known, orderBy, pages, scores)


@category.field("articleCategories")
def of_category(parent: Node, info: Info, status: str = "NORMAL", orderBy: Order = None, **pages: Any) -> Node:  # noqa: N803
    model = ArticleCategory
    where = [model.category_id == parent["id"], model.status == status]
    listing = Listing(
        model,
        where,
        ordering.asked_keys(_order(orderBy), {"createdAt": ordering.time_key(model.created_at)}, model.article_id),
    )
    return connection(info.context, listing, Paging.asked(**pages), _builder(model, wanted(info)))


def _listed(
    info: Info,
    model: Any,
    where: list[Any],
    known: Mapping[str, Any],
    order: Order,
    pages: Mapping[str, Any],
    scores: Mapping[str, float] | None = None,
    like: str | None = None,
) -> Node:
    """Lists what was searched for by its rank, also where no order is asked for: some clients take the first."""
    asked = _order(order)
    if scores is not None:
        where = [*where, model.id.in_(list(scores))]
        known = {**known, "_score": ordering.by_rank(model.id, list(scores))}
        asked = asked or [{"_score": "DESC"}]
    mark = partial(highlights, terms=terms_of(like)) if like else None
    listing = Listing(model, where, ordering.asked_keys(asked, known, model.id), scores, mark)
    return connection(info.context, listing, Paging.asked(**pages), _builder(model, wanted(info)))


def _similar(context: Context, article_id: str) -> dict[str, float]:
    pairs = select(SimilarArticle.other_id, SimilarArticle.probability).where(SimilarArticle.article_id == article_id)
    with read_only(context.factory) as session:
        rows = session.execute(pairs.order_by(SimilarArticle.probability.desc(), SimilarArticle.other_id)).all()
    return {row.other_id: row.probability for row in rows}


def _builder(model: Any, fields: Wanted) -> Any:
    inner = under(fields, "edges", "node")

    def build(session: Session, rows: Sequence[Any]) -> Sequence[Node]:
        return _made(Nodes(session), model)(rows, inner)

    return build


def _made(nodes: Nodes, model: Any) -> Any:
    return {
        Article: nodes.articles,
        Reply: nodes.replies,
        Category: nodes.categories,
        ArticleReplyFeedback: nodes.feedbacks,
        ReplyRequest: nodes.requests,
        ArticleCategory: nodes.article_categories,
    }[model]


def _one(info: Info, model: Any, condition: Any) -> Node | None:
    with read_only(info.context.factory) as session:
        row = session.scalar(select(model).where(condition))
        found: list[Node] = _made(Nodes(session), model)([row], wanted(info)) if row is not None else []
    return found[0] if found else None


def _order(order: Order) -> list[Mapping[str, str]]:
    return [order] if isinstance(order, Mapping) else [one for one in order or () if one]


def _must_exist(context: Context, article_id: str) -> None:
    with read_only(context.factory) as session:
        if session.get(Article, article_id) is None:
            raise GraphQLError("fromUserOfArticleId does not match any existing articles")
