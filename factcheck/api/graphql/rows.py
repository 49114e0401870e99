"""What is read for a list, in one statement a kind. Those of each query are put together once; what is only shown is
read as columns, since objects are for what is changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from factcheck.api.graphql.sorted_nodes import Node, hyperlink
from factcheck.models import Article, ArticleReply, Reply
from factcheck.services.hyperlinks import states

_SHOWN: Mapping[Any, Sequence[ColumnElement[Any]]] = {
    model: [model.__table__.c[name] for name in names.split()]
    for model, names in (
        (
            Article,
            "id text article_type status references user_id reply_request_count normal_article_reply_count created_at "
            "updated_at last_requested_at file_id attachment_hash covered",
        ),
        (Reply, "id type text reference user_id created_at"),
        (
            ArticleReply,
            "article_id reply_id user_id app_id status positive_feedback_count negative_feedback_count created_at "
            "updated_at",
        ),
    )
}


def shown_columns(model: Any) -> Sequence[ColumnElement[Any]]:
    """Gives the columns that a model's nodes are made of; without a list of them, all."""
    return _SHOWN.get(model) or [*model.__table__.c]


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LINKS = {
    "articleId": select(*shown_columns(ArticleReply)).where(ArticleReply.article_id.in_(_IDS)),
    "replyId": select(*shown_columns(ArticleReply)).where(ArticleReply.reply_id.in_(_IDS)),
}
_STATES = select(ArticleReply.reply_id, ArticleReply.status).where(ArticleReply.reply_id.in_(_IDS)).distinct()


def links_of(session: Session, ids: Sequence[str], by: str) -> list[Any]:
    """Reads the links of articles, or (`by` replyId) of replies."""
    return [*session.execute(_LINKS[by], {"ids": ids})]


def states_of(session: Session, reply_ids: Sequence[str]) -> dict[str, set[str]]:
    """Maps replies to the states in which they stand at articles."""
    found = defaultdict[str, set[str]](set)
    for reply_id, state in session.execute(_STATES, {"ids": reply_ids}):
        found[reply_id].add(state)
    return found


def hyperlinks_of(session: Session, model: Any, key: Any, ids: Sequence[str]) -> dict[str, list[Node]]:
    """Maps articles or replies to the links in their texts."""
    rows = session.execute(select(key, model).where(key.in_(ids)).order_by(model.id)).all()
    pages = states(session, [link.url for _, link in rows])
    found: dict[str, list[Node]] = {}
    for owner, link in rows:
        found.setdefault(owner, []).append(hyperlink(link, pages.get(link.url)))
    return found
