from collections.abc import Sequence

from sqlalchemy.orm import Session

from factcheck.matching.decide.decision import decide
from factcheck.matching.decide.fusion import fuse
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise
from factcheck.models import Article
from factcheck.ports import Hit, SearchQuery, SearchReader
from factcheck.services.articles import load_articles
from factcheck.services.clusters import listed_for
from factcheck.services.matching import candidate

CANDIDATES = 20


def find_similar(search: SearchReader, article_id: str, text: str) -> list[Hit]:
    """Finds the articles nearest to another, best first; near need not mean alike.

    It uses the stored vector, or words alone for an article that is not indexed yet. Never call it inside a
    transaction. Raises SearchUnavailableError, IndexMismatchError.
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


def alike(session: Session, article: Article, hits: Sequence[Hit], limit: int = 5) -> list[Article]:
    """Chooses those that may make the same claim, one a cluster, those with a reply first, since they may save somebody
    the writing."""
    by_id = {hit.article_id: hit for hit in hits}
    near = load_articles(session, list(by_id))
    articles = {other.id: other for other in near if other.cluster_id != article.cluster_id}
    decision = decide(article.text, [candidate(other, by_id[other.id]) for other in articles.values()])
    best = sorted(decision.candidates, key=lambda scored: not scored.answerable)
    return listed_for(session, [articles[scored.article_id] for scored in best])[:limit]
