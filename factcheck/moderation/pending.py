"""A reply waits a moment before it is published, so that it can be taken back before anybody was told; the first ones
of a new account wait for a reviewer, or for two volunteers who are known.

Publishing is one transaction, planned as a job: it survives a restart, and who is told is planned in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, distinct, func, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.errors import FactlineError, ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.ids import base36
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.models import (
    Approval,
    Article,
    ArticleReply,
    PendingKind,
    PendingReply,
    Reply,
    Report,
    ReportSource,
    Role,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation.flags import flag_words
from factcheck.moderation.reports import close_reports, open_report
from factcheck.moderation.signals import Contribution, Signal, mark_of, signals_of
from factcheck.moderation.targets import Target
from factcheck.services.articles import lock_article
from factcheck.services.drafts import EDIT, NEW_REPLY, DraftKey, find_draft, save_draft
from factcheck.services.editing import edit_reply
from factcheck.services.removed import refuse_removed
from factcheck.services.replies import ReplyDraft, attach_reply, check_draft, write_reply
from factcheck.services.roles import Action, has_reviewer, may, require

PUBLISH_REPLY = "publish_reply"
FIRST_REPLIES = 3
"""Published replies from which on an account is no longer new."""

ESTABLISHED_AFTER = timedelta(days=7)
APPROVALS = 2
"""Established volunteers who stand in for one reviewer."""

LONGER = 5
"""Times the usual window, for a new account where nobody could review."""

SAME_LATELY = timedelta(days=30)
MOST_HELD = 20
"""Replies of one account that wait for somebody at once."""


@dataclass(frozen=True)
class Written:
    """What somebody sends: `draft` is what it says; `reply_id` one that is there (ADDED, CHANGE); `version` the changed
    one, as they saw it."""

    kind: PendingKind
    draft: ReplyDraft
    reply_id: str = ""
    version: int = 0


def publish_or_wait(
    session: Session,
    article: Article,
    written: Written,
    user: User,
    *,
    window: timedelta,
    secret_key: str,
    now: datetime,
) -> PendingReply | None:
    """Keeps what was written until its window is over, or somebody has looked at it; None: it is published already.
    The same form again is the same. Raises what publishing raises; ForbiddenError for what was removed for good;
    InvalidInputError for a new account with very much that waits."""
    require(user, Action.CONTRIBUTE)
    refuse_removed(session, written.draft.text, secret_key)
    _lock(session, article.id, written.kind, written.reply_id)
    pending_id = _id_of(article, written, user)
    waiting = session.get(PendingReply, pending_id, populate_existing=True)
    if waiting is not None:
        return _said_again(session, article, waiting, written, user, now=now)
    is_held = is_new(session, user) and has_reviewer(session)
    at_once = not is_held and (written.kind == PendingKind.CHANGE or not window)
    if at_once or (written.kind != PendingKind.CHANGE and _is_there(session, article, written)):
        published = _publish(session, article, written, user, now=now)
        if written.kind != PendingKind.ADDED:
            flag_words(session, TargetKind.REPLY, published, written.draft.text, user, now=now)
        return None
    if is_held:
        _require_room(session, user)
    _refuse_what_cannot_be(session, article, written, user, now=now)
    pending = _pending(article, written, user, pending_id, now)
    due = None if is_held else now + window * (LONGER if is_new(session, user) else 1)
    pending.due_at = due
    session.add(pending)
    session.flush()
    _flag(session, pending, article, user, now=now)
    if due is not None:
        _plan(session, pending, due - now, now=now)
    return pending


def _id_of(article: Article, written: Written, user: User) -> str:
    """The same for what is sent twice."""
    if written.kind == PendingKind.NEW:
        return written.draft.form_key
    what = "/".join((written.kind, article.id, written.reply_id, user.id))
    return base36(int.from_bytes(sha256(what.encode()).digest(), "big"))[:20]


def _require_room(session: Session, user: User) -> None:
    held = (PendingReply.user_id == user.id, PendingReply.due_at.is_(None), PendingReply.refused_at.is_(None))
    if (session.scalar(select(func.count()).select_from(PendingReply).where(*held)) or 0) >= MOST_HELD:
        raise InvalidInputError(
            "text", "Please wait: %(most)d of your replies wait until somebody has looked at them.", most=MOST_HELD
        )


def _said_again(
    session: Session, article: Article, waiting: PendingReply, written: Written, user: User, *, now: datetime
) -> PendingReply:
    """Takes newer words of what waits: who has approved the earlier ones has not read these. Raises ForbiddenError."""
    if (waiting.user_id, waiting.article_id) != (user.id, article.id):
        raise ForbiddenError("This form was already used; please reload the page.")
    if waiting.refused_at is not None:
        raise ForbiddenError("This reply was hidden by moderation.")
    if written.kind != PendingKind.ADDED:
        for problem in check_draft(written.draft):
            raise problem
        draft, before = written.draft, words_mark(waiting)
        waiting.type, waiting.text, waiting.reference = draft.type, draft.text.strip(), draft.reference.strip()
        waiting.mark, waiting.version = mark_of(draft.text), written.version
        if words_mark(waiting) != before:
            session.flush()
            session.execute(delete(Approval).where(Approval.pending_id == waiting.id))
            _flag(session, waiting, article, user, now=now)
    return waiting


def words_mark(pending: PendingReply) -> str:
    """Stands for what it says in the forms of those who look at it."""
    said = "\0".join((pending.type, pending.text, pending.reference))
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def _is_there(session: Session, article: Article, written: Written) -> bool:
    """Tells whether sending it again changes nothing, or puts back what stood there before."""
    name = written.draft.form_key if written.kind == PendingKind.NEW else written.reply_id
    return session.get(ArticleReply, (article.id, name)) is not None


def _refuse_what_cannot_be(session: Session, article: Article, written: Written, user: User, *, now: datetime) -> None:
    """Publishes it and takes all of that back: what would be refused later is refused now."""
    attempt = session.begin_nested()
    try:
        _publish(session, article, written, user, now=now)
    finally:
        attempt.rollback()
        session.expire_all()


def _pending(article: Article, written: Written, user: User, pending_id: str, now: datetime) -> PendingReply:
    draft = written.draft
    return PendingReply(
        id=pending_id,
        kind=written.kind,
        article_id=article.id,
        reply_id=written.reply_id or None,
        user_id=user.id,
        type=draft.type,
        text=draft.text.strip(),
        reference=draft.reference.strip(),
        mark=mark_of(draft.text),
        version=written.version,
        created_at=now,
    )


def _publish(session: Session, article: Article, written: Written, user: User, *, now: datetime) -> str:
    """Returns the reply's id."""
    if written.kind == PendingKind.NEW:
        return write_reply(session, article, written.draft, user, now=now).reply_id
    if written.kind == PendingKind.ADDED:
        return attach_reply(session, article, session.get_one(Reply, written.reply_id), user, now=now).reply_id
    return edit_reply(session, written.reply_id, written.draft, user, seen_version=written.version, now=now).id


