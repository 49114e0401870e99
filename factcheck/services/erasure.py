"""Taking back all that a person sent through LINE, or one message.

What they published stays, without them, only if others asked about it or answered it. Votes stay without comments, so
that replies do not change their rank for no visible reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleHyperlink,
    ArticleReply,
    ArticleReplyFeedback,
    ArticleView,
    Cooccurrence,
    Delivery,
    DeliveryState,
    Dialogue,
    InboxEvent,
    ItemKind,
    Match,
    ModerationAction,
    ModerationChange,
    Notice,
    ReplyRequest,
    SaidMessage,
    SentFile,
    Status,
    User,
)
from factcheck.services import hyperlinks, traces
from factcheck.services.articles import lock_article, recount_requests
from factcheck.services.clusters import leave, lock_membership
from factcheck.services.erasure_log import MESSAGE, NOTE_ERASURE, PERSON, ErasureLog, note_erasure
from factcheck.services.indexing import article_changed
from factcheck.services.media import forget_of_article, forget_sent
from factcheck.services.similar import forget_similar
from factcheck.services.sweeping import sweep_later
from factcheck.services.traces import forget_later

ERASE_REST = "erase_rest"
ARTICLES_A_JOB = 50
"""Each takes some ten milliseconds in which nobody else can write to SQLite. The rest is withdrawn by jobs that follow
each other."""


@dataclass(frozen=True)
class Erased:
    deleted: int
    kept: int
    """Others asked about them or answered them."""


def erase_person_messages(session: Session, user: User, *, now: datetime, received_until: datetime) -> Erased:
    """Erases all that a LINE user sent up to a moment. Who it was is forgotten soon after, unless they go on writing
    (`services.traces`). It may be repeated."""
    own_chat = InboxEvent.chat_id == (user.app_user_id or "")
    _empty_events(session, own_chat, InboxEvent.received_at <= received_until, now=now)
    cancel_deliveries(session, Delivery.to == (user.app_user_id or ""))
    _leave_multicasts(session, user)
    questions = update(Dialogue).where(Dialogue.user_id == user.id)
    session.execute(questions.where(Dialogue.closed_at.is_(None)).values(closed_at=now, expires_at=now))
    session.execute(questions.values(data={}))
    erased = _fates(session, user)
    forget_sent(session, SentFile.chat_id == (user.app_user_id or ""), now=now)
    _withdraw_some(session, user, until=now, now=now)
    _forget_comments(session, ArticleReplyFeedback.user_id == user.id)
    _forget_redacted(session, user)
    for model in (Match, ArticleView, Cooccurrence, Notice):
        session.execute(delete(model).where(model.user_id == user.id))
    note_erasure(session, PERSON, user.id, until=received_until, now=now)
    forget_later(session, user, until=received_until, now=now)
    sweep_later(session, was_published=True, now=now)
    return erased


def job_kinds(clock: Clock, log: ErasureLog | None, secret_key: str) -> tuple[JobKind, ...]:
    """Declares the jobs. Without a log, nothing is noted for backups."""

    def handle(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            user = session.get(User, str(payload["user_id"]))
            if user is not None:
                until = datetime.fromisoformat(str(payload["until"]))
                _withdraw_some(session, user, until=until, now=clock())

        return effects

    def note(payload: dict[str, Any]) -> Effects:
        if log is not None:
            at, until = datetime.fromisoformat(str(payload["at"])), datetime.fromisoformat(str(payload["until"]))
            more = payload.get("more")  # jobs of the release before have none
            log.note(str(payload["kind"]), str(payload["name"]), at=at, until=until, more=more)
        return no_effects

    return (JobKind(ERASE_REST, handle), JobKind(NOTE_ERASURE, note), *traces.job_kinds(clock, secret_key))


def erase_message(session: Session, user: User, message_id: str, *, now: datetime) -> None:
    """Erases one message of a LINE user, by LINE's id, except what questions hold of it (`bot.private.unsend`). Its
    events keep that id, which still tells that it was taken back."""
    own_chat = InboxEvent.chat_id == (user.app_user_id or "")
    note_erasure(session, MESSAGE, message_id, until=now, now=now)
    _empty_events(session, own_chat, InboxEvent.message_id == message_id, now=now)
    cancel_deliveries(session, Delivery.to == (user.app_user_id or ""), Delivery.answers_message_id == message_id)
    own_file = (SentFile.chat_id == (user.app_user_id or ""), SentFile.message_id == message_id)
    forget_sent(session, *own_file, now=now)
    own = Match.user_id == user.id
    matches = session.scalars(select(Match).where(own, Match.message_id == message_id)).all()
    for match in matches:
        session.delete(match)
    session.flush()
    added_to = {match.submitted_article_id for match in matches if not match.submitted}
    reasons = update(ReplyRequest).where(ReplyRequest.user_id == user.id, ReplyRequest.article_id.in_(added_to))
    session.execute(reasons.values(reason="", updated_at=now))
    _forget_comments(session, ArticleReplyFeedback.user_id == user.id, ArticleReplyFeedback.article_id.in_(added_to))
    became = {match.submitted_article_id or "" for match in matches if match.submitted}
    sent_again = select(Match.submitted_article_id).where(own, Match.submitted_article_id.in_(became))
    _forget_redacted(session, user)
    _withdraw(session, user, became - set(session.scalars(sent_again)), now=now)
    sweep_later(session, was_published=any(match.submitted_article_id for match in matches), now=now)


def _empty_events(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    """Empties events and counts them as handled. Their ids stay, so that LINE's repeating them changes nothing. They
    are locked and read, as the session may hold one."""
    query = select(InboxEvent).where(*which).with_for_update()
    for event in session.scalars(query.execution_options(populate_existing=True)):
        event.payload = event.held_at = None
        event.handled_at = event.handled_at or now


def _forget_comments(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(update(ArticleReplyFeedback).where(*which).values(comment=""))


def _forget_redacted(session: Session, user: User) -> None:
    """Empties what is kept, for a day, of their words before personal data was taken out."""
    about = select(ModerationAction.id).where(ModerationAction.subject_id == user.id)
    kept = update(ModerationChange).where(
        ModerationChange.kind == ItemKind.WORDS, ModerationChange.action_id.in_(about)
    )
    session.execute(kept.values(was="", became="").execution_options(synchronize_session=False))


def cancel_deliveries(session: Session, *which: ColumnElement[bool]) -> None:
    for delivery in session.scalars(select(Delivery).where(*which).with_for_update()):
        delivery.messages = delivery.article_id = None
        session.execute(delete(SaidMessage).where(SaidMessage.delivery_id == delivery.id))
        if delivery.state == DeliveryState.PENDING:
            delivery.state = DeliveryState.CANCELLED


def _leave_multicasts(session: Session, user: User) -> None:
    """Leaves deliveries that were tried as they are: LINE knows their retry key with these recipients."""
    waiting = (Delivery.to == "", Delivery.state == DeliveryState.PENDING, Delivery.attempted_at.is_(None))
    for delivery in session.scalars(select(Delivery).where(*waiting).with_for_update()):
        if user.app_user_id in (delivery.recipients or []):
            delivery.recipients = [each for each in delivery.recipients or [] if each != user.app_user_id]
            if not delivery.recipients:
                delivery.messages, delivery.state = None, DeliveryState.CANCELLED


def _fates(session: Session, user: User) -> Erased:
    own = select(func.count()).select_from(Article).where(Article.user_id == user.id, Article.status == Status.NORMAL)
    kept = session.scalar(own.where(_is_needed(user))) or 0
    return Erased(deleted=(session.scalar(own) or 0) - kept, kept=kept)


def _withdraw_some(session: Session, user: User, *, until: datetime, now: datetime) -> None:
    """Withdraws one transaction's worth of what the person published or asked about until then."""
    published = select(Article.id).where(
        Article.user_id == user.id, or_(Article.created_at.is_(None), Article.created_at <= until)
    )
    asked = select(ReplyRequest.article_id).where(
        ReplyRequest.user_id == user.id, or_(ReplyRequest.created_at.is_(None), ReplyRequest.created_at <= until)
    )
    article_ids = set(session.scalars(published.limit(ARTICLES_A_JOB)))
    article_ids |= set(session.scalars(asked.limit(ARTICLES_A_JOB)))
    _withdraw(session, user, article_ids, now=now)
    if len(article_ids) >= ARTICLES_A_JOB:
        payload = {"user_id": user.id, "until": until.isoformat()}
        queue.enqueue(session, ERASE_REST, payload, now=now, key=f"erase:{user.id}", max_attempts=50)
        sweep_later(session, was_published=True, now=now)


