"""Articles that are pictures, films or sounds."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.errors import NotFoundError
from factcheck.jobs import queue
from factcheck.languages import language_of
from factcheck.matching.text.normalise import extract_urls, fingerprint
from factcheck.models import (
    Article,
    ArticleHyperlink,
    ArticleType,
    MediaFile,
    RevisionState,
    Status,
    TranscriptRevision,
    User,
)
from factcheck.services.articles import is_erased, lock_article, request_check, storable_urls
from factcheck.services.hyperlinks import want
from factcheck.services.indexing import enqueue_indexing
from factcheck.services.media import TRANSCRIBE
from factcheck.services.removed import any_removed, digest_of_id
from factcheck.services.roles import Action, require


def media_article_id(file_id: str) -> str:
    """Makes an id of 20 characters, as long as Cofacts' own; the same file has one article, however often and at
    however many places it is sent at once."""
    digest = hashlib.sha256(b"article:" + bytes.fromhex(file_id)).digest()
    return ids.base36(int.from_bytes(digest, "big"))[:20]


def find_by_file(session: Session, file_id: str) -> Article | None:
    """Finds the shown article of a file."""
    query = select(Article).where(Article.file_id == file_id, Article.status == Status.NORMAL)
    return session.scalar(query.order_by(Article.created_at, Article.id).limit(1))


def submit_file(
    session: Session, file_id: str, user: User, *, now: datetime, channel: str = "LINE", secret_key: str = ""
) -> Article:
    """Publish a file, once, and ask for its check. With the key it also knows what was removed for good. Raises
    NotFoundError for one that is gone, or that moderation has blocked, ForbiddenError for a person whom it has."""
    require(user, Action.CONTRIBUTE)
    file = session.get(MediaFile, file_id)
    if file is None:
        raise NotFoundError("the file is gone")
    if secret_key and any_removed(session, [digest_of_id(secret_key, f"article:{media_article_id(file_id)}")]):
        raise NotFoundError("this file may not be shown")
    article = find_by_file(session, file_id) or _new_article(session, file, user, now)
    article = lock_article(session, article.id) or article
    if article.status != Status.NORMAL:
        raise NotFoundError(f"article {article.id!r} may not be shown")
    article.references = [*article.references, channel]
    article.updated_at = now
    request_check(session, article, user, now=now)
    return article


def _new_article(session: Session, file: MediaFile, user: User, now: datetime) -> Article:
    article_id = media_article_id(file.id)
    article = lock_article(session, article_id) or Article(id=article_id, version=0)
    if article.version and not is_erased(article):
        return article
    article.article_type = file.type
    article.file_id, article.attachment_hash = file.id, file.media_id
    article.references = []
    article.user_id, article.app_id = user.id, user.app_id
    article.reply_request_count = article.normal_article_reply_count = 0
    article.version += 1  # continues from before an erasure
    article.status = Status.NORMAL
    article.created_at = article.last_requested_at = now
    article.text = file.text
    article.fingerprint = fingerprint(file.text)
    session.add(article)
    session.flush()
    _link_pages(session, article, now=now)
    if file.was_read:
        session.add(
            TranscriptRevision(
                article_id=article_id,
                number=1,
                text=file.text,
                by_machine=True,
                state=RevisionState.SHOWN,
                created_at=now,
            )
        )
    if file.type != ArticleType.IMAGE and not file.text:
        queue.enqueue(session, TRANSCRIBE, {"article_id": article_id}, now=now, max_attempts=50)
    enqueue_indexing(session, article_id, now=now)
    return article


def set_text(session: Session, article: Article, text: str, *, now: datetime) -> None:
    """Puts another text in the place of what stood there, with all that is derived from it. The caller has it
    indexed."""
    found = language_of(text)
    article.text, article.fingerprint = text, fingerprint(text)
    article.language = found.tag if found else ""
    article.updated_at = now
    article.cluster_checked = article.similar_checked = False
    _link_pages(session, article, now=now)


def _link_pages(session: Session, article: Article, *, now: datetime) -> None:
    known = set(session.scalars(select(ArticleHyperlink.url).where(ArticleHyperlink.article_id == article.id)))
    urls: Sequence[str] = [url for url in storable_urls(extract_urls(article.text)) if url not in known]
    session.add_all(ArticleHyperlink(article_id=article.id, url=url, normalized_url=url) for url in urls)
    want(session, urls, now=now)
