"""What reviewers have decided since a backup was made is decided again when it is put back. The notes have no words;
what was taken out is found by its digests."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.models import Job, ModerationAction, ModerationKind, Reason, TargetKind, User
from factcheck.moderation.actions import Decision, decide, name_of, redact, undo
from factcheck.moderation.redaction import words_of
from factcheck.moderation.removal import REMOVABLE
from factcheck.moderation.targets import Target
from factcheck.services.erasure_log import DECISION, NOTE_ERASURE, Erasure, ErasureLog
from factcheck.services.mail_notices import MAIL_ASKERS
from factcheck.services.notices import CORRECT, NOTIFY_ASKERS

DONE_THEN = (CORRECT, NOTIFY_ASKERS, MAIL_ASKERS, NOTE_ERASURE)
"""Kinds of jobs of which people were told, or the file knows, since the first time."""


def decide_again(session: Session, log: ErasureLog, erasures: Sequence[Erasure]) -> int:
    """Applies the decisions among them in their order, as of their time; returns how many found what they are about.
    One that fits no longer (its reply was taken back, say) is passed over."""
    decisions = sorted((one for one in erasures if one.kind == DECISION), key=lambda one: one.at)
    wanted = {one.digest for one in decisions}
    targets = {digest: target for digest, target in _targets(session, log) if digest in wanted} if wanted else {}
    last = session.scalar(select(func.max(Job.id))) or 0
    found = 0
    for one in decisions:
        if one.digest not in targets:
            continue
        with suppress(StaleError, NotFoundError, ForbiddenError, InvalidInputError), session.begin_nested():
            _again(session, log, targets[one.digest], one)
            found += 1
    session.flush()
    session.execute(delete(Job).where(Job.kind.in_(DONE_THEN), Job.id > last))
    return found


def _targets(session: Session, log: ErasureLog) -> Iterator[tuple[str, Target]]:
    for kind, column in REMOVABLE.items():
        for name in session.scalars(select(column)):
            target = Target(kind, str(name))
            yield log.digest(DECISION, name_of(target, None)), target
    for user_id, published_id in session.execute(select(User.id, User.published_id)):
        target = Target(TargetKind.USER, published_id)
        yield log.digest(DECISION, name_of(target, user_id)), target


def _again(session: Session, log: ErasureLog, target: Target, one: Erasure) -> None:
    decision = Decision(ModerationKind(one.more["action"]), Reason(one.more["reason"]))
    if one.more["undoes"]:
        undo(session, _standing(session, target, one.more["undoes"]), None, now=one.at)
    elif decision.kind == ModerationKind.REDACT:
        pieces = log.pieces_in(words_of(session, target), one.more["pieces"])
        redact(session, target, decision, None, pieces, secret_key=log.secret_key, now=one.at)
    else:
        decide(session, target, decision, None, now=one.at)


def _standing(session: Session, target: Target, kind: str) -> int:
    """Finds the decision taken back. Raises NotFoundError."""
    about = (ModerationAction.target_kind == target.kind, ModerationAction.target_id == target.id)
    query = select(ModerationAction.id).where(
        *about, ModerationAction.action == kind, ModerationAction.undone_at.is_(None)
    )
    found = session.scalar(query.order_by(ModerationAction.id.desc()).limit(1))
    if found is None:
        raise NotFoundError(f"no decision {kind} about {target}")
    return found
