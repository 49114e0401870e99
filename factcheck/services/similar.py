"""Messages that may make the same claim as an article. The worker looks for them once, so that no visitor's page does.

Pairs are kept, and no texts: who is no longer shown is left out when they are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from factcheck.db.aliases import shared_alias
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.errors import IndexMismatchError, SearchUnavailableError
from factcheck.jobs import schedule
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.logs import describe
from factcheck.matching.decide.decision import decide
from factcheck.matching.decide.fusion import fuse
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise
from factcheck.models import Article, ArticleType, SimilarArticle, Status
from factcheck.ports import Hit, SearchQuery, SearchReader
from factcheck.services.articles import load_articles
from factcheck.services.derived import recall
from factcheck.services.matching import candidate
from factcheck.services.topics import keep_suggestions, topics_of_nearest

FIND_SIMILAR = "find_similar"
EVERY = timedelta(minutes=10)
"""The pause between two looks for missed articles. New ones bring it forward."""

BATCH = 5
"""Articles that one job compares; each takes some 50 ms."""

CANDIDATES = 20
SHOWN = 5

_OTHER, _LISTED = shared_alias(Article), shared_alias(Article)
_OWN_CLUSTER = select(Article.cluster_id).where(Article.id == bindparam("of_article")).scalar_subquery()
_FOUND = (
    select(_LISTED.id)
    .join(_OTHER, _LISTED.cluster_id == _OTHER.cluster_id)
    .join(SimilarArticle, SimilarArticle.other_id == _OTHER.id)
    .where(_LISTED.listed, _LISTED.status == Status.NORMAL, _OTHER.status == Status.NORMAL)
    .where(SimilarArticle.article_id == bindparam("of_article"), _OTHER.cluster_id != _OWN_CLUSTER)
    .order_by(_LISTED.cluster_reply_count == 0, SimilarArticle.probability.desc(), _OTHER.id)
    .limit(CANDIDATES)
)
"""Made once: an alias takes a millisecond."""

log = structlog.get_logger()

Pairs = Mapping[str, float]
"""Other articles, and how probably they make the same claim."""


@dataclass(frozen=True)
class _Unchecked:
    id: str
    text: str
    cluster_id: str


def job_kinds(factory: SessionFactory, search: SearchReader) -> tuple[JobKind, ...]:
    """Makes the handler. It may raise SearchUnavailableError or IndexMismatchError."""

    def handle(_payload: dict[str, Any]) -> Effects:
        found = [(article.id, *_near(factory, search, article)) for article in unchecked(factory)]

        def effects(session: Session) -> Next | None:
            for article_id, pairs, topics in found:
                keep_similar(session, article_id, pairs)
                keep_suggestions(session, article_id, topics)
            return Next.AT_ONCE if len(found) == BATCH else None

        return effects

    return (JobKind(FIND_SIMILAR, handle, every=EVERY, is_keyed=True),)


def look_soon(session: Session, *, now: datetime) -> None:
    """Has the worker look for what is similar to the articles that nobody has looked at."""
    schedule.bring_forward(session, FIND_SIMILAR, now=now)


def unchecked(factory: SessionFactory) -> list[_Unchecked]:
    """Lists articles of the index that are to be compared: clusters come first, as copies are not similar ones."""
    columns = select(Article.id, Article.text, Article.cluster_id).where(
        ~Article.similar_checked,
        Article.cluster_checked,
        Article.status == Status.NORMAL,
        Article.article_type == ArticleType.TEXT,
    )
    with read_only(factory) as session:
        return [_Unchecked(*row) for row in session.execute(columns.order_by(Article.id).limit(BATCH))]


def _near(factory: SessionFactory, search: SearchReader, article: _Unchecked) -> tuple[Pairs, Mapping[str, float]]:
    """Gives pairs and topics; nothing for a text that cannot be compared, which must not keep all others waiting."""
    try:
        hits = find_similar(search, article.id, article.text)
        return alike(factory, article, hits), topics_of_nearest(factory, hits)
    except (SearchUnavailableError, IndexMismatchError):
        raise
    except Exception as error:
        log.error("similar_failed", article=article.id, error=type(error).__name__, traceback=describe(error))
        return {}, {}


def find_similar(search: SearchReader, article_id: str, text: str) -> list[Hit]:
    """Finds the articles nearest to another, best first; near need not mean alike.

    It uses the stored vector, or words alone for an article not indexed yet. Never call it inside a transaction. Raises
    SearchUnavailableError, IndexMismatchError.
    """
    vectors = search.vectors(article_id)
    query = SearchQuery(
        text=normalise(text),
        fingerprint=fingerprint(text),
        urls=extract_urls(text),
        vector=vectors[0] if vectors is not None and len(vectors) else None,
        limit=CANDIDATES,
    )
    hits = fuse(search.candidates(query), CANDIDATES)
    return [hit for hit in hits if hit.article_id != article_id]


def alike(factory: SessionFactory, article: _Unchecked, hits: Sequence[Hit]) -> Pairs:
    """Chooses those that may make the same claim and are no copies."""
    by_id = {hit.article_id: hit for hit in hits}
    with read_only(factory) as session:
        near = load_articles(session, list(by_id))
        recall(session, {each.id: each.text for each in near})
        others = [candidate(each, by_id[each.id]) for each in near if each.cluster_id != article.cluster_id]
    return {scored.article_id: scored.probability for scored in decide(article.text, others).candidates}


def keep_similar(session: Session, article_id: str, pairs: Pairs) -> None:
    """Keeps them for both sides: the other article was compared when this one was not there yet."""
    article = session.get(Article, article_id)
    if article is None or article.status != Status.NORMAL:
        return
    article.similar_checked = True
    shown = session.scalars(select(Article.id).where(Article.id.in_(pairs), Article.status == Status.NORMAL))
    rows = [
        {"article_id": one, "other_id": other, "probability": pairs[other_id]}
        for other_id in shown
        for one, other in ((article_id, other_id), (other_id, article_id))
    ]
    if rows:
        session.execute(insert(session, SimilarArticle).values(rows).on_conflict_do_nothing())


def forget_similar(session: Session, article: Article) -> None:
    article.similar_checked = False
    either = or_(SimilarArticle.article_id == article.id, SimilarArticle.other_id == article.id)
    session.execute(delete(SimilarArticle).where(either))


def similar_to(session: Session, article_id: str) -> list[str]:
    """Lists ids of what was found and is shown, one a cluster as lists show it. Those with a reply come first, since
    they may save somebody the writing."""
    found = session.scalars(_FOUND, {"of_article": article_id})
    return list(dict.fromkeys(found))[:SHOWN]
