from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editor_ui.queries.replies import names_by_id
from factcheck.models import (
    Article,
    ArticleReplyFeedback,
    ModerationAction,
    PendingReply,
    Reply,
    ReplyRequest,
    Report,
    TargetKind,
)
from factcheck.moderation.items import Row, state_of
from factcheck.moderation.reports import open_reports, reports_about, reputation
from factcheck.moderation.targets import Seen, Target, look_at_all
from factcheck.moderation.views import actions_about

PAGE_SIZE = 30


@dataclass(frozen=True)
class OpenReport:
    report: Report
    seen: Seen | None
    """None: it is gone."""
    reporter: str
    looked_at: int
    """Earlier reports of the same person that were looked at, and how many of them were right."""
    right: int


@dataclass(frozen=True)
class Reported:
    rows: Sequence[OpenReport]
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class Reviewed:
    """What a reviewer sees beside the words. `state`: '' where there is none."""

    state: str
    reports: Sequence[OpenReport]
    actions: Sequence[ModerationAction]
    moderators: dict[str, str]


def reported(session: Session, number: int) -> Reported:
    total = session.scalar(select(func.count()).select_from(Report).where(Report.closed_at.is_(None))) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), pages)
    rows = open_reports(session, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return Reported(_with_targets(session, rows), total, number, pages)


def reviewed(session: Session, seen: Seen) -> Reviewed:
    done = actions_about(session, seen.target)
    reports = _with_targets(session, reports_about(session, seen.target))
    return Reviewed(_state(session, seen), reports, done, names_by_id(session, [one.moderator_id for one in done]))


def _state(session: Session, seen: Seen) -> str:
    kind, name = seen.target.kind, seen.target.id
    rows: dict[TargetKind, Row | None] = {TargetKind.USER: seen.author}
    if kind == TargetKind.REQUEST:
        rows[kind] = session.get(ReplyRequest, int(name))
    elif kind == TargetKind.COMMENT:
        rows[kind] = session.get(ArticleReplyFeedback, int(name))
    elif kind == TargetKind.PENDING:
        rows[kind] = session.get(PendingReply, name)
    elif kind == TargetKind.ARTICLE:
        rows[kind] = session.get(Article, name)
    elif kind == TargetKind.REPLY:
        rows[kind] = session.get(Reply, name)
    row = rows[kind]
    return state_of(row) if row is not None else ""


def _with_targets(session: Session, rows: Sequence[Report]) -> list[OpenReport]:
    names = names_by_id(session, [row.user_id for row in rows])
    known = reputation(session, [row.user_id for row in rows])
    targets = [Target(TargetKind(row.target_kind), row.target_id) for row in rows]
    seen = look_at_all(session, targets)
    return [
        OpenReport(row, seen.get(target), names.get(row.user_id or "", ""), *known.get(row.user_id or "", (0, 0)))
        for row, target in zip(rows, targets, strict=True)
    ]