def is_new(session: Session, user: User) -> bool:
    return user.role == Role.VOLUNTEER and published_work(session, user) < FIRST_REPLIES


def is_established(session: Session, user: User, *, now: datetime) -> bool:
    """Tells whether somebody may stand in, with others, for a reviewer."""
    is_old = user.created_at is None or user.created_at <= now - ESTABLISHED_AFTER
    return may(user, Action.CONTRIBUTE) and is_old and published_work(session, user) >= FIRST_REPLIES


def published_work(session: Session, user: User) -> int:
    """Counts replies that stand somewhere."""
    query = select(func.count(distinct(Reply.id))).join(ArticleReply, ArticleReply.reply_id == Reply.id)
    mine = (Reply.user_id == user.id, ArticleReply.status == Status.NORMAL)
    return session.scalar(query.where(*mine)) or 0


def _flag(session: Session, pending: PendingReply, article: Article, user: User, *, now: datetime) -> None:
    """Raises a flag for people to look at. A known account is flagged for its words alone."""
    found = signals_of(_contribution(session, pending, article, user, now))
    if not is_new(session, user):
        found = [signal for signal in found if signal in (Signal.CONTACT, Signal.REPEATED)]
    if not found:
        return
    target, source = Target(TargetKind.PENDING, pending.id), ReportSource.SIGNAL
    open_report(session, target, found[0], note=", ".join(found), user=None, now=now, source=source)


def _contribution(session: Session, pending: PendingReply, article: Article, user: User, now: datetime) -> Contribution:
    others = (PendingReply.mark == pending.mark, PendingReply.id != pending.id)
    lately = PendingReply.created_at > now - SAME_LATELY
    same = session.scalar(select(func.count()).select_from(PendingReply).where(*others, lately)) or 0
    before = select(func.max(PendingReply.created_at)).where(
        PendingReply.user_id == user.id, PendingReply.id != pending.id
    )
    last = session.scalar(before)
    asker = session.get(User, article.user_id) if article.user_id and article.reply_request_count <= 1 else None
    ages = (asker.created_at if asker else None, user.created_at)
    return Contribution(
        text=pending.text,
        account_age=now - user.created_at if user.created_at else None,
        since_last=now - last if last else None,
        same=same if pending.mark else 0,
        asker_apart=ages[1] - ages[0] if ages[0] and ages[1] and asker is not user else None,
    )


def _plan(session: Session, pending: PendingReply, delay: timedelta, *, now: datetime) -> None:
    payload = {"pending_id": pending.id}
    key = f"{PUBLISH_REPLY}:{pending.id}"[:255]
    queue.enqueue(session, PUBLISH_REPLY, payload, now=now, key=key, priority=queue.NOTICES, delay=delay)


def take_back(session: Session, pending_id: str, user: User, *, now: datetime) -> PendingReply:
    """Takes back one's own before it is published; a new reply's words go into the draft. Raises NotFoundError when it
    is published already."""
    pending = _locked(session, pending_id)
    if pending is None or pending.user_id != user.id:
        raise NotFoundError(f"no reply {pending_id!r} that waits")
    _keep_as_draft(session, pending, now)
    _close_flags(session, pending, None, now)
    session.delete(pending)
    return pending