def _withdraw(session: Session, user: User, article_ids: Iterable[str], *, now: datetime) -> None:
    """Withdraws from articles in one order for all, so that two such runs cannot deadlock."""
    lock_membership(session)
    for article_id in sorted(article_ids):
        _withdraw_from(session, user, article_id, now)


def _withdraw_from(session: Session, user: User, article_id: str, now: datetime) -> None:
    article = lock_article(session, article_id)
    if article is None:
        return
    own_request = (ReplyRequest.article_id == article_id, ReplyRequest.user_id == user.id)
    session.execute(delete(ReplyRequest).where(*own_request))
    if article.user_id == user.id:
        needed = session.scalar(select(_is_needed(user)).where(Article.id == article_id))
        if article.status != Status.DELETED and not needed:
            leave(session, article_id)
            _empty(session, article, now)
        article.user_id = None
        session.flush()
    recount_requests(session, article)


def _is_needed(user: User) -> ColumnElement[bool]:
    """Counts replies that were taken back, too."""
    asked = exists().where(ReplyRequest.article_id == Article.id, ReplyRequest.user_id != user.id)
    answered = exists().where(ArticleReply.article_id == Article.id)
    return asked | answered


def _empty(session: Session, article: Article, now: datetime) -> None:
    """Keeps the id, by which the index and copies of the dataset learn that it is gone.
    `services.articles.submit_article` fills it again, unless moderation hides it."""
    urls = session.scalars(select(ArticleHyperlink.url).where(ArticleHyperlink.article_id == article.id)).all()
    for model in (ArticleHyperlink, ArticleCategory):
        session.execute(delete(model).where(model.article_id == article.id))
    hyperlinks.forget(session, urls)
    forget_of_article(session, article, now=now)
    if article.status == Status.NORMAL:
        article.status = Status.DELETED
    article.text = article.fingerprint = ""
    article.text_digest = None
    article.references = []
    article.cluster_checked = False
    forget_similar(session, article)
    article.updated_at = now
    article_changed(session, article, now=now)
