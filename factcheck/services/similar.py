"""Articles that resemble a known one."""

from factcheck.matching.fusion import fuse
from factcheck.matching.normalise import extract_urls, fingerprint, normalise
from factcheck.ports import Hit, SearchBackend, SearchQuery

CANDIDATES = 20


def find_similar(search: SearchBackend, article_id: str, text: str, limit: int = 5) -> list[Hit]:
    """The articles nearest to an indexed one, best first, without itself. Its stored vector is used, so the model is
    not needed; an article that is not indexed yet is compared by words alone.

    Asks the index: never call it inside a transaction. Raises SearchUnavailableError, IndexMismatchError.
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
    return [hit for hit in hits if hit.article_id != article_id][:limit]
