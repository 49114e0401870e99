"""Decisions of reviewers: each is a row with what it changed, by which it can be undone."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from factcheck.clock import Clock
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.limits import MAX_NOTE_LENGTH
from factcheck.models import (
    ItemKind,
    ModerationAction,
    ModerationChange,
    ModerationKind,
    Reason,
    ReportSource,
    Role,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation import redaction
from factcheck.moderation.items import HELD, Changed, Item, Wanted, change, items_of
from factcheck.moderation.reports import close_reports, open_report
from factcheck.moderation.targets import Seen, Target, look_at
from factcheck.services.blocks import lift_block
from factcheck.services.clusters import lock_membership
from factcheck.services.erasure_log import DECISION, Mark, mark_of, note_erasure
from factcheck.services.notices import CORRECT, enqueue_reader_notices
from factcheck.services.persons import rows_of
from factcheck.services.roles import Action, may, require

AT_ONCE = 200
"""Rows that one transaction changes; a job goes on with the rest of a person's work, or of a reply's places."""

GO_ON = "moderate_rest"
MEANWHILE = timedelta(minutes=1)
"""So long after a person was blocked, what was just being published then is hidden, too."""

TELLS = frozenset({Reason.SPAM, Reason.SCAM, Reason.IMPERSONATION, Reason.MANIPULATION, Reason.NONSENSE, Reason.OTHER})
"""Reasons for which people who were shown a reply should hear that it is gone. To tell them of somebody's personal
data, or of what is forbidden, would only spread it."""

OPPOSITE = {
    ModerationKind.HOLD: ModerationKind.RESTORE,
    ModerationKind.HIDE: ModerationKind.RESTORE,
    ModerationKind.BLOCK: ModerationKind.UNBLOCK,
    ModerationKind.REDACT: ModerationKind.RESTORE,
}
"""Of what takes a decision back the opposite is that decision."""
UNDONE_BY = {
    ModerationKind.RESTORE: (ModerationKind.HIDE, ModerationKind.HOLD),
    ModerationKind.UNBLOCK: (ModerationKind.BLOCK,),
}


@dataclass(frozen=True)
class Decision:
    kind: ModerationKind
    reason: Reason
    note: str = ""
    wave: str | None = None
    """The same for decisions taken together."""


def decide(
    session: Session,
    target: Target,
    decision: Decision,
    moderator: User | None,
    *,
    now: datetime,
    source: ReportSource = ReportSource.PERSON,
) -> ModerationAction:
    """Holds, hides, blocks, restores or unblocks. `moderator`: None on the command line, and of a rule, which may hold:
    then `source` is SIGNAL, and the note names its signals. Raises NotFoundError; ForbiddenError; InvalidInputError;
    StaleError when somebody has decided the same before."""
    if decision.kind in UNDONE_BY:
        return undo(session, _newest(session, target, decision.kind).id, moderator, now=now, decision=decision)
    if decision.kind not in (ModerationKind.HOLD, ModerationKind.HIDE, ModerationKind.BLOCK):
        raise InvalidInputError("action", "Choose what shall be done.")
    seen = permitted(session, target, decision, moderator)
    if decision.kind == ModerationKind.BLOCK and target.kind != TargetKind.USER:
        raise InvalidInputError("action", "Only a person can be blocked.")
    action = noted(session, seen, decision, moderator, now=now)
    changed = _hide(session, action, seen, now=now)
    _take_over_hold(session, action, now=now)
    if not action.size:
        raise StaleError
    if decision.kind == ModerationKind.BLOCK:
        queue.enqueue(session, GO_ON, {"action_id": action.id}, now=now, delay=MEANWHILE, max_attempts=50)
    if decision.kind == ModerationKind.HOLD:
        open_report(session, target, decision.reason, note=decision.note, user=moderator, now=now, source=source)
    else:
        close_reports(
            session, [target, *_targets_of(changed)], by=moderator, upheld=True, appeals_upheld=False, now=now
        )
    return action


def redact(
    session: Session,
    target: Target,
    decision: Decision,
    moderator: User | None,
    pieces: Sequence[str],
    *,
    secret_key: str,
    now: datetime,
) -> ModerationAction:
    """Takes personal data out of what stays: these pieces of its words, or the name of a person. Raises
    NotFoundError, ForbiddenError, InvalidInputError."""
    seen = permitted(session, target, decision, moderator)
    if target.kind == TargetKind.PENDING:
        raise InvalidInputError("action", "It is not published. Hide it, or let its author change it.")
    marks = [mark_of(secret_key, piece) for piece in redaction.cleaned(pieces)]
    action = noted(session, seen, decision, moderator, now=now, marks=marks)
    redaction.take_out(session, action, pieces, secret_key=secret_key, now=now)
    close_reports(session, [target], by=moderator, upheld=True, appeals_upheld=False, now=now)
    return action


def permitted(session: Session, target: Target, decision: Decision, moderator: User | None) -> Seen:
    """Raises NotFoundError, ForbiddenError, InvalidInputError."""
    if moderator is not None:
        require(moderator, Action.REVIEW)
    if len(decision.note) > MAX_NOTE_LENGTH:
        raise InvalidInputError("note", "Please use at most %(limit)d characters.", limit=MAX_NOTE_LENGTH)
    lock_membership(session)  # two who decide at once see each other's decision
    seen = look_at(session, target)
    if moderator is not None and seen.author is not None and target.kind == TargetKind.USER:
        colleagues = select(User.id).where(User.id.in_(rows_of(session, seen.author.id)), User.role != Role.VOLUNTEER)
        if set(session.scalars(colleagues)) - {moderator.id} and not may(moderator, Action.APPOINT):
            raise ForbiddenError("Only an admin can decide about another reviewer.")
    return seen


def noted(
    session: Session,
    seen: Seen,
    decision: Decision,
    moderator: User | None,
    *,
    now: datetime,
    undoes: ModerationAction | None = None,
    marks: Sequence[Mark] = (),
) -> ModerationAction:
    """Keeps the decision, and has it noted for backups of before, unless it is a removal, which is noted as one."""
    action = ModerationAction(
        at=now,
        moderator_id=moderator.id if moderator else None,
        action=decision.kind,
        reason=decision.reason,
        note=decision.note.strip(),
        target_kind=seen.target.kind,
        target_id=seen.target.id,
        subject_id=seen.author.id if seen.author else None,
        wave=decision.wave,
        size=0,
        undoes_id=undoes.id if undoes is not None else None,
    )
    session.add(action)
    session.flush()
    if decision.kind != ModerationKind.REMOVE:
        done = {"action": decision.kind, "reason": decision.reason, "undoes": undoes.action if undoes else ""}
        more = {**done, "pieces": list(marks)}
        name = name_of(seen.target, action.subject_id)
        note_erasure(session, DECISION, name, until=now, now=now, more=more)
    return action


def name_of(target: Target, user_id: str | None) -> str:
    """Names a target in the notes for backups: a person by the id that never changes."""
    return f"user:{user_id}" if target.kind == TargetKind.USER else str(target)


def _hide(session: Session, action: ModerationAction, seen: Seen, *, now: datetime) -> list[Changed]:
    items = items_of(session, seen.target, seen.author, limit=AT_ONCE)
    if action.action == ModerationKind.BLOCK and seen.author is not None:
        items[:0] = [Item("", ItemKind.USER, one) for one in rows_of(session, seen.author.id)]
    state = HELD if action.action == ModerationKind.HOLD else Status.BLOCKED
    wanted = [Wanted(item, state if item.kind == ItemKind.PENDING else Status.BLOCKED) for item in items]
    tell = action.reason in TELLS and action.action != ModerationKind.HOLD
    changed = change(session, wanted, tell=tell, now=now)
    keep_changes(session, action, changed)
    if changed and len(items) >= AT_ONCE:
        _go_on(session, action, now=now)
    return changed


def _take_over_hold(session: Session, action: ModerationAction, *, now: datetime) -> None:
    """Takes over what was held until now: it is hidden already, and nobody was told."""
    if action.action == ModerationKind.HOLD:
        return
    query = select(ModerationAction).where(
        ModerationAction.target_kind == action.target_kind,
        ModerationAction.target_id == action.target_id,
        ModerationAction.action == ModerationKind.HOLD,
        ModerationAction.undone_at.is_(None),
    )
    for hold in session.scalars(query).all():
        hold.undone_at = now
        rows = session.scalars(select(ModerationChange).where(ModerationChange.action_id == hold.id)).all()
        for row in rows:
            row.action_id = action.id
            action.size += 1
            if row.kind == ItemKind.LINK and action.reason in TELLS:
                article_id, _, reply_id = _item(row).id.partition("/")
                enqueue_reader_notices(session, CORRECT, article_id, reply_id, now=now)


def keep_changes(session: Session, action: ModerationAction, changed: Sequence[Changed]) -> None:
    session.add_all(
        ModerationChange(
            action_id=action.id,
            kind=one.item.kind,
            item_id=_stored(one.item),
            was=one.was,
            became=one.became,
        )
        for one in changed
    )
    action.size += len(changed)


def _stored(item: Item) -> str:
    """Keeps the article's id, which is needed to lock it."""
    return f"{item.article_id}|{item.id}"


