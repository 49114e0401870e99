"""Visits by day as Cofacts' `Analytics`. Of other programs of LINE only sums are known, which have no source's name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from factcheck.api.graphql.context import Context
from factcheck.api.graphql.people import is_published
from factcheck.api.graphql.values import days_within, shown
from factcheck.db.session import read_only
from factcheck.models import Analytics, Article, DocType, Reply, User

Node = dict[str, Any]

MOST_DAYS = 90
"""Of one article, the newest of those asked for; both numbers are Cofacts'."""
USUAL_DAYS: Mapping[str, str] = {"GTE": "now-31d/d"}


class Visits:
    """Loads the visits of a list's articles, for all of them when one is asked."""

    def __init__(self, article_ids: Sequence[str]) -> None:
        self._ids = article_ids
        self._known: dict[tuple[tuple[str, Any], ...], dict[str, list[Node]]] = {}

    def of(self, context: Context, article_id: str, limits: Mapping[str, Any] | None) -> list[Node]:
        """Lists the days within limits, the oldest first. Raises GraphQLError."""
        limits = USUAL_DAYS if limits is None else limits
        key = tuple(sorted(limits.items()))
        if key not in self._known:
            self._known[key] = self._loaded(context, limits)
        return self._known[key].get(article_id, [])

    def _loaded(self, context: Context, limits: Mapping[str, Any]) -> dict[str, list[Node]]:
        place = func.row_number().over(partition_by=Analytics.doc_id, order_by=Analytics.day.desc()).label("place")
        which = (Analytics.doc_type == DocType.ARTICLE, Analytics.doc_id.in_(self._ids))
        numbered = select(Analytics.id, place).where(*which, days_within(Analytics.day, limits, context.clock()))
        of_them = numbered.subquery()
        newest = select(of_them.c.id).where(of_them.c.place <= MOST_DAYS)
        with read_only(context.factory) as session:
            rows = session.scalars(select(Analytics).where(Analytics.id.in_(newest)).order_by(Analytics.day)).all()
            nodes = visit_nodes(session, rows)
        found: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            found[node["docId"]].append(node)
        return found


def visit_nodes(session: Session, rows: Sequence[Analytics]) -> list[Node]:
    owners = _owners(session, rows)
    return [
        {
            "id": f"{row.doc_type}_{row.doc_id}_{row.day}",
            "docId": row.doc_id,
            "type": row.doc_type.upper(),
            "date": shown(datetime.combine(row.day, time(), UTC)),
            "lineUser": row.line_user,
            "lineVisit": row.line_visit,
            "webUser": row.web_user,
            "webVisit": row.web_visit,
            "liffUser": row.liff_user,
            "liffVisit": row.liff_visit,
            "liff": [{"source": "", "user": row.liff_user, "visit": row.liff_visit}] if row.liff_visit else [],
            "docUserId": owner[0],
            "docAppId": owner[1],
        }
        for row in rows
        for owner in (owners.get((row.doc_type, row.doc_id), (None, None)),)
    ]


def of_analytics(asked: Mapping[str, Any], now: datetime) -> list[ColumnElement[bool]]:
    """Reads the filter of `ListAnalytics`. A null is no filter."""
    found: list[ColumnElement[bool]] = []
    if asked.get("date") is not None:
        found.append(days_within(Analytics.day, asked["date"], now))
    if asked.get("type"):
        found.append(Analytics.doc_type == asked["type"].lower())
    if asked.get("docId"):
        found.append(Analytics.doc_id == asked["docId"])
    if asked.get("docUserId"):
        person = select(User.id).where(is_published(asked["docUserId"])).scalar_subquery()
        found.append(_whose(Article.user_id == person, Reply.user_id == person))
    if asked.get("docAppId"):
        found.append(_whose(Article.app_id == asked["docAppId"], Reply.app_id == asked["docAppId"]))
    return found


def _whose(of_article: ColumnElement[bool], of_reply: ColumnElement[bool]) -> ColumnElement[bool]:
    kind, doc_id = Analytics.doc_type, Analytics.doc_id
    return or_(
        and_(kind == DocType.ARTICLE, doc_id.in_(select(Article.id).where(of_article))),
        and_(kind == DocType.REPLY, doc_id.in_(select(Reply.id).where(of_reply))),
    )


def _owners(session: Session, rows: Sequence[Analytics]) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Maps documents to who sent or wrote them, by published id, and through which app."""
    found: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    for kind, model in ((DocType.ARTICLE, Article), (DocType.REPLY, Reply)):
        if ids := {row.doc_id for row in rows if row.doc_type == kind}:
            query = select(model.id, User.published_id, model.app_id).outerjoin(User, User.id == model.user_id)
            found |= {(kind, one): (by, app) for one, by, app in session.execute(query.where(model.id.in_(ids)))}
    return found
