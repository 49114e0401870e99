"""Taking personal data out of what stays, and away for good what the law forbids.

The words of before are kept for a day, so that a slip can be mended, and then forgotten; of a message a keyed digest
stays, so that it is known when it comes again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.errors import ForbiddenError, InvalidInputError, StaleError
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import UNTIRING, JobKind
from factcheck.limits import MAX_REDACTED_PIECES
from factcheck.matching.text.normalise import extract_urls, fingerprint
from factcheck.models import (
    Article,
    ArticleHyperlink,
    ArticleReply,
    ArticleReplyFeedback,
    ItemKind,
    MediaFile,
    ModerationAction,
    ModerationChange,
    ModerationKind,
    Reply,
    ReplyRequest,
    ReplyRevision,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation.targets import Target, person
from factcheck.personal_data import find_personal
from factcheck.services import hyperlinks
from factcheck.services.articles import lock_article, storable_urls
from factcheck.services.editing import renew_hyperlinks
from factcheck.services.indexing import article_changed, articles_changed
from factcheck.services.pseudonyms import pseudonym
from factcheck.services.removed import digest_of
from factcheck.services.similar import forget_similar
from factcheck.services.sweeping import sweep_later

MARK = "█████"
"""Stands in every language in place of what was taken out."""

KEPT_FOR = timedelta(days=1)
FORGET_WORDS = "forget_words"

Words = Article | TranscriptRevision | MediaFile | Reply | ReplyRevision | ReplyRequest | ArticleReplyFeedback | User


def proposed(text: str) -> list[str]:
    """Lists what looks like personal data, for a reviewer to look at."""
    return [found.written for found in find_personal(text)]


def cleaned(pieces: Iterable[str]) -> list[str]:
    return [piece for piece in dict.fromkeys(one.strip() for one in pieces) if piece]


def redacted(text: str, pieces: Sequence[str]) -> str:
    """Replaces the pieces, the longest first."""
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, MARK)
    return text


def take_out(
    session: Session, action: ModerationAction, pieces: Sequence[str], *, secret_key: str, now: datetime
) -> None:
    """Takes the pieces out of the words of the decision's target; of a person the name goes. Raises InvalidInputError
    when none of them is there."""
    target = Target(TargetKind(action.target_kind), action.target_id)
    pieces = cleaned(pieces)
    if len(pieces) > MAX_REDACTED_PIECES:
        raise InvalidInputError(
            "pieces", "Please take out at most %(limit)d pieces at once.", limit=MAX_REDACTED_PIECES
        )
    found = 0
    for name, row, field in _fields(session, target):
        old = getattr(row, field)
        new = _new_name(row) if isinstance(row, User) else redacted(old, pieces)
        if new == old:
            continue
        found += 1
        _keep(session, action, name, old, new, now)
        if isinstance(row, Article) and field == "text":
            row.text_digest = row.text_digest or digest_of(secret_key, old)
        setattr(row, field, new)
    if not found:
        raise InvalidInputError("pieces", "None of these words stands there.")
    _follow(session, target, now=now)
    action.size = found
    queue.enqueue(session, FORGET_WORDS, {"action_id": action.id}, now=now, delay=KEPT_FOR, max_attempts=UNTIRING)
    sweep_later(session, was_published=True, now=now)


def _new_name(user: User) -> str:
    fresh = pseudonym(f"{user.id} renamed")
    return fresh if fresh != user.name else pseudonym(f"{user.id} renamed again")


def _keep(session: Session, action: ModerationAction, name: str, old: str, new: str, now: datetime) -> None:
    row = ModerationChange(action_id=action.id, kind=ItemKind.WORDS, item_id=name, was=old, became=new)
    row.forget_at = now + KEPT_FOR
    session.add(row)


def words_of(session: Session, target: Target) -> list[str]:
    """Lists all that a target says, in all versions."""
    return [getattr(row, field) for _, row, field in _fields(session, target)]


def _fields(session: Session, target: Target) -> Iterator[tuple[str, Words, str]]:
    """Gives the name, the row and the column of all that a target says."""
    if target.kind == TargetKind.ARTICLE:
        article = lock_article(session, target.id)
        if article is not None:
            yield from _fields_of(session, article)
    elif target.kind == TargetKind.REPLY:
        reply = session.get_one(Reply, target.id, with_for_update={"key_share": True}, populate_existing=True)
        yield "text", reply, "text"
        yield "reference", reply, "reference"
        for old in session.scalars(select(ReplyRevision).where(ReplyRevision.reply_id == target.id)):
            yield f"{old.number}/text", old, "text"
            yield f"{old.number}/reference", old, "reference"
    elif target.kind == TargetKind.REQUEST:
        yield "reason", session.get_one(ReplyRequest, int(target.id)), "reason"
    elif target.kind == TargetKind.COMMENT:
        yield "comment", session.get_one(ArticleReplyFeedback, int(target.id)), "comment"
    elif target.kind == TargetKind.USER:
        user = person(session, target.id)
        if user is not None:
            yield "name", user, "name"


def _fields_of(session: Session, article: Article) -> Iterator[tuple[str, Words, str]]:
    """Gives a message's words; of a file also what a machine and people read in it. What is to be seen stays: for that
    there are the cover, and hiding."""
    yield "text", article, "text"
    yield "alternative_text", article, "alternative_text"
    mine = TranscriptRevision.article_id == article.id
    for old in session.scalars(select(TranscriptRevision).where(mine).with_for_update()):
        yield f"{old.number}/text", old, "text"
        yield f"{old.number}/alternative_text", old, "alternative_text"
    file = session.get(MediaFile, article.file_id) if article.file_id else None
    if file is not None:
        yield "file", file, "text"


def put_back(session: Session, action: ModerationAction, *, now: datetime) -> None:
    """Raises ForbiddenError when the words are forgotten, StaleError when somebody changed them since."""
    kept = select(ModerationChange).where(
        ModerationChange.action_id == action.id, ModerationChange.kind == ItemKind.WORDS
    )
    rows = {row.item_id: row for row in session.scalars(kept)}
    if any(not row.was for row in rows.values()):
        raise ForbiddenError("What stood there is forgotten by now, so it cannot be put back.")
    target = Target(TargetKind(action.target_kind), action.target_id)
    is_rest = _other_stands(session, action)
    for name, row, field in list(_fields(session, target)):
        if name not in rows:
            continue
        if getattr(row, field) != rows[name].became:
            raise StaleError
        setattr(row, field, rows[name].was)
        if isinstance(row, Article) and field == "text" and not is_rest:
            row.text_digest = None
    _follow(session, target, now=now, is_whole=not is_rest)


def _other_stands(session: Session, action: ModerationAction) -> bool:
    """Tells whether another decision has taken something out of the same, too."""
    others = select(ModerationAction.id).where(
        ModerationAction.target_kind == action.target_kind,
        ModerationAction.target_id == action.target_id,
        ModerationAction.action == ModerationKind.REDACT,
        ModerationAction.undone_at.is_(None),
        ModerationAction.id != action.id,
    )
    return session.scalar(others.limit(1)) is not None


def _follow(session: Session, target: Target, *, now: datetime, is_whole: bool = False) -> None:
    """Brings to the new words what is derived from them. `is_whole`: they say all that was written."""
    session.flush()
    if target.kind == TargetKind.ARTICLE:
        article = session.get_one(Article, target.id)
        article.fingerprint = fingerprint(article.text)
        article.updated_at = now
        _renew_article_hyperlinks(session, article, now)
        forget_similar(session, article)
        article_changed(session, article, now=now)
    elif target.kind == TargetKind.REPLY:
        reply = session.get_one(Reply, target.id)
        reply.redacted_at = None if is_whole else now
        reply.version += 1  # a change that was begun before would bring it back
        renew_hyperlinks(session, reply, now)
        places = select(ArticleReply.article_id).where(ArticleReply.reply_id == reply.id)
        articles_changed(session, session.scalars(places).all(), now=now)


def _renew_article_hyperlinks(session: Session, article: Article, now: datetime) -> None:
    mine = ArticleHyperlink.article_id == article.id
    kept = set(session.scalars(select(ArticleHyperlink.url).where(mine)))
    wanted = storable_urls(extract_urls(article.text))
    gone = sorted(kept - set(wanted))
    session.execute(delete(ArticleHyperlink).where(mine, ArticleHyperlink.url.in_(gone)))
    hyperlinks.forget(session, gone)
    new = [url for url in wanted if url not in kept]
    session.add_all(ArticleHyperlink(article_id=article.id, url=url, normalized_url=url) for url in new)
    hyperlinks.want(session, new, now=now)


def job_kinds(clock: Clock) -> tuple[JobKind, ...]:
    def forget(payload: dict[str, Any]) -> Effects:
        def effects(session: Session) -> None:
            kept = select(ModerationChange).where(
                ModerationChange.action_id == int(payload["action_id"]), ModerationChange.kind == ItemKind.WORDS
            )
            for row in session.scalars(kept):
                row.was = row.became = ""
                row.forget_at = None
            sweep_later(session, was_published=False, now=clock())

        return effects

    return (JobKind(FORGET_WORDS, forget),)