def _item(row: ModerationChange) -> Item:
    article_id, _, name = row.item_id.partition("|")
    return Item(article_id, ItemKind(row.kind), name)


def _targets_of(changed: Sequence[Changed]) -> list[Target]:
    named = {ItemKind.ARTICLE, ItemKind.REPLY, ItemKind.REQUEST, ItemKind.COMMENT, ItemKind.PENDING}
    return [Target(TargetKind(one.item.kind), one.item.id) for one in changed if one.item.kind in named]


def undo(
    session: Session, action_id: int, moderator: User | None, *, now: datetime, decision: Decision | None = None
) -> ModerationAction:
    """Takes a decision back; what others have decided since stays. Raises NotFoundError; ForbiddenError; StaleError
    when it is undone already."""
    lock_membership(session)  # whoever decides takes it before any decision's row
    action = session.get(ModerationAction, action_id, with_for_update=True, populate_existing=True)
    if action is None:
        raise NotFoundError(f"no decision {action_id}")
    note = decision.note if decision is not None else ""
    opposite = Decision(_opposite(session, action), Reason(action.reason), note, action.wave)
    target = Target(TargetKind(action.target_kind), action.target_id)
    seen = permitted(session, target, opposite, moderator)
    _require_distance(session, seen, action, moderator)
    if action.undone_at is not None:
        raise StaleError
    action.undone_at = now
    new = noted(session, seen, opposite, moderator, now=now, undoes=action)
    if action.action == ModerationKind.REDACT:
        redaction.put_back(session, action, now=now)
    lift_block(session, action, now=now)
    _put_back(session, action, new, now=now)
    close_reports(session, [target], by=moderator, upheld=False, appeals_upheld=True, now=now)
    return new


