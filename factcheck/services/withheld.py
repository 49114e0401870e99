"""Words that nobody may read, though their rows are told of: what moderation hides, and what is said about a hidden
message or reply. There is one condition a kind, for the dataset, both interfaces and the pages; when the message is
shown again, the words come back."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.db.aliases import shared_alias
from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, Reply, ReplyRequest, Status

_PLACE, _LINK = shared_alias(Article), shared_alias(ArticleReply)
"""Names of their own, so that a query which has the tables as well means these rows."""
_AT_PLACE = (_LINK.reply_id == Reply.id, _PLACE.id == _LINK.article_id)


def _at_hidden_article(article_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return exists().where(_PLACE.id == article_id, _PLACE.status != Status.NORMAL)


REPLY_WITHHELD: ColumnElement[bool] = or_(
    Reply.blocked_at.is_not(None),
    and_(
        exists().where(*_AT_PLACE, or_(_LINK.status == Status.BLOCKED, _PLACE.status != Status.NORMAL)),
        ~exists().where(*_AT_PLACE, _LINK.status == Status.NORMAL, _PLACE.status == Status.NORMAL),
    ),
)
"""It is hidden wherever it stood. What its author took back everywhere is not: that is not moderation's doing."""

REASON_WITHHELD: ColumnElement[bool] = and_(
    ReplyRequest.reason != "",
    or_(ReplyRequest.status == Status.BLOCKED, _at_hidden_article(ReplyRequest.article_id)),
)

_COMMENTED = (_LINK.article_id == ArticleReplyFeedback.article_id, _LINK.reply_id == ArticleReplyFeedback.reply_id)
COMMENT_WITHHELD: ColumnElement[bool] = and_(
    ArticleReplyFeedback.comment != "",
    or_(
        ArticleReplyFeedback.status == Status.BLOCKED,
        _at_hidden_article(ArticleReplyFeedback.article_id),
        exists().where(*_COMMENTED, _LINK.status == Status.BLOCKED),
    ),
)
"""Most votes have no comment, and cost no look at anything else."""


def withheld(session: Session, key: InstrumentedAttribute[Any], keys: Collection[Any], which: Any) -> set[Any]:
    """Finds those of some rows, named by their key, whose words are withheld; `which`: the condition of their kind."""
    return set(session.scalars(_among(key, which), {"keys": [*keys]})) if keys else set()


@cache
def _among(key: InstrumentedAttribute[Any], which: Any) -> Select[Any]:
    """Puts the statement together once for each of the few kinds."""
    return select(key).where(key.in_(bindparam("keys", expanding=True)), which)
