from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from factcheck import ids
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.limits import MAX_REASON_LENGTH, MAX_TEXT_LENGTH, MAX_URL_BYTES
from factcheck.matching.text.normalise import extract_urls, fingerprint
from factcheck.models import ELSEWHERE, Article, ArticleHyperlink, ArticleReply, ReplyRequest, Status, TargetKind, User
from factcheck.moderation.flags import flag_words
from factcheck.services.clusters import lock_cluster, recount_cluster
from factcheck.services.hyperlinks import want
from factcheck.services.indexing import enqueue_indexing
from factcheck.services.removed import any_removed, digest_of, digest_of_id
from factcheck.services.roles import Action, require

MOST_IDENTICAL = 30
"""Messages with one fingerprint that are looked at; the others have fewer replies."""


def submit_article(
    session: Session,
    text: str,
    user: User,
    *,
    now: datetime,
    channel: str = "LINE",
    reason: str = "",
    secret_key: str = "",
) -> Article:
    """Publish a message, once for each text, and ask for its check. With the key it also knows what was removed for
    good, or is there without the personal data that it had. Raises InvalidInputError for an empty or too long text,
    NotFoundError for one that moderation has blocked, ForbiddenError for a person whom it has."""
    require(user, Action.CONTRIBUTE)
    article = find_by_text(session, text)
    if article is None and secret_key:
        article = _known_by_digest(session, text, secret_key)
    article = article or _new_article(session, text, user, now)
    article = lock_article(session, article.id) or article
    if article.status != Status.NORMAL:
        raise NotFoundError(f"article {article.id!r} may not be shown")
    # SQLAlchemy's JSON column notices only a new list.
    article.references = [*article.references, channel]
    article.updated_at = now
    request_check(session, article, user, reason=reason, now=now)
    return article


def _known_by_digest(session: Session, text: str, secret_key: str) -> Article | None:
    """Raises NotFoundError for what was removed for good."""
    digest = digest_of(secret_key, text)
    if any_removed(session, [digest, *(digest_of_id(secret_key, f"article:{one}") for one in ids.article_ids(text))]):
        raise NotFoundError("this text may not be shown")
    return session.scalar(select(Article).where(Article.text_digest == digest).limit(1))


def _new_article(session: Session, text: str, user: User, now: datetime) -> Article:
    if not text.strip():
        raise InvalidInputError("text", "The message is empty.")
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidInputError("text", "The message is longer than %(limit)d characters.", limit=MAX_TEXT_LENGTH)
    usual, other = ids.article_ids(text)
    owner = lock_article(session, usual)
    if owner is not None and (owner.text == text or (owner.status == Status.BLOCKED and not owner.text)):
        return owner  # one that an import brought as hidden has no text
    if owner is None or is_erased(owner):
        article = owner or Article(id=usual, version=0)
    else:
        article = lock_article(session, other) or Article(id=other, version=0)
    article.text = text
    article.fingerprint = fingerprint(text)
    article.references = []
    article.user_id, article.app_id = user.id, user.app_id
    article.reply_request_count = article.normal_article_reply_count = 0
    article.version += 1  # continues from before an erasure
    article.status = Status.NORMAL
    article.created_at = article.last_requested_at = now
    session.add(article)
    session.flush()
    urls = storable_urls(extract_urls(text))
    session.add_all(ArticleHyperlink(article_id=article.id, url=url, normalized_url=url) for url in urls)
    want(session, urls, now=now)
    enqueue_indexing(session, article.id, now=now)
    return article


def is_erased(article: Article) -> bool:
    """Tells whether its sender took it back, so that it may be published again."""
    return article.status == Status.DELETED and not article.text


def storable_urls(urls: Iterable[str]) -> list[str]:
    return [url for url in dict.fromkeys(urls) if len(url.encode()) <= MAX_URL_BYTES]