def _opposite(session: Session, action: ModerationAction) -> ModerationKind:
    """Raises ForbiddenError for what cannot be taken back."""
    before = session.get(ModerationAction, action.undoes_id) if action.undoes_id else None
    kind = ModerationKind(before.action) if before is not None else OPPOSITE.get(ModerationKind(action.action))
    if kind is None:
        raise ForbiddenError("What the law forbids was removed for good; this cannot be undone.")
    if kind == ModerationKind.REDACT:
        raise ForbiddenError("What was put back is not taken out again by itself. Take the personal data out anew.")
    return kind


def _require_distance(session: Session, seen: Seen, action: ModerationAction, moderator: User | None) -> None:
    """Lets nobody lift what others decided about their own work, nor show single things of who is blocked. Raises
    ForbiddenError."""
    if seen.author is None:
        return
    own = rows_of(session, moderator.id) if moderator is not None else ()
    if {seen.author.id, action.subject_id} & set(own) and action.moderator_id not in own:
        raise ForbiddenError("Somebody else must decide about your own work.")
    of_theirs = seen.target.kind not in (TargetKind.USER, TargetKind.ARTICLE)
    if of_theirs and seen.author.blocked_at is not None and action.action in UNDONE_BY[ModerationKind.RESTORE]:
        raise ForbiddenError("The account is blocked, with all that it did. Unblock it first.")


def _put_back(session: Session, action: ModerationAction, new: ModerationAction, *, now: datetime) -> None:
    """Puts back as many as one transaction may; a job goes on."""
    done = aliased(ModerationChange)
    same = (done.kind == ModerationChange.kind, done.item_id == ModerationChange.item_id)
    rest = select(ModerationChange).where(
        ModerationChange.action_id == action.id,
        ModerationChange.kind != ItemKind.WORDS,
        ~exists().where(done.action_id == new.id, *same),
    )
    rows = session.scalars(rest.order_by(ModerationChange.id).limit(AT_ONCE)).all()
    wanted = [Wanted(_item(row), row.was, row.became) for row in rows]
    tell = action.reason in TELLS and new.action != ModerationKind.HOLD
    changed = change(session, wanted, tell=tell, now=now)
    unchanged = {one.item for one in wanted} - {one.item for one in changed}
    # What is left as it is counts as done, or the job would look at it for ever.
    keep_changes(session, new, changed)
    session.add_all(
        ModerationChange(action_id=new.id, kind=item.kind, item_id=_stored(item), was="", became="")
        for item in sorted(unchanged)
    )
    if len(rows) >= AT_ONCE:
        _go_on(session, new, now=now)


def _go_on(session: Session, action: ModerationAction, *, now: datetime) -> None:
    payload = {"action_id": action.id}
    queue.enqueue(session, GO_ON, payload, now=now, key=f"{GO_ON}:{action.id}", priority=queue.NOTICES, max_attempts=50)


def _newest(session: Session, target: Target, kind: ModerationKind) -> ModerationAction:
    """Raises NotFoundError when there is nothing to take back."""
    query = select(ModerationAction).where(
        ModerationAction.target_kind == target.kind,
        ModerationAction.target_id == target.id,
        ModerationAction.action.in_(UNDONE_BY[kind]),
        ModerationAction.undone_at.is_(None),
    )
    found = session.scalar(query.order_by(ModerationAction.id.desc()).limit(1))
    if found is None:
        raise NotFoundError(f"nothing to take back about {target}")
    return found


def job_kinds(clock: Clock) -> tuple[JobKind, ...]:
    def go_on(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            lock_membership(session)
            action = session.get(ModerationAction, int(payload["action_id"]), with_for_update=True)
            if action is None or action.undone_at is not None:
                return
            before = session.get(ModerationAction, action.undoes_id) if action.undoes_id else None
            if before is not None:
                _put_back(session, before, action, now=clock())
            else:
                target = Target(TargetKind(action.target_kind), action.target_id)
                with suppress(NotFoundError):  # they closed their account meanwhile
                    _hide(session, action, look_at(session, target), now=clock())

        return effects

    return (JobKind(GO_ON, go_on), *redaction.job_kinds(clock))
