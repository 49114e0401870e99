from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from factcheck.models import Article, Cooccurrence, User
from factcheck.services.articles import load_articles

SEPARATOR = "_"
"""As in Cofacts' ids of cooccurrences."""

RECORDS = 200
"""The newest that are looked at."""

SHOWN = 5


def record_cooccurrence(
    session: Session, user: User, article_ids: Iterable[str], *, now: datetime, known_before: Iterable[str] = ()
) -> Cooccurrence | None:
    """Records two or more articles received together, once; fewer give None. `known_before`: those recorded before the
    others were published; that record grows, so that nothing counts twice."""
    joined, shorter = _joined(article_ids), _joined(known_before)
    if SEPARATOR not in joined:
        return None
    found = _find(session, user, joined)
    if found is None:
        found = _find(session, user, shorter) if SEPARATOR in shorter else None
    if found is None:
        session.flush()  # the user must be in the database first
        found = Cooccurrence(user_id=user.id, created_at=now)
        session.add(found)
    found.article_ids, found.updated_at = joined, now
    return found


_NEAR = (
    select(Cooccurrence.article_ids)
    .where(Cooccurrence.article_ids.contains(bindparam("part")))
    .order_by(Cooccurrence.updated_at.desc())
    .limit(RECORDS)
)


def sent_with(session: Session, article: Article) -> list[Article]:
    """Lists shown articles that people sent together with this one, the most often first."""
    joined = [f"{SEPARATOR}{ids}{SEPARATOR}" for ids in session.scalars(_NEAR, {"part": article.id})]
    of_it = [ids for ids in joined if f"{SEPARATOR}{article.id}{SEPARATOR}" in ids]
    counts = Counter(other for ids in of_it for other in ids.split(SEPARATOR) if other not in ("", article.id))
    return load_articles(session, [other for other, _ in counts.most_common(SHOWN)])


def _joined(article_ids: Iterable[str]) -> str:
    return SEPARATOR.join(sorted(set(article_ids)))


def _find(session: Session, user: User, joined: str) -> Cooccurrence | None:
    query = select(Cooccurrence).where(Cooccurrence.user_id == user.id, Cooccurrence.article_ids == joined)
    return session.scalar(query)
