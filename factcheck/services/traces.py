"""Forgetting who somebody was: the row of a person who asked in LINE and had all erased, or of a volunteer who leaves.

What they gave to others (replies, votes) stays under a pseudonym that nothing links to them.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.clock import Clock
from factcheck.ids import random_id
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import UNTIRING, JobKind
from factcheck.jobs.worker import PostponeJobError
from factcheck.models import (
    SECOND_ACCOUNT,
    Approval,
    Article,
    ArticleCategory,
    ArticleCategoryFeedback,
    ArticleReply,
    ArticleReplyFeedback,
    ArticleView,
    ChatLink,
    Claim,
    Cooccurrence,
    Delivery,
    DeliveryState,
    Dialogue,
    Draft,
    EditorNotice,
    Evening,
    FormerPublishedId,
    Identity,
    InboxEvent,
    Job,
    JobState,
    JoinedChat,
    LoginSession,
    MailRequest,
    Match,
    MediaOpening,
    Membership,
    Notice,
    PendingReply,
    ReadMark,
    Reply,
    ReplyRequest,
    ReplyRequestFeedback,
    Report,
    Role,
    SavedList,
    Snippet,
    TaskTurn,
    TranscriptRevision,
    User,
    VoteTrace,
)
from factcheck.services.blocks import keep_block
from factcheck.services.pseudonyms import pseudonym

FORGET_PERSON = "forget_person"
DELAY = timedelta(minutes=10)
"""What the bot says last must still find its way, and LINE repeats what it was not sure of."""

GIVEN = (
    *(Article, Reply, ArticleReply, ArticleCategory),
    *(ReplyRequest, ReplyRequestFeedback, ArticleReplyFeedback, ArticleCategoryFeedback, TranscriptRevision),
)
"""What others rely on."""

OWN = (
    *(Dialogue, Match, ArticleView, Notice, Cooccurrence),
    *(LoginSession, MailRequest, Claim, ReadMark, SavedList, Evening, Draft, Snippet, EditorNotice, MediaOpening),
    *(Identity, ChatLink, JoinedChat, Membership, TaskTurn),
    *(PendingReply, Approval, Report, VoteTrace),
)

WITH_THE_ROW = (FormerPublishedId,)
"""What stays as long as the person's row does, and goes with it: releases show what was given under these ids."""


def forget_later(session: Session, user: User, *, until: datetime, now: datetime) -> None:
    payload = {"user_id": user.id, "until": until.isoformat()}
    queue.enqueue(session, FORGET_PERSON, payload, now=now, delay=DELAY, max_attempts=UNTIRING)


def job_kinds(clock: Clock, secret_key: str) -> tuple[JobKind, ...]:
    def forget(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            user = session.get(User, str(payload["user_id"]))
            if user is not None and user.app_user_id is not None:
                until = datetime.fromisoformat(str(payload["until"]))
                _forget(session, user, user.app_user_id, until, secret_key=secret_key, now=clock())

        return effects

    return (JobKind(FORGET_PERSON, forget),)


def _forget(session: Session, user: User, line_id: str, until: datetime, *, secret_key: str, now: datetime) -> None:
    """Leaves LINE's id nowhere, unless the person has written since: then only where it stands beside what is older.
    Raises PostponeJobError while something is under way to them."""
    came_back = session.scalar(select(exists().where(InboxEvent.chat_id == line_id, InboxEvent.received_at > until)))
    events = [InboxEvent.chat_id == line_id, *([InboxEvent.received_at <= until] if came_back else [])]
    sent = [row for row in _deliveries_to(session, line_id) if not came_back or row.created_at <= until]
    open_event = session.scalar(select(exists().where(*events, InboxEvent.handled_at.is_(None))))
    if open_event or any(row.state == DeliveryState.PENDING for row in sent):
        raise PostponeJobError(now + DELAY, "something is under way to the person")
    session.execute(update(InboxEvent).where(*events).values(chat_id="", message_id=None))
    for row in sent:
        _leave(row, line_id)
    keys = [f"{kind}:{line_id}" for kind in ("chat", "send", "push")]
    session.execute(update(Job).where(Job.key.in_(keys), Job.state == JobState.DEAD).values(key=None))
    if not came_back:
        make_nobody(session, user, secret_key=secret_key, now=now)


def _deliveries_to(session: Session, line_id: str) -> list[Delivery]:
    """Finds also those to many, whose recipients no index knows."""
    query = select(Delivery).where(or_(Delivery.to == line_id, Delivery.recipients.is_not(None)))
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return [row for row in found if row.to == line_id or line_id in (row.recipients or ())]


def _leave(row: Delivery, line_id: str) -> None:
    if row.to == line_id:
        row.to, row.reply_token, row.answers_message_id, row.request_id = "", None, None, None
    else:
        row.recipients = [one for one in row.recipients or () if one != line_id]


def make_nobody(session: Session, user: User, *, secret_key: str, now: datetime) -> None:
    """Removes the row, or all in it that tells who it was. That of somebody who is blocked stays, without a name, for a
    reviewer to take that back."""
    session.flush()
    keep_block(session, user, secret_key=secret_key, now=now)
    for model in OWN:
        session.execute(delete(model).where(model.user_id == user.id))
    _leave_drafts(session, user)
    session.execute(delete(JoinedChat).where(JoinedChat.chat_user_id == user.id))
    given = select(or_(*(_is_of(model.user_id, user) for model in GIVEN)))
    if user.blocked_at is None and not session.scalar(given):
        session.delete(user)
        return
    _keep_marks(session, user)
    user.app_user_id = user.email = user.locale = user.created_at = user.last_active_at = None
    user.terms_version = user.terms_accepted_at = None
    user.role = Role.VOLUNTEER
    user.name = pseudonym(random_id())
    user.is_friend = user.wants_notices = user.wants_digest = False
    user.is_public = user.shows_votes = user.shows_reach = False
    user.time_zone, user.single_keys = None, False
    user.inbox_seen_at = user.digest_at = user.mail_refused_at = None


def _leave_drafts(session: Session, user: User) -> None:
    """Has their words go from drafts that they handed to others, unless those have made them their own."""
    theirs = Draft.given_by_id == user.id
    session.execute(delete(Draft).where(theirs, Draft.updated_at == Draft.given_at))
    session.execute(update(Draft).where(theirs).values(given_by_id=None))


def _keep_marks(session: Session, user: User) -> None:
    """A second account stays one when its mailbox is forgotten."""
    own = update(ArticleReplyFeedback).where(ArticleReplyFeedback.user_id == user.id)
    seen = own.where(ArticleReplyFeedback.apart.in_(SECOND_ACCOUNT))
    session.execute(seen.values(marked=ArticleReplyFeedback.apart))


def _is_of(column: InstrumentedAttribute[Any], user: User) -> ColumnElement[bool]:
    return exists().where(column == user.id)
