"""The index and the model as pages use them: while one is in trouble it fails at once, and the page falls back.

Each has a breaker of its own: without the model, words are still searched for.
"""

from collections.abc import Sequence

from editor_ui.circuit_breaker import Breaker
from factcheck.clock import Clock
from factcheck.errors import EmbedderUnavailableError, SearchUnavailableError
from factcheck.ports import Embedder, Hit, IndexBuild, IndexStatus, Matrix, SearchBackend, SearchDocument, SearchQuery


class GuardedSearch:
    """Guards the two questions that pages ask; everything else is passed on as it is."""

    def __init__(self, search: SearchBackend, clock: Clock) -> None:
        self._search = search
        self._breaker = Breaker(clock, SearchUnavailableError)

    def candidates(self, query: SearchQuery) -> list[Hit]:
        return self._breaker.call(lambda: self._search.candidates(query))

    def vectors(self, article_id: str) -> Matrix | None:
        return self._breaker.call(lambda: self._search.vectors(article_id))

    def index(self, documents: Sequence[SearchDocument]) -> None:
        self._search.index(documents)

    def delete(self, article_ids: Sequence[str]) -> None:
        self._search.delete(article_ids)

    def versions(self) -> dict[str, int]:
        return self._search.versions()

    def rebuild(self, *, fresh: bool = False) -> IndexBuild:
        return self._search.rebuild(fresh=fresh)

    def status(self) -> IndexStatus:
        return self._search.status()

    def ping(self) -> None:
        self._search.ping()


class GuardedEmbedder:
    def __init__(self, embedder: Embedder, clock: Clock) -> None:
        self._embedder = embedder
        self._breaker = Breaker(clock, EmbedderUnavailableError)

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._breaker.call(lambda: self._embedder.embed_queries(texts))

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._breaker.call(lambda: self._embedder.embed_passages(texts))
