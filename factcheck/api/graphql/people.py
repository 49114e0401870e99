"""People as the open data shows them: by a published id and a pseudonym."""

from bisect import bisect_right
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from factcheck.api.graphql.values import shown
from factcheck.api.graphql.wanted import Wanted
from factcheck.models import LINE_BOT, ArticleReply, ArticleReplyFeedback, Status, User

Person = dict[str, Any]

COUNTED = frozenset({"repliedArticleCount", "votedArticleReplyCount", "level", "points"})
"""Fields for which a person's work is counted."""

_SHOWN = (User.id, User.published_id, User.name, User.app_id, User.created_at, User.last_active_at)
_PEOPLE = select(*_SHOWN).where(User.id.in_(bindparam("ids", expanding=True)))

LEVELS = (0, 1, 2, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765)
"""Points from which each level on."""


def people(session: Session, user_ids: Collection[str], wanted: Wanted) -> dict[str | None, Person]:
    """Maps the ids of our rows to people. When somebody last wrote to the bot is private."""
    rows = session.execute(_PEOPLE, {"ids": list(user_ids)}).all()
    replied = _counted(session, ArticleReply.user_id, user_ids, ArticleReply.status == Status.NORMAL, wanted)
    voted = _counted(session, ArticleReplyFeedback.user_id, user_ids, ArticleReplyFeedback.score != 0, wanted)
    return {row.id: _person(row, replied.get(row.id, 0), voted.get(row.id, 0)) for row in rows}


def is_published(user_id: str) -> ColumnElement[bool]:
    return User.published_id == user_id


def _person(row: Any, replied: int, voted: int) -> Person:
    level, points = _level(replied + voted), replied + voted
    at_most = LEVELS[min(level + 1, len(LEVELS) - 1)]
    return {
        "id": row.published_id,
        "name": row.name or None,
        "appId": row.app_id,
        "createdAt": shown(row.created_at),
        "lastActiveAt": None if row.app_id == LINE_BOT else shown(row.last_active_at),
        "repliedArticleCount": replied,
        "votedArticleReplyCount": voted,
        "level": level,
        "points": {"total": points, "currentLevel": LEVELS[level], "nextLevel": at_most},
        "badges": [],
    }


def _level(points: int) -> int:
    return bisect_right(LEVELS, points) - 1


def _counted(
    session: Session, column: Any, user_ids: Collection[str], which: ColumnElement[bool], wanted: Wanted
) -> dict[str, int]:
    if not COUNTED & wanted.keys():
        return {}
    query = select(column, func.count()).where(column.in_(user_ids), which).group_by(column)
    return dict(session.execute(query).all())
