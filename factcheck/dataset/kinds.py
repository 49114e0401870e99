"""What the rows of each file become: table, identity, and what they point to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table

from factcheck.dataset import readers
from factcheck.dataset.record import Draft, Record
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleHyperlink,
    ArticleReply,
    ArticleReplyFeedback,
    Category,
    Reply,
    ReplyHyperlink,
    ReplyRequest,
    User,
)

NO_USER = "no user"


@dataclass(frozen=True)
class Parent:
    """Rows of `table` with `columns` equal to the row's `fields` must exist, or the row is left out for `reason`."""

    reason: str
    table: Table
    columns: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One file. `key` names the table columns that tell its rows apart; where `user_id` is one of them, a row
    without a user cannot be kept. `required` are the columns without which the file is another kind of file."""

    name: str
    table: Table
    required: tuple[str, ...]
    key: tuple[str, ...]
    read: Callable[[Record], Draft]
    parents: tuple[Parent, ...] = ()
    complete: Callable[[dict[str, Any]], None] = lambda _values: None


def table_of(model: type) -> Table:
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


_ARTICLE = Parent("article not here", table_of(Article), ("id",), ("article_id",))
_REPLY = Parent("reply not here", table_of(Reply), ("id",), ("reply_id",))
_CATEGORY = Parent("category not here", table_of(Category), ("id",), ("category_id",))
_LINK_KEY = ("article_id", "reply_id")
_LINK = Parent("reply not at this article", table_of(ArticleReply), _LINK_KEY, _LINK_KEY)

USERS = Kind(
    "anonymized_users",
    table_of(User),
    ("userIdsha256",),
    ("published_id",),
    readers.read_user,
    complete=readers.complete_user,
)
CATEGORIES = Kind("categories", table_of(Category), ("id", "title"), ("id",), readers.read_category)
ARTICLES = Kind(
    "articles",
    table_of(Article),
    ("id", "text"),
    ("id",),
    readers.read_article,
    complete=readers.complete_article,
)
REPLIES = Kind("replies", table_of(Reply), ("id", "type", "text"), ("id",), readers.read_reply)
ARTICLE_REPLIES = Kind(
    "article_replies",
    table_of(ArticleReply),
    ("articleId", "replyId"),
    _LINK_KEY,
    readers.read_article_reply,
    (_ARTICLE, _REPLY),
)
REPLY_REQUESTS = Kind(
    "reply_requests",
    table_of(ReplyRequest),
    ("articleId",),
    ("article_id", "user_id"),
    readers.read_reply_request,
    (_ARTICLE,),
)
FEEDBACKS = Kind(
    "article_reply_feedbacks",
    table_of(ArticleReplyFeedback),
    ("articleId", "replyId", "score"),
    (*_LINK_KEY, "user_id"),
    readers.read_feedback,
    (_ARTICLE, _LINK),
)
ARTICLE_HYPERLINKS = Kind(
    "article_hyperlinks",
    table_of(ArticleHyperlink),
    ("articleId", "url"),
    ("article_id", "url"),
    readers.hyperlink_reader("articleId", "article_id"),
    (_ARTICLE,),
)
REPLY_HYPERLINKS = Kind(
    "reply_hyperlinks",
    table_of(ReplyHyperlink),
    ("replyId", "url"),
    ("reply_id", "url"),
    readers.hyperlink_reader("replyId", "reply_id"),
    (_REPLY,),
)
ARTICLE_CATEGORIES = Kind(
    "article_categories",
    table_of(ArticleCategory),
    ("articleId", "categoryId"),
    ("article_id", "category_id"),
    readers.read_article_category,
    (_ARTICLE, _CATEGORY),
)

KINDS = (
    USERS,
    CATEGORIES,
    ARTICLES,
    REPLIES,
    ARTICLE_REPLIES,
    REPLY_REQUESTS,
    FEEDBACKS,
    ARTICLE_HYPERLINKS,
    REPLY_HYPERLINKS,
    ARTICLE_CATEGORIES,
)
"""In an order in which what a row points to comes before it. The users first: a person who is met in another file
before would be entered without the times that this file knows."""