def _keep_as_draft(session: Session, pending: PendingReply, now: datetime) -> None:
    """Puts the words below what its author may have typed since. Raises InvalidInputError when both are too long."""
    if pending.kind == PendingKind.ADDED:
        return
    form = NEW_REPLY if pending.kind == PendingKind.NEW else f"{EDIT}{pending.reply_id}"
    key = DraftKey(pending.user_id, pending.article_id, form)
    earlier = find_draft(session, key)
    texts = [earlier.text if earlier else "", pending.text]
    sources = [earlier.reference if earlier else "", pending.reference]
    draft = ReplyDraft(
        pending.type,
        "\n\n".join(dict.fromkeys(filter(None, texts))),
        "\n".join(dict.fromkeys(filter(None, sources))),
        pending.id if pending.kind == PendingKind.NEW else str(pending.version),
    )
    save_draft(session, key, draft, seen_version=earlier.version if earlier else 0, now=now)


def approve(session: Session, pending_id: str, user: User | None, *, seen: str | None, now: datetime) -> bool:
    """Says that a reply which waits should be published; True if it now is. `user`: None on the command line. `seen`:
    the `words_mark` of what they have read, None for whatever it says. Raises NotFoundError, ForbiddenError; StaleError
    when its author has changed it since."""
    pending = _locked(session, pending_id)
    if pending is None or pending.due_at is not None or pending.refused_at is not None:
        raise NotFoundError(f"no reply {pending_id!r} that waits for somebody")
    if user is not None and pending.user_id == user.id:
        raise ForbiddenError("Somebody else must look at your reply.")
    if seen is not None and seen != words_mark(pending):
        raise StaleError
    if user is not None and not may(user, Action.REVIEW) and not _is_approved_by(session, pending, user, now=now):
        return False
    _close_flags(session, pending, user, now)
    publish(session, pending, now=now)
    return True


def _is_approved_by(session: Session, pending: PendingReply, user: User, *, now: datetime) -> bool:
    """Counts a volunteer's approval; True if there are enough, but for those of who was blocked since."""
    if not is_established(session, user, now=now):
        raise ForbiddenError("Your account does not allow it.")
    if session.get(Approval, (pending.id, user.id)) is None:
        session.add(Approval(pending_id=pending.id, user_id=user.id, at=now))
        session.flush()
    count = select(func.count()).select_from(Approval).join(User, User.id == Approval.user_id)
    return (session.scalar(count.where(Approval.pending_id == pending.id, User.blocked_at.is_(None))) or 0) >= APPROVALS


def _close_flags(session: Session, pending: PendingReply, by: User | None, now: datetime) -> None:
    about = [Target(TargetKind.PENDING, pending.id)]
    close_reports(session, about, by=by, upheld=False, appeals_upheld=True, now=now)


def publish(session: Session, pending: PendingReply, *, now: datetime) -> None:
    """Publishes one that is locked; what cannot be published any more becomes its author's draft."""
    draft = ReplyDraft(pending.type, pending.text, pending.reference, pending.id)
    written = Written(PendingKind(pending.kind), draft, pending.reply_id or "", pending.version)
    article, user = session.get(Article, pending.article_id), session.get(User, pending.user_id)
    try:
        with session.begin_nested():
            if article is None or user is None or article.status != Status.NORMAL or user.blocked_at is not None:
                raise NotFoundError("the message is no longer shown, or its author is blocked")
            _hand_on_flags(session, pending, _publish(session, article, written, user, now=now))
    except FactlineError:
        try:
            _keep_as_draft(session, pending, now)
        except FactlineError:
            pending.due_at = None  # it goes on waiting, rather than be lost
            return
        _close_flags(session, pending, None, now)
    session.delete(pending)


def _hand_on_flags(session: Session, pending: PendingReply, reply_id: str) -> None:
    """Has what was said of it while it waited be about what is published."""
    open_ones = (Report.target_kind == TargetKind.PENDING, Report.target_id == pending.id, Report.closed_at.is_(None))
    session.execute(update(Report).where(*open_ones).values(target_kind=TargetKind.REPLY, target_id=reply_id))


def _locked(session: Session, pending_id: str) -> PendingReply | None:
    """Takes the article's lock first, as whoever publishes does."""
    found = session.get(PendingReply, pending_id)
    if found is None:
        return None
    _lock(session, found.article_id, found.kind, found.reply_id or "")
    return session.get(PendingReply, pending_id, with_for_update=True, populate_existing=True)


def _lock(session: Session, article_id: str, kind: str, reply_id: str) -> None:
    """A reply that is to be changed comes before its messages, as for whoever decides about it."""
    if kind == PendingKind.CHANGE:
        session.get(Reply, reply_id, with_for_update={"key_share": True}, populate_existing=True)
    lock_article(session, article_id)


def job_kinds(clock: Clock) -> tuple[JobKind, ...]:
    def publish_due(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            pending = _locked(session, str(payload["pending_id"]))
            if pending is not None and pending.due_at is not None:  # else somebody holds or refused it meanwhile
                publish(session, pending, now=clock())

        return effects

    return (JobKind(PUBLISH_REPLY, publish_due),)
