"""What volunteers say that stands in a picture, or is to be heard in a sound. Each change is a version that one press
undoes; a new account's waits until somebody else has looked at it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.limits import MAX_ALTERNATIVE_TEXT, MAX_TEXT_LENGTH
from factcheck.models import Article, ArticleType, RevisionState, Role, Status, TranscriptRevision, User
from factcheck.services.articles import lock_article
from factcheck.services.indexing import article_changed
from factcheck.services.media_articles import set_text
from factcheck.services.roles import Action, require

NEW_FOR = timedelta(days=7)
"""How long an account's changes wait for somebody else."""
MOST_WAITING = 50
"""Versions that wait, listed at once."""


def revisions_of(session: Session, article_id: str) -> Sequence[TranscriptRevision]:
    """Lists the oldest first."""
    query = select(TranscriptRevision).where(TranscriptRevision.article_id == article_id)
    return session.scalars(query.order_by(TranscriptRevision.number)).all()


def newest_number(session: Session, article_id: str) -> int:
    """Gives the number of the newest version, shown or not; 0 for none."""
    query = select(func.max(TranscriptRevision.number)).where(TranscriptRevision.article_id == article_id)
    return session.scalar(query) or 0


def waiting_for(session: Session, user: User, *, now: datetime) -> Sequence[TranscriptRevision]:
    """Lists versions that this person may decide about, the oldest first."""
    if is_new(user, now):
        return []
    query = (
        select(TranscriptRevision)
        .join(Article, Article.id == TranscriptRevision.article_id)
        .where(TranscriptRevision.state == RevisionState.WAITING, Article.status == Status.NORMAL)
        .where(TranscriptRevision.user_id.is_distinct_from(user.id))
        .order_by(TranscriptRevision.created_at)
    )
    return session.scalars(query.limit(MOST_WAITING)).all()


def write_transcript(
    session: Session,
    article_id: str,
    text: str,
    alternative_text: str,
    user: User,
    *,
    seen: int,
    now: datetime,
) -> TranscriptRevision | None:
    """Adds a version; None if it would change nothing. `seen`: the number of the newest version when the form was
    opened. Raises ForbiddenError, NotFoundError, InvalidInputError, StaleError if somebody has changed it since."""
    require(user, Action.CONTRIBUTE)
    article = _locked(session, article_id)
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidInputError("text", "Please use at most %(limit)d characters.", limit=MAX_TEXT_LENGTH)
    if len(alternative_text) > MAX_ALTERNATIVE_TEXT:
        raise InvalidInputError(
            "alternative_text", "Please use at most %(limit)d characters.", limit=MAX_ALTERNATIVE_TEXT
        )
    newest = newest_number(session, article_id)
    if seen != newest:
        raise StaleError("somebody else has changed it")
    if (text, alternative_text) == (article.text, article.alternative_text):
        return None
    revision = _add(session, article, newest, text, alternative_text, user, now=now)
    if revision.state == RevisionState.SHOWN:
        _show(session, article, revision, now=now)
    return revision


def revert_transcript(
    session: Session, article_id: str, number: int, user: User, *, seen: int, now: datetime
) -> TranscriptRevision | None:
    """Adds a version that says what an earlier one said. Raises what `write_transcript` raises."""
    old = _revision(session, article_id, number)
    return write_transcript(session, article_id, old.text, old.alternative_text, user, seen=seen, now=now)


def decide_transcript(
    session: Session, article_id: str, number: int, user: User, *, accepts: bool, now: datetime
) -> TranscriptRevision:
    """Shows or refuses a version that waits; one that is shown becomes the newest. Raises NotFoundError; StaleError for
    one that waits no more; ForbiddenError for one's own and for new accounts."""
    require(user, Action.CONTRIBUTE)
    article = _locked(session, article_id)
    revision = _revision(session, article_id, number)
    if revision.state != RevisionState.WAITING:
        raise StaleError("it waits no more")
    if revision.user_id == user.id or is_new(user, now):
        raise ForbiddenError("Somebody else must look at this change.")
    revision.state = RevisionState.SHOWN if accepts else RevisionState.REFUSED
    if accepts:
        if revision.number != (newest := newest_number(session, article_id)):
            revision.number = newest + 1
        _show(session, article, revision, now=now)
    return revision


def show_newest(session: Session, article: Article, *, now: datetime) -> None:
    """Shows the newest version that nobody refused; the caller refused one, or took that back."""
    of_it = (TranscriptRevision.article_id == article.id, TranscriptRevision.state == RevisionState.SHOWN)
    newest = session.scalar(
        select(TranscriptRevision).where(*of_it).order_by(TranscriptRevision.number.desc()).limit(1)
    )
    set_text(session, article, newest.text if newest else "", now=now)
    article.alternative_text = newest.alternative_text if newest else ""
    article_changed(session, article, now=now)


def is_new(user: User, now: datetime) -> bool:
    """Tells whether what somebody says that stands in a file waits for somebody else, and they decide about nobody's.
    Reviewers are known by whoever made them that: on the first day of an instance there is nobody else."""
    return user.role == Role.VOLUNTEER and (user.created_at is None or now - user.created_at < NEW_FOR)


def _locked(session: Session, article_id: str) -> Article:
    article = lock_article(session, article_id)
    if article is None or article.status != Status.NORMAL or article.article_type == ArticleType.TEXT:
        raise NotFoundError(f"no picture, film or sound {article_id!r}")
    return article


def _revision(session: Session, article_id: str, number: int) -> TranscriptRevision:
    revision = session.get(TranscriptRevision, (article_id, number), with_for_update=True)
    if revision is None:
        raise NotFoundError(f"no version {number} of {article_id!r}")
    return revision


def _add(
    session: Session, article: Article, newest: int, text: str, alternative_text: str, user: User, *, now: datetime
) -> TranscriptRevision:
    """Adds a version. The text of an imported article, which has no version yet, becomes the first."""
    if newest == 0 and (article.text or article.alternative_text):
        newest = 1
        first = {"text": article.text, "alternative_text": article.alternative_text}
        at = article.created_at or now
        session.add(TranscriptRevision(article_id=article.id, number=1, **first, by_machine=True, created_at=at))
    revision = TranscriptRevision(
        article_id=article.id,
        number=newest + 1,
        text=text,
        alternative_text=alternative_text,
        user_id=user.id,
        state=RevisionState.WAITING if is_new(user, now) else RevisionState.SHOWN,
        by_machine=False,
        created_at=now,
    )
    session.add(revision)
    session.flush()
    return revision


def _show(session: Session, article: Article, revision: TranscriptRevision, *, now: datetime) -> None:
    set_text(session, article, revision.text, now=now)
    article.alternative_text = revision.alternative_text
    article_changed(session, article, now=now)
