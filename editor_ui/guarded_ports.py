"""The index and the model as pages use them: after trouble each fails at once (`circuit_breaker`), and the page falls
back. Without the model, words are still searched for."""

from collections.abc import Sequence

from editor_ui.circuit_breaker import SLOW, Breaker
from factcheck.clock import Clock
from factcheck.errors import EmbedderUnavailableError, SearchUnavailableError
from factcheck.ports import Hit, Matrix, QueryEmbedder, SearchQuery, SearchReader, WordHits, WordQuery
from factcheck.settings import Settings


def guarded(
    settings: Settings, search: SearchReader, embedder: QueryEmbedder, clock: Clock
) -> tuple["GuardedSearch", "GuardedEmbedder"]:
    """Guards both. An embedded index that is slow is not left alone: what pages do without it takes still longer, so
    that a crowd that searches would make all pages wait."""
    slow = None if settings.search_backend == "embedded" else SLOW
    return GuardedSearch(search, Breaker(clock, SearchUnavailableError, slow=slow)), GuardedEmbedder(embedder, clock)


class GuardedSearch:
    def __init__(self, search: SearchReader, breaker: Breaker) -> None:
        self._search = search
        self._breaker = breaker

    def candidates(self, query: SearchQuery) -> list[Hit]:
        return self._breaker.call(lambda: self._search.candidates(query))

    def containing(self, query: WordQuery) -> WordHits:
        return self._breaker.call(lambda: self._search.containing(query))

    def vectors(self, article_id: str) -> Matrix | None:
        return self._breaker.call(lambda: self._search.vectors(article_id))


class GuardedEmbedder:
    def __init__(self, embedder: QueryEmbedder, clock: Clock) -> None:
        self._embedder = embedder
        self._breaker = Breaker(clock, EmbedderUnavailableError)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._breaker.call(lambda: self._embedder.embed_queries(texts))