def request_check(session: Session, article: Article, user: User, *, now: datetime, reason: str = "") -> bool:
    """Record that `user` wants a check; True if this is new. A later reason replaces an earlier one. Raises
    InvalidInputError for a reason that is too long. That somebody blocked wants to know counts for nothing, and what
    they say is refused: ForbiddenError."""
    if user.blocked_at is not None and not reason:
        return False
    require(user, Action.CONTRIBUTE)
    if len(reason) > MAX_REASON_LENGTH:
        raise InvalidInputError("reason", "Please use at most %(limit)d characters.", limit=MAX_REASON_LENGTH)
    lock_article(session, article.id)
    adopt(article, user)
    request = session.scalar(
        select(ReplyRequest).where(ReplyRequest.article_id == article.id, ReplyRequest.user_id == user.id)
    )
    article.last_requested_at = now
    is_new = request is None
    if request is None:
        request = ReplyRequest(article_id=article.id, user_id=user.id, reason="", status=Status.NORMAL, created_at=now)
        session.add(request)
    if is_new or reason:
        request.reason, request.updated_at = reason, now
    session.flush()
    flag_words(session, TargetKind.REQUEST, request.id, reason, user, now=now)
    if is_new:
        recount_requests(session, article)
    return is_new


def adopt(article: Article, user: User) -> None:
    """Makes ours a message known from elsewhere alone: somebody asks about it, or answers it."""
    if article.app_id == ELSEWHERE:
        article.app_id, article.user_id = user.app_id, user.id
        article.change_number = None


def lock_article(session: Session, article_id: str) -> Article | None:
    """Locks an article and its copies until the transaction ends, and reads it again: counters raised from old values
    would undo what others did.

    If it joined another cluster meanwhile, the first lock is given back before that one is taken: holding both could be
    a deadlock.
    """
    article = session.get(Article, article_id)
    while article is not None:
        cluster_id = article.cluster_id
        with session.begin_nested() as attempt:
            lock_cluster(session, cluster_id)
            article = session.get(Article, article_id, populate_existing=True)
            if article is None or article.cluster_id == cluster_id:
                return article
            attempt.rollback()
    return None


def recount_requests(session: Session, article: Article) -> None:
    query = select(func.count()).select_from(ReplyRequest)
    count = session.scalar(query.where(ReplyRequest.article_id == article.id, ReplyRequest.status == Status.NORMAL))
    article.reply_request_count = count or 0
    recount_cluster(session, article.cluster_id)


def get_article(session: Session, article_id: str) -> Article:
    """Loads an article that may be shown. Raises NotFoundError."""
    article = session.get(Article, article_id)
    if article is None or article.status != Status.NORMAL:
        raise NotFoundError(f"no article {article_id!r}")
    return article


_SHOWN = (
    select(Article)
    .where(Article.id.in_(bindparam("article_ids", expanding=True)), Article.status == Status.NORMAL)
    .options(selectinload(Article.cluster_replies).joinedload(ArticleReply.reply))
)
"""Made once, as are others that a page needs: to put a statement together takes longer than SQLite takes for it."""


def load_articles(session: Session, article_ids: Sequence[str]) -> list[Article]:
    """Loads those shown, in the given order, with the replies of their clusters."""
    if not article_ids:
        return []
    found = {article.id: article for article in session.scalars(_SHOWN, {"article_ids": list(article_ids)})}
    return [found[article_id] for article_id in article_ids if article_id in found]


def find_by_text(session: Session, text: str) -> Article | None:
    rows = session.scalars(_BY_ID, {"article_ids": list(ids.article_ids(text))})
    return next((article for article in rows if article.text == text), None)


def find_exact(session: Session, text: str) -> Article | None:
    """Finds the shown article with this text or else this fingerprint, in the database alone: the index may not have it
    yet."""
    article = find_by_text(session, text)
    if article is not None and article.status == Status.NORMAL:
        return article
    same = identical_ids(session, text)
    return session.get(Article, same[0]) if same else None


def identical_ids(session: Session, text: str) -> Sequence[str]:
    """Lists the shown articles with the fingerprint of a text, at most MOST_IDENTICAL, with most replies first."""
    mark = fingerprint(text)
    return session.scalars(_BY_MARK, {"mark": mark}).all() if mark else ()


_BY_ID = select(Article).where(Article.id.in_(bindparam("article_ids", expanding=True)))
_BY_MARK = (
    select(Article.id)
    .where(Article.fingerprint == bindparam("mark"), Article.status == Status.NORMAL)
    .order_by(Article.cluster_reply_count.desc(), Article.id)
    .limit(MOST_IDENTICAL)
)
