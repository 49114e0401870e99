"""What is reported or decided on, and whose it is."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.ids import MAX_NUMBER
from factcheck.models import (
    Article,
    ArticleReplyFeedback,
    PendingReply,
    Reply,
    ReplyRequest,
    TargetKind,
    User,
)

WRITTEN = re.compile(r"([a-z]+):(.{1,200})")
NUMBERED = (TargetKind.REQUEST, TargetKind.COMMENT)


@dataclass(frozen=True)
class Target:
    """`id`: of a person the published one."""

    kind: TargetKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}:{self.id}"


@dataclass(frozen=True)
class Seen:
    """A target as a reviewer looks at it."""

    target: Target
    author: User | None
    words: str
    article_id: str
    """Where it stands; '' for a person, or a reply that stands nowhere alone."""


def parse_target(written: str) -> Target:
    """Reads `reply:ID` and the like. Raises InvalidInputError."""
    found = WRITTEN.fullmatch(written.strip())
    if found is None or found[1].upper() not in list(TargetKind):
        kinds = ", ".join(kind.lower() for kind in TargetKind)
        reason = "Write what it is and its id, like reply:abc. Known are: %(kinds)s."
        raise InvalidInputError("target", reason, kinds=kinds)
    return Target(TargetKind(found[1].upper()), found[2])


def look_at(session: Session, target: Target) -> Seen:
    """Finds a target with its author and words. Raises NotFoundError."""
    seen = _LOOKS[target.kind](session, target)
    if seen is None:
        raise NotFoundError(f"no {target}")
    return seen


def look_at_all(session: Session, targets: Collection[Target]) -> Mapping[Target, Seen]:
    """Finds those that are there. Their rows are read together, but for people."""
    held = [row for kind in _TABLES for row in _rows(session, kind, targets)]
    authors = session.scalars(select(User).where(User.id.in_({row.user_id for row in held if row.user_id}))).all()
    seen = {target: _LOOKS[target.kind](session, target) for target in targets}
    del held, authors  # the session knows a row as long as somebody holds it
    return {target: one for target, one in seen.items() if one is not None}


def _rows(session: Session, kind: TargetKind, targets: Collection[Target]) -> Sequence[Any]:
    names = {target.id for target in targets if target.kind == kind}
    if not names:
        return ()
    key = _TABLES[kind].id
    return session.scalars(
        select(_TABLES[kind]).where(key.in_(map(_number, names) if kind in NUMBERED else names))
    ).all()


def person(session: Session, published_id: str) -> User | None:
    return session.scalar(select(User).where(User.published_id == published_id))


def _article(session: Session, target: Target) -> Seen | None:
    row = session.get(Article, target.id)
    return Seen(target, _author(session, row.user_id), row.text, row.id) if row else None


def _reply(session: Session, target: Target) -> Seen | None:
    row = session.get(Reply, target.id)
    return Seen(target, row.user, f"{row.text}\n\n{row.reference}".strip(), "") if row else None


def _request(session: Session, target: Target) -> Seen | None:
    row = session.get(ReplyRequest, _number(target.id))
    return Seen(target, row.user, row.reason, row.article_id) if row else None


def _comment(session: Session, target: Target) -> Seen | None:
    row = session.get(ArticleReplyFeedback, _number(target.id))
    return Seen(target, row.user, row.comment, row.article_id) if row else None


def _user(session: Session, target: Target) -> Seen | None:
    row = person(session, target.id)
    return Seen(target, row, row.name, "") if row else None


def _pending(session: Session, target: Target) -> Seen | None:
    row = session.get(PendingReply, target.id)
    if row is None:
        return None
    words = f"{row.text}\n\n{row.reference}".strip()
    return Seen(target, _author(session, row.user_id), words, row.article_id)


def _author(session: Session, user_id: str | None) -> User | None:
    return session.get(User, user_id) if user_id else None


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and int(written) <= MAX_NUMBER else 0


_TABLES: Mapping[TargetKind, Any] = {
    TargetKind.ARTICLE: Article,
    TargetKind.REPLY: Reply,
    TargetKind.REQUEST: ReplyRequest,
    TargetKind.COMMENT: ArticleReplyFeedback,
    TargetKind.PENDING: PendingReply,
}
_LOOKS = {
    TargetKind.ARTICLE: _article,
    TargetKind.REPLY: _reply,
    TargetKind.REQUEST: _request,
    TargetKind.COMMENT: _comment,
    TargetKind.USER: _user,
    TargetKind.PENDING: _pending,
}
