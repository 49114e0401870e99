"""A volunteer takes along what is kept of them, or closes the account."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from factcheck.db.base import Base
from factcheck.models import (
    Approval,
    Article,
    ArticleCategory,
    ArticleCategoryFeedback,
    ArticleReply,
    ArticleReplyFeedback,
    Claim,
    Draft,
    EditorNotice,
    Evening,
    FormerPublishedId,
    Identity,
    JoinedChat,
    LoginSession,
    LoginToken,
    MailRequest,
    Membership,
    PendingReply,
    ReadMark,
    Reply,
    ReplyRequest,
    ReplyRequestFeedback,
    Report,
    SavedList,
    Snippet,
    TaskTurn,
    User,
    VoteTrace,
)
from factcheck.services.erasure_log import ACCOUNT, note_erasure
from factcheck.services.sweeping import sweep_later
from factcheck.services.traces import make_nobody

OWN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "log_ins": (LoginSession, ("device", "created_at", "seen_at")),
    "log_ins_elsewhere": (Identity, ("issuer", "subject", "created_at", "used_at")),
    "chat": (JoinedChat, ("joined_at",)),
    "organisation": (Membership, ("organisation_id", "since")),
    "messages": (Article, ("id", "text", "status", "created_at")),
    "replies": (Reply, ("id", "type", "text", "reference", "created_at")),
    "replies_added": (ArticleReply, ("article_id", "reply_id", "status", "created_at", "updated_at")),
    "checks_asked_for": (ReplyRequest, ("article_id", "reason", "status", "created_at", "updated_at")),
    "votes_on_reasons": (ReplyRequestFeedback, ("reply_request_id", "score", "updated_at")),
    "drafts": (Draft, ("article_id", "form", "type", "text", "reference", "created_at", "updated_at", "given_at")),
    "waiting_replies": (
        PendingReply,
        ("article_id", "kind", "type", "text", "reference", "created_at", "due_at", "refused_at"),
    ),
    "looked_at_waiting_replies": (Approval, ("pending_id", "at")),
    "reports": (Report, ("target_kind", "target_id", "source", "reason", "note", "created_at", "closed_at", "upheld")),
    "own_texts": (Snippet, ("text", "created_at")),
    "told_of_changes": (EditorNotice, ("reply_id", "since_version", "created_at", "seen_at")),
    "checks_told_by_mail": (MailRequest, ("article_id", "created_at", "confirmed_at", "told_at")),
    "topics": (ArticleCategory, ("article_id", "category_id", "status", "created_at")),
    "votes_on_topics": (ArticleCategoryFeedback, ("article_id", "category_id", "score", "updated_at")),
    "worked_on": (Claim, ("article_id", "claimed_at", "expires_at")),
    "small_tasks": (TaskTurn, ("task_id", "answer", "taken_at", "answered_at")),
    "read": (ReadMark, ("article_id", "read_at", "left_to_others")),
    "lists": (SavedList, ("name", "kind", "query", "created_at")),
    "earlier_published_ids": (FormerPublishedId, ("published_id",)),
    "rated_from": (VoteTrace, ("reply_id", "at")),
    "ratings": (
        ArticleReplyFeedback,
        (*("article_id", "reply_id", "score", "somewhat", "reasons", "comment"), "created_at", "updated_at"),
    ),
    "evenings": (Evening, ("id", "people", "created_at")),
}
"""Name in the file -> table with a `user_id`, and columns."""

ACCOUNT_COLUMNS = (
    *("email", "name", "locale", "published_id", "created_at", "last_active_at"),
    *("terms_version", "terms_accepted_at", "role", "blocked_at", "is_public", "shows_votes", "shows_reach"),
    *("time_zone", "single_keys"),
    *("wants_digest", "digest_at", "inbox_seen_at", "mail_refused_at"),
)


def own_data(session: Session, user: User) -> dict[str, Any]:
    """Gives all kept of a volunteer, as JSON can say it."""
    kept: dict[str, Any] = {"account": _values(user, ACCOUNT_COLUMNS)}
    for name, (model, columns) in OWN.items():
        rows = session.scalars(select(model).where(model.user_id == user.id).order_by(*inspect(model).primary_key))
        kept[name] = [_values(row, columns) for row in rows]
    given = session.scalars(select(Draft).where(Draft.given_by_id == user.id).order_by(Draft.id))
    kept["drafts_handed_on"] = [_values(row, ("article_id", "given_at")) for row in given]
    links = session.scalars(select(LoginToken).where(LoginToken.email == user.email))
    kept["log_in_links"] = [_values(row, ("created_at", "used_at")) for row in links]
    return kept


def _values(row: Base, columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in columns}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def close_account(session: Session, user: User, *, secret_key: str, now: datetime) -> None:
    """Forgets the address and ends all log-ins. What the person wrote for others stays, under a new pseudonym; and of
    who is blocked, that they were (`services.blocks`)."""
    note_erasure(session, ACCOUNT, user.id, until=now, now=now)
    for model in (LoginToken, MailRequest):
        session.execute(delete(model).where(model.email == user.email))
    session.execute(delete(LoginToken).where(LoginToken.joins_user_id == user.id))
    make_nobody(session, user, secret_key=secret_key, now=now)
    sweep_later(session, was_published=False, now=now)
