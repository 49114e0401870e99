from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from factcheck.db.aliases import shared_alias
from factcheck.db.insert import insert
from factcheck.models import Cooccurrence, CooccurrenceArticle, User

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
    together = sorted(set(article_ids))
    if len(together) < 2:
        return None
    joined, shorter = SEPARATOR.join(together), SEPARATOR.join(sorted(set(known_before)))
    found = _find(session, user, joined) or _find(session, user, shorter)
    if found is None:
        session.flush()  # the user must be in the database first
        found = Cooccurrence(user_id=user.id, created_at=now)
        session.add(found)
    found.article_ids, found.updated_at = joined, now
    session.flush()
    rows = [{"article_id": article_id, "cooccurrence_id": found.id} for article_id in together]
    session.execute(insert(session, CooccurrenceArticle).values(rows).on_conflict_do_nothing())
    return found


_OTHER = shared_alias(CooccurrenceArticle)
_NEWEST = (
    select(CooccurrenceArticle.cooccurrence_id)
    .where(CooccurrenceArticle.article_id == bindparam("of_article"))
    .order_by(CooccurrenceArticle.cooccurrence_id.desc())
    .limit(RECORDS)
    .subquery()
)
_SENT_WITH = (
    select(_OTHER.article_id)
    .join(_NEWEST, _OTHER.cooccurrence_id == _NEWEST.c.cooccurrence_id)
    .where(_OTHER.article_id != bindparam("of_article"))
    .group_by(_OTHER.article_id)
    .order_by(func.count().desc(), func.max(_OTHER.cooccurrence_id).desc(), _OTHER.article_id)
    .limit(SHOWN)
)


def sent_with(session: Session, article_id: str) -> Sequence[str]:
    """Finds ids of articles that people sent together with this one, the most often first."""
    return session.scalars(_SENT_WITH, {"of_article": article_id}).all()


def _find(session: Session, user: User, joined: str) -> Cooccurrence | None:
    query = select(Cooccurrence).where(Cooccurrence.user_id == user.id, Cooccurrence.article_ids == joined)
    return session.scalar(query)
