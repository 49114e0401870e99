"""LINE groups and rooms: whether the bot is in them, and which articles were heard of there. No texts and no people are
kept."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.models import Article, Delivery, Group, GroupMatch
from factcheck.services.erasure import cancel_deliveries

QUIET = timedelta(minutes=30)
"""The same check is not given unasked within this time: the message is one wave of forwards, and the check is still on
most screens."""


def note_joined(session: Session, group_id: str, kind: str, *, at: datetime) -> bool:
    """Records that the bot was brought into a group (`kind`: group or room). False for an old or repeated event."""
    group = session.get(Group, group_id, with_for_update=True)
    if group is None:
        session.add(Group(id=group_id, kind=kind, joined_at=at))
        return True
    if group.left_at is not None and at < group.left_at:
        return False
    is_new = group.joined_at is None or group.left_at is not None
    if is_new:
        group.joined_at, group.left_at = at, None
    return is_new


def note_left(session: Session, group_id: str, kind: str, *, at: datetime) -> bool:
    """Records that the bot left a group and forgets what was heard there. False for an old or repeated event."""
    group = session.get(Group, group_id, with_for_update=True)
    if group is not None and group.joined_at is not None and at < group.joined_at:
        return False
    is_new = group is None or group.left_at is None
    if group is None:
        session.add(Group(id=group_id, kind=kind, left_at=at))
    elif is_new:
        group.left_at = at
    session.execute(delete(GroupMatch).where(GroupMatch.group_id == group_id))
    cancel_deliveries(session, Delivery.to == group_id)
    return is_new


def has_left_since(session: Session, group_id: str, *, at: datetime) -> bool:
    group = session.get(Group, group_id)
    return group is not None and group.left_at is not None and at <= group.left_at


def note_present(session: Session, group_id: str, kind: str) -> None:
    """Record that the bot hears a group; the event of its joining may come later."""
    group = session.get(Group, group_id)
    if group is None:
        session.add(Group(id=group_id, kind=kind))
        session.flush()
    else:
        group.left_at = None


def store_match(session: Session, group_id: str, message_id: str, decision: Decision, *, at: datetime) -> None:
    """Records which articles the newest version of a message resembles. If none, only what was answered about it is
    kept."""
    match = session.get(GroupMatch, message_id)
    candidates = [
        {"article_id": scored.article_id, "probability": round(scored.probability, 4)} for scored in decision.candidates
    ]
    if match is not None and (candidates or match.answered_article_id is not None):
        match.candidates, match.outcome, match.event_at = candidates, decision.outcome, at
    elif match is not None:
        session.delete(match)
    elif candidates:
        match = GroupMatch(message_id=message_id, group_id=group_id, candidates=candidates, event_at=at)
        match.outcome = decision.outcome
        session.add(match)


def find_match(session: Session, group_id: str, message_id: str | None) -> Decision | None:
    """Finds what a message resembled when it was heard."""
    match = session.get(GroupMatch, message_id) if message_id else None
    if match is None or match.group_id != group_id or not match.candidates:
        return None
    scored = (Scored(each["article_id"], each["probability"], answerable=False) for each in match.candidates)
    return Decision(Outcome(match.outcome), tuple(scored))


def note_answered(session: Session, message_id: str | None, article: Article, *, now: datetime) -> None:
    match = session.get(GroupMatch, message_id) if message_id else None
    if match is not None:
        match.answered_article_id, match.answered_at = article.id, now


def is_answered(session: Session, group_id: str, message_id: str | None, article: Article, *, now: datetime) -> bool:
    """Tells whether the group was given the check of this article or a copy, about this message or a moment ago."""
    here = GroupMatch.group_id == group_id
    lately = GroupMatch.answered_at > now - QUIET
    return _is_given(session, article, here & lately) or is_answered_about(session, message_id, article)


def is_answered_about(session: Session, message_id: str | None, article: Article) -> bool:
    return _is_given(session, article, GroupMatch.message_id == message_id)


def _is_given(session: Session, article: Article, which: ColumnElement[bool]) -> bool:
    given = select(GroupMatch.message_id).join(Article, Article.id == GroupMatch.answered_article_id)
    return bool(session.scalar(select(exists(given.where(which, Article.cluster_id == article.cluster_id)))))


def forget_unsent(session: Session, group_id: str, message_id: str) -> None:
    session.execute(delete(GroupMatch).where(GroupMatch.group_id == group_id, GroupMatch.message_id == message_id))
    cancel_deliveries(session, Delivery.to == group_id, Delivery.answers_message_id == message_id)
