"""Changing a published reply. What it said before stays readable, and whoever relied on it is told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.errors import ForbiddenError, NotFoundError, StaleError
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import (
    Article,
    ArticleReply,
    EditorNotice,
    Reply,
    ReplyHyperlink,
    ReplyRevision,
    Status,
    User,
    VoteStatus,
)
from factcheck.services.clusters import recount_replies_of
from factcheck.services.hyperlinks import want
from factcheck.services.indexing import articles_changed
from factcheck.services.notices import TELL_CHANGE, enqueue_reader_notices
from factcheck.services.replies import ReplyDraft, check_draft, hyperlinks_of
from factcheck.services.roles import Action, require
from factcheck.services.withheld import REPLY_WITHHELD


def edit_reply(
    session: Session, reply_id: str, draft: ReplyDraft, user: User, *, seen_version: int, now: datetime
) -> Reply:
    """Change one's own reply; sending the same again changes nothing. Raises NotFoundError, ForbiddenError, the first
    of `check_draft`'s problems, and StaleError if it has changed since `seen_version`."""
    # Attaching it holds an article's lock and asks for the key alone.
    reply = session.get(Reply, reply_id, with_for_update={"key_share": True}, populate_existing=True)
    if reply is None:
        raise NotFoundError(f"no reply {reply_id!r}")
    if reply.user_id != user.id:
        raise ForbiddenError("Only the person who wrote this reply can change it.")
    require(user, Action.CONTRIBUTE)
    if reply.blocked_at is not None:
        raise ForbiddenError("This reply was hidden by moderation.")
    for problem in check_draft(draft):
        raise problem
    new = (draft.type, draft.text.strip(), draft.reference.strip())
    old = (reply.type, reply.text, reply.reference)
    if new == old:
        return reply
    if reply.version != seen_version:
        raise StaleError
    _keep_revision(session, reply, now)
    _tell_users_of(session, reply, now)
    places = _places(session, reply)
    reply.type, reply.text, reply.reference = new
    if old[0] != new[0]:
        recount_replies_of(session, places)
    articles_changed(session, places, now=now)
    for article_id in places if says_something_else(old, new) else []:
        enqueue_reader_notices(session, TELL_CHANGE, article_id, reply.id, now=now)
    if says_something_else(old, new):
        _begin_again(session, reply)
    reply.version += 1
    reply.edited_at = now
    renew_hyperlinks(session, reply, now)
    return reply


def says_something_else(old: tuple[str, str, str], new: tuple[str, str, str]) -> bool:
    """Tells whether readers need to hear of it: the verdict or words differ, not only punctuation or a source."""
    (old_type, old_text, _), (new_type, new_text, _) = old, new
    return old_type != new_type or fingerprint(old_text) != fingerprint(new_text)


def _begin_again(session: Session, reply: Reply) -> None:
    """Takes its status away, so that a liked reply cannot be turned into an advertisement."""
    links = update(ArticleReply).where(ArticleReply.reply_id == reply.id)
    session.execute(links.values(vote_status=VoteStatus.UNRATED, vote_reasons=[]))


def words_since(session: Session, reply_ids: Iterable[str]) -> dict[str, datetime]:
    """Finds when each came to say what it says, for those that have said something else."""
    replies = {reply.id: reply for reply in session.scalars(select(Reply).where(Reply.id.in_(set(reply_ids))))}
    query = select(ReplyRevision).where(ReplyRevision.reply_id.in_(replies)).order_by(ReplyRevision.number.desc())
    later = {reply.id: (reply.type, reply.text, reply.reference) for reply in replies.values()}
    found: dict[str, datetime] = {}
    for revision in session.scalars(query):
        said = (revision.type, revision.text, revision.reference)
        if revision.reply_id not in found and says_something_else(said, later[revision.reply_id]):
            found[revision.reply_id] = revision.replaced_at
        later[revision.reply_id] = said
    return found


def revisions_of(session: Session, reply: Reply) -> list[ReplyRevision]:
    """Lists the oldest first."""
    query = select(ReplyRevision).where(ReplyRevision.reply_id == reply.id)
    return list(session.scalars(query.order_by(ReplyRevision.number)))


def _keep_revision(session: Session, reply: Reply, now: datetime) -> None:
    session.add(
        ReplyRevision(
            reply_id=reply.id,
            number=reply.version,
            type=reply.type,
            text=reply.text,
            reference=reply.reference,
            created_at=reply.edited_at or reply.created_at,
            replaced_at=now,
        )
    )


def _links(reply: Reply) -> tuple[ColumnElement[bool], ...]:
    return (ArticleReply.reply_id == reply.id, ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)


def _places(session: Session, reply: Reply) -> list[str]:
    query = select(ArticleReply.article_id).join(Article).where(*_links(reply))
    return list(session.scalars(query.order_by(ArticleReply.article_id)))


def _tell_users_of(session: Session, reply: Reply, now: datetime) -> None:
    """Tells everyone else who attached it somewhere."""
    query = select(ArticleReply.user_id).join(Article).where(*_links(reply))
    others = set(session.scalars(query)) - {reply.user_id, None}
    for user_id in sorted(filter(None, others)):
        row = {"user_id": user_id, "reply_id": reply.id, "since_version": reply.version, "created_at": now}
        adding = insert(session, EditorNotice).values(row)
        session.execute(
            adding.on_conflict_do_update(
                index_elements=["user_id", "reply_id"],
                set_={"created_at": now, "since_version": adding.excluded.since_version, "seen_at": None},
                where=EditorNotice.seen_at.is_not(None),
            )
        )


def renew_hyperlinks(session: Session, reply: Reply, now: datetime) -> None:
    """Keeps the rows of what a reply links to equal to its words."""
    session.flush()
    wanted = {link.url: link for link in hyperlinks_of(reply)}
    kept = set(session.scalars(select(ReplyHyperlink.url).where(ReplyHyperlink.reply_id == reply.id)))
    gone = kept - set(wanted)
    if gone:
        mine = ReplyHyperlink.reply_id == reply.id
        session.execute(delete(ReplyHyperlink).where(mine, or_(*(ReplyHyperlink.url == url for url in gone))))
    session.add_all(link for url, link in wanted.items() if url not in kept)
    want(session, wanted, now=now)


def unread_notices(session: Session, user_id: str) -> list[tuple[EditorNotice, Reply]]:
    query = select(EditorNotice, Reply).join(Reply, Reply.id == EditorNotice.reply_id)
    mine = (EditorNotice.user_id == user_id, EditorNotice.seen_at.is_(None), ~REPLY_WITHHELD)
    return [(notice, reply) for notice, reply in session.execute(query.where(*mine).order_by(EditorNotice.id.desc()))]


def mark_notices_seen(session: Session, user_id: str, *, until: datetime, now: datetime) -> None:
    """Marks those that came up to a moment: newer ones were not on the page."""
    for notice, _ in unread_notices(session, user_id):
        if notice.created_at <= until:
            notice.seen_at = now
