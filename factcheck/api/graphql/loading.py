"""Rows as objects, as the fields of a query want them."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLResolveInfo
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.api.graphql.nodes import Nodes
from factcheck.api.graphql.paging import Build, Node
from factcheck.api.graphql.waiting import waiting_links, waiting_reply
from factcheck.api.graphql.wanted import Wanted, under, wanted
from factcheck.db.session import read_only
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Category,
    Cooccurrence,
    Reply,
    ReplyRequest,
)


def builder(info: GraphQLResolveInfo, model: Any) -> Build:
    """Makes what builds the nodes of a list."""
    fields, viewer_id = under(wanted(info), "edges", "node"), info.context.viewer_id

    def build(session: Session, rows: Sequence[Any]) -> Sequence[Node]:
        return made(Nodes(session, viewer_id), model, rows, fields)

    return build


def made(nodes: Nodes, model: Any, rows: Sequence[Any], fields: Wanted) -> list[Node]:
    make: Any = {
        Article: nodes.articles,
        Reply: nodes.replies,
        Category: nodes.categories,
        ArticleReply: nodes.article_replies,
        ArticleReplyFeedback: nodes.feedbacks,
        ReplyRequest: nodes.requests,
        ArticleCategory: nodes.article_categories,
        Cooccurrence: nodes.cooccurrences,
    }[model]
    return list(make(rows, fields))


def one(info: GraphQLResolveInfo, model: Any, key: Any, *, viewer_id: str | None = None) -> Node | None:
    """Loads one row by its key; `viewer_id`: who was made just now."""
    with read_only(info.context.factory) as session:
        row = session.get(model, key)
        rows = [row] if row is not None else []
        if row is None and model is Reply:
            rows = [*waiting_reply(session, key, info.context.caller.app_id)]
        found = made(Nodes(session, viewer_id or info.context.viewer_id), model, rows, wanted(info))
    return found[0] if found else None


def all_of(info: GraphQLResolveInfo, model: Any, article_id: str, *, viewer_id: str | None = None) -> list[Node]:
    """Loads an article's links to replies or topics, the newest first; of links to replies those, too, that wait."""
    viewer_id = viewer_id or info.context.viewer_id
    with read_only(info.context.factory) as session:
        rows = session.scalars(select(model).where(model.article_id == article_id).order_by(model.created_at.desc()))
        waiting = waiting_links(session, viewer_id, article_ids=[article_id]) if model is ArticleReply else []
        return made(Nodes(session, viewer_id), model, [*waiting, *rows], wanted(info))
