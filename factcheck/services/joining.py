"""A person who asks in LINE becomes a volunteer, by a link that the bot sends into their chat. The two rows stay apart
and are joined: the chat's is never logged in on the web."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, or_, select
from sqlalchemy.orm import Session, aliased

from factcheck.errors import ForbiddenError, InvalidInputError
from factcheck.ids import token_digest
from factcheck.models import LINE_BOT, ArticleReply, ArticleReplyFeedback, ChatLink, Identity, JoinedChat, Reply, User
from factcheck.services.feedback import count_again
from factcheck.services.users import new_volunteer

LINK_LIFE = timedelta(minutes=30)


def start_joining(session: Session, chat_user: User, *, now: datetime) -> str:
    """Makes the token of a link, which takes the place of an earlier one. Raises ForbiddenError for a row that is not
    of a chat."""
    if chat_user.app_id != LINE_BOT:
        raise ForbiddenError("Only a chat can be joined.")
    session.execute(delete(ChatLink).where(ChatLink.user_id == chat_user.id))
    token = secrets.token_urlsafe(24)
    row = ChatLink(token_hash=token_digest(token), user_id=chat_user.id, created_at=now, expires_at=now + LINK_LIFE)
    session.add(row)
    return token


def finish_joining(
    session: Session, token: str, before: User | None, *, secret_key: str, locale: str, now: datetime
) -> User:
    """Trades a token for the volunteer to log in: who was joined to the chat before; else `before`, logged in and not
    yet joined; else a new one. Raises InvalidInputError for a used or too old token, for who is blocked, and for a chat
    whose account has another way to log in: somebody else may have been talked into joining theirs to it."""
    link = session.get(ChatLink, token_digest(token), with_for_update=True)
    if link is None or link.expires_at <= now:
        raise InvalidInputError("token", "This link was used already or is too old. Ask for a new one in the chat.")
    chat_user = session.get_one(User, link.user_id)
    session.delete(link)
    if chat_user.blocked_at is not None or (before is not None and before.blocked_at is not None):
        raise InvalidInputError("token", "A blocked account cannot be joined to another.")
    joined = session.scalar(select(JoinedChat).where(JoinedChat.chat_user_id == chat_user.id))
    if joined is not None:
        user = session.get_one(User, joined.user_id)
        if user is not before and has_other_way(session, user):
            raise InvalidInputError("token", "Your chat belongs to an account that has an address: log in with that.")
        return user
    if before is None or session.get(JoinedChat, before.id) is not None:
        before = new_volunteer(session, secret_key=secret_key, locale=locale, now=now)
        before.name = chat_user.name
        session.flush()
    session.add(JoinedChat(user_id=before.id, chat_user_id=chat_user.id, joined_at=now))
    session.flush()
    _one_vote_each(session, before.id, chat_user.id, now=now)
    return before


def has_other_way(session: Session, user: User) -> bool:
    """Tells whether somebody can log in without the chat."""
    at_provider = session.scalar(select(Identity.subject).where(Identity.user_id == user.id).limit(1))
    return user.email is not None or at_provider is not None


def leave_chat(session: Session, user: User) -> None:
    """Parts a volunteer from the chat; each keeps what it has. Raises ForbiddenError for the only way to log in."""
    if not has_other_way(session, user):
        raise ForbiddenError("This is your only way to log in. Give an address first.")
    session.execute(delete(JoinedChat).where(JoinedChat.user_id == user.id))


def _one_vote_each(session: Session, user_id: str, chat_user_id: str, *, now: datetime) -> None:
    """Withdraws the earlier of two votes on one reply, and what the chat said of the person's own."""
    own, other = aliased(ArticleReplyFeedback), aliased(ArticleReplyFeedback)
    same = (own.article_id == other.article_id, own.reply_id == other.reply_id, own.user_id == user_id)
    pairs = session.execute(select(own, other).join(other, other.user_id == chat_user_id).where(*same))
    too_many = {row.id: row for pair in pairs for row in sorted(pair, key=_said_at)[:1]}
    too_many |= {row.id: row for row in session.scalars(_on_own(user_id, chat_user_id))}
    for row in sorted(too_many.values(), key=lambda one: (one.article_id, one.reply_id)):
        if row.stands:
            row.score, row.somewhat, row.reasons, row.comment, row.updated_at = 0, False, [], "", now
            session.flush()
            count_again(session, row.article_id, row.reply_id)


def _on_own(user_id: str, chat_user_id: str) -> Select[ArticleReplyFeedback]:
    said, link = ArticleReplyFeedback, ArticleReply
    at = and_(link.article_id == said.article_id, link.reply_id == said.reply_id)
    query = select(said).join(link, at).join(Reply, Reply.id == link.reply_id)
    return query.where(said.user_id == chat_user_id, or_(link.user_id == user_id, Reply.user_id == user_id))


def _said_at(row: ArticleReplyFeedback) -> float:
    moment = row.updated_at or row.created_at
    return moment.timestamp() if moment else 0.0
