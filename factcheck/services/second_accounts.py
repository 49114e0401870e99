"""Signs that two accounts belong to one person. Nobody is blocked for them: the votes are counted apart, and shown to
reviewers."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from factcheck.models import SECOND_ACCOUNT, Apart, ArticleReply, ArticleReplyFeedback, Reply, Status, User, VoteTrace

TOGETHER = timedelta(minutes=1)
KEEP_TRACES = timedelta(days=1)
DOTLESS = ("gmail.com", "googlemail.com")
"""Where a dot in the name makes no other mailbox, and both domains are one."""


def origin_of(network: str, agent: str, secret_key: str) -> str:
    """Makes a keyed digest of where a form came from, which nobody without the key can compare with another's."""
    said = f"vote from: {network}\n{agent}"
    return hmac.new(secret_key.encode(), said.encode("utf-8", "replace"), "sha256").hexdigest()[:32]


def note_origin(session: Session, feedback: ArticleReplyFeedback, origin: str, *, now: datetime) -> None:
    """Keeps for a day where a vote came from. If another account has just voted on the same reply from there, a new
    vote is marked, and stays so: whoever votes first is counted."""
    just_now = select(VoteTrace.id).where(
        VoteTrace.origin == origin,
        VoteTrace.at > now - TOGETHER,
        VoteTrace.at <= now,
        VoteTrace.reply_id == feedback.reply_id,
        VoteTrace.user_id != feedback.user_id,
    )
    is_new = feedback.created_at == now
    if is_new and session.scalar(just_now.limit(1)) is not None:
        feedback.marked = Apart.SAME_NETWORK
    session.add(VoteTrace(user_id=feedback.user_id, reply_id=feedback.reply_id, origin=origin, at=now))


def mailbox_of(email: str) -> str:
    """Names the mailbox that an address leads to: without a tag after a plus sign, and as Gmail reads it."""
    name, _, domain = email.lower().rpartition("@")
    name = name.partition("+")[0] or name
    if domain in DOTLESS:
        name, domain = name.replace(".", ""), DOTLESS[0]
    return f"{name}@{domain}"


@dataclass(frozen=True)
class CountedApart:
    """Votes of one account that look like a second account's."""

    user: User
    sign: Apart
    votes: int
    latest: datetime | None
    others: Sequence[User] = ()
    """Whose mailbox it has, or the author for whom all its votes are. Of networks nothing is told: who shares one with
    whom is nobody's business, and forgotten after a day."""


def counted_apart(session: Session, limit: int) -> Sequence[CountedApart]:
    """Lists for reviewers the accounts with most such votes, as of last night."""
    vote = ArticleReplyFeedback
    query = (
        select(User, vote.apart, func.count(), func.max(vote.updated_at))
        .join(User, User.id == vote.user_id)
        .where(vote.apart.in_(SECOND_ACCOUNT), vote.status == Status.NORMAL)
        .group_by(User.id, vote.apart)
        .order_by(func.count().desc(), User.id, vote.apart)
    )
    found = session.execute(query.limit(limit)).all()
    others = _others(session, [user for user, *_ in found])
    return [
        CountedApart(user, Apart(str(sign)), votes, at, others.get((user.id, str(sign)), ()))
        for user, sign, votes, at in found
    ]


def _others(session: Session, users: Sequence[User]) -> dict[tuple[str, str], list[User]]:
    """Finds the accounts that these go together with, by id and sign."""
    boxes: dict[str, set[str]] = defaultdict(set)
    for user_id, email in session.execute(select(User.id, User.email).where(User.email.is_not(None))):
        boxes[mailbox_of(str(email))].add(user_id)
    found = {(user.id, str(Apart.SAME_MAILBOX)): boxes[mailbox_of(user.email)] for user in users if user.email}
    found |= {(voter, str(Apart.ONE_AUTHOR)): ids for voter, ids in _authors(session, users).items()}
    wanted = set().union(*found.values())
    named = {user.id: user for user in session.scalars(select(User).where(User.id.in_(wanted)))}
    return {key: [named[one] for one in sorted(ids - {key[0]}) if one in named] for key, ids in found.items()}


def _authors(session: Session, users: Sequence[User]) -> dict[str, set[str]]:
    """Finds who wrote or added all the replies for which somebody votes who votes for one author."""
    vote, link = ArticleReplyFeedback, ArticleReply
    query = (
        select(vote.user_id, Reply.user_id, link.user_id)
        .join(link, and_(link.reply_id == vote.reply_id, link.article_id == vote.article_id))
        .join(Reply, Reply.id == vote.reply_id)
        .where(vote.user_id.in_([user.id for user in users]), vote.apart == Apart.ONE_AUTHOR)
    )
    found: dict[str, set[str]] = {}
    for voter, writer, linker in session.execute(query.where(vote.status == Status.NORMAL)):
        here = {one for one in (writer, linker) if one}
        found[voter] = found.get(voter, here) & here
    return found
