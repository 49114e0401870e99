"""Fact-checks of others, kept as articles that are found, and neither voted on nor published as ours."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.elsewhere.found import Found
from factcheck.errors import NotFoundError, OperatorError
from factcheck.ids import random_id
from factcheck.matching.text.normalise import extract_urls, fingerprint
from factcheck.models import (
    ELSEWHERE,
    Article,
    ArticleHyperlink,
    ArticleReply,
    Need,
    OutsideCheck,
    OutsideSource,
    Reply,
    SourceKind,
    Status,
)
from factcheck.services.articles import find_by_text, lock_article, storable_urls
from factcheck.services.indexing import enqueue_indexing
from factcheck.services.notices import CORRECT, enqueue_reader_notices
from factcheck.services.replies import links_changed
from factcheck.services.users import ensure_app

MOST_HOURS = 24 * 30


def add_source(
    session: Session,
    source_id: str,
    *,
    kind: str,
    url: str,
    publisher: str,
    licence: str,
    page: str = "",
    hours: int = 24,
    now: datetime,
) -> OutsideSource:
    """Makes or changes a source. Raises OperatorError."""
    if not ids.is_public_id(source_id) or len(source_id) > 40:
        raise OperatorError("id", "A source's id has at most 40 letters, digits, hyphens or underscores.")
    if kind not in list(SourceKind):
        raise OperatorError("kind", "A source is CLAIM_REVIEW or COFACTS.")
    if not url.startswith(("https://", "http://")):
        raise OperatorError("url", "An address of a source begins with https://.")
    if not publisher.strip() or not licence.strip():
        raise OperatorError("publisher", "Say who checks, and under which licence it may be used.")
    if kind == SourceKind.COFACTS and "{id}" not in page:
        raise OperatorError("page", "Say where people read an article: an address with {id} in it.")
    if not 1 <= hours <= MOST_HOURS:
        raise OperatorError("hours", f"A source is read every 1 to {MOST_HOURS} hours.")
    source = session.get(OutsideSource, source_id) or OutsideSource(id=source_id, created_at=now, error="")
    source.kind, source.url, source.page, source.hours = kind, url, page, hours
    source.publisher, source.licence, source.disabled_at = publisher.strip(), licence.strip(), None
    session.add(source)
    ensure_app(session, ELSEWHERE)
    return source


def source(session: Session, source_id: str) -> OutsideSource:
    """Finds a source. Raises NotFoundError."""
    found = session.get(OutsideSource, source_id)
    if found is None:
        raise NotFoundError(f"There is no source {source_id!r}.")
    return found


def all_sources(session: Session) -> list[OutsideSource]:
    return list(session.scalars(select(OutsideSource).order_by(OutsideSource.id)))


def keep(session: Session, source_id: str, found: Found, *, now: datetime) -> bool:
    """Keeps a check as it is now; True if it is new or changed. One of a message that may not be shown is left out."""
    check = session.scalar(_of(source_id).where(OutsideCheck.key == found.digest))
    if check is not None:
        return _renew(session, check, found, now)
    article = find_by_text(session, found.claim)
    if article is not None and article.status != Status.NORMAL:
        return False
    article = _filled(session, article, found, now)
    reply = Reply(
        id=random_id(),
        type=found.type,
        text=found.text,
        reference=found.reference,
        app_id=ELSEWHERE,
        created_at=found.published_at or now,
    )
    session.add(reply)
    session.flush()
    link = ArticleReply(article_id=article.id, reply_id=reply.id, app_id=ELSEWHERE, created_at=now, updated_at=now)
    session.add(link)
    session.add(
        OutsideCheck(
            source_id=source_id,
            key=found.digest,
            article_id=article.id,
            reply_id=reply.id,
            url=found.url,
            publisher=found.publisher,
            licence=found.licence,
            published_at=found.published_at,
            seen_at=now,
        )
    )
    links_changed(session, article, now)
    return True


def withdraw(session: Session, check: OutsideCheck, *, now: datetime) -> None:
    """Takes away a check that its source no longer has, and the message, unless it has become ours. Whoever was shown
    it is told."""
    article = lock_article(session, check.article_id)
    reply = session.get(Reply, check.reply_id)
    link = session.get(ArticleReply, (check.article_id, check.reply_id), populate_existing=True)
    session.delete(check)
    if reply is not None:
        reply.text = reply.reference = ""
    if article is None or link is None or link.status != Status.NORMAL:
        return
    link.status, link.updated_at = Status.DELETED, now
    session.flush()
    others = exists().where(ArticleReply.article_id == article.id, ArticleReply.status == Status.NORMAL)
    if article.app_id == ELSEWHERE and not session.scalar(select(others)):
        session.execute(delete(ArticleHyperlink).where(ArticleHyperlink.article_id == article.id))
        article.status, article.text, article.fingerprint = Status.DELETED, "", ""
    links_changed(session, article, now)
    enqueue_reader_notices(session, CORRECT, article.id, check.reply_id, now=now)


def missing(session: Session, source_id: str, digests: Collection[str]) -> list[OutsideCheck]:
    """Lists the checks of a source that are not among these."""
    return [row for row in session.scalars(_of(source_id)) if row.key not in digests]


def remove_source(session: Session, source_id: str, *, now: datetime) -> int:
    """Forgets a source and withdraws all that came from it; returns how much. Raises NotFoundError."""
    found, checks = source(session, source_id), session.scalars(_of(source_id)).all()
    for check in checks:
        withdraw(session, check, now=now)
    session.flush()
    session.delete(found)
    return len(checks)


def _of(source_id: str) -> Select[OutsideCheck]:
    return select(OutsideCheck).where(OutsideCheck.source_id == source_id)


def _filled(session: Session, article: Article | None, found: Found, now: datetime) -> Article:
    if article is not None:
        return lock_article(session, article.id) or article
    usual, other = ids.article_ids(found.claim)
    owner = session.get(Article, usual)
    is_free = owner is None or (owner.status == Status.DELETED and not owner.text)
    article = owner if owner is not None and is_free else None
    if article is None:
        article = (None if is_free else session.get(Article, other)) or Article(
            id=usual if is_free else other, version=0
        )
    article.text, article.fingerprint = found.claim, fingerprint(found.claim)
    article.references, article.user_id, article.app_id = [], None, ELSEWHERE
    article.reply_request_count = article.normal_article_reply_count = 0
    article.version = (article.version or 0) + 1
    article.status, article.listed, article.need = Status.NORMAL, False, Need.NOTHING
    article.cluster_checked, article.similar_checked, article.change_number = True, True, None
    article.created_at = found.published_at or now
    session.add(article)
    session.flush()
    urls = storable_urls(extract_urls(found.claim))
    session.add_all(ArticleHyperlink(article_id=article.id, url=url, normalized_url=url) for url in urls)
    enqueue_indexing(session, article.id, now=now)
    return article


def _renew(session: Session, check: OutsideCheck, found: Found, now: datetime) -> bool:
    check.seen_at = now
    reply = session.get(Reply, check.reply_id)
    if reply is None:
        return False
    new, old = (found.type, found.text, found.reference), (reply.type, reply.text, reply.reference)
    check.url, check.publisher, check.licence = found.url, found.publisher, found.licence
    if new == old:
        return False
    article = lock_article(session, check.article_id)
    reply.type, reply.text, reply.reference = new
    reply.version += 1
    reply.edited_at = now
    if article is not None:
        links_changed(session, article, now)
    return True
