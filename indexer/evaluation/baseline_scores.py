"""The scores that the baselines decide by, exact and in memory."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from factcheck.matching.text.normalise import bigrams, extract_urls, normalise
from factcheck.ports import Matrix, SearchDocument, Vector
from indexer.evaluation.collection import Collection
from indexer.evaluation.data import LabelledArticle
from indexer.evaluation.lexical import LexicalIndex, Scores
from indexer.evaluation.peer_texts import cjk_tokens

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BaselineQuery:
    """Scores of one query; arrays have the shape (articles,)."""

    text: str
    like: Scores
    """Cofacts' more-like-this; 0 for what it does not find."""
    coverage: Scores
    """Share of the query's tokens that the article holds."""
    peer: Scores
    """BM25 over the peers' tokens."""
    ours: Scores
    """BM25 over our normalised bigrams."""
    cosine: Scores
    """Of the whole query to the article's nearest window; -1 for an article without words."""
    seconds: Mapping[str, float]
    """Time of each by its name, without embedding; `peer` includes `coverage`."""


class ScoredCollection:
    def __init__(self, collection: Collection) -> None:
        articles, documents = list(collection.articles.values()), list(collection.documents.values())
        self._size = len(articles)
        self._embedder = collection.embedder
        self._like = MoreLikeThis(articles)
        self._peer = LexicalIndex([cjk_tokens(article.text, whole_urls=False) for article in articles])
        self._ours = LexicalIndex([bigrams(document.text) for document in documents])
        self._vectors, self._starts, self._owners = _vectors(documents)

    def ask(self, text: str) -> BaselineQuery:
        normalised = normalise(text)
        vector = self._embedder.embed_queries([normalised])[0] if normalised else None
        seconds: dict[str, float] = {}
        with _timed(seconds, "like"):
            like = self._like.scores(text)
        with _timed(seconds, "peer"):
            tokens = cjk_tokens(text, whole_urls=False)
            coverage = self._peer.held(tokens) / max(1, len(tokens))
            peer = self._peer.scores(tokens)
        with _timed(seconds, "ours"):
            ours = self._ours.scores(bigrams(normalised))
        with _timed(seconds, "cosine"):
            cosine = self._cosines(vector)
        return BaselineQuery(text, like, coverage, peer, ours, cosine, seconds)

    def _cosines(self, vector: Vector | None) -> Scores:
        cosines = np.full(self._size, -1.0)
        if vector is not None and len(self._starts):
            cosines[self._owners] = np.maximum.reduceat(self._vectors @ vector, self._starts)
        return cosines


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - begun


class MoreLikeThis:
    """Cofacts' search: of the 25 terms with the highest tf-idf all must be there up to 10 and 70 % beyond ("10<70%"),
    or an identical URL."""

    TERMS, ALL_UP_TO, SHARE = 25, 10, 0.7

    def __init__(self, articles: list[LabelledArticle]) -> None:
        self._index = LexicalIndex([cjk_tokens(article.text, whole_urls=True) for article in articles])
        self._by_url: dict[str, list[int]] = {}
        for number, article in enumerate(articles):
            for url in extract_urls(article.text):
                self._by_url.setdefault(url, []).append(number)

    def scores(self, text: str) -> Scores:
        """Returns 0 for an article that is not found."""
        terms = self._index.heaviest(cjk_tokens(text, whole_urls=True), self.TERMS)
        needed = len(terms) if len(terms) <= self.ALL_UP_TO else int(len(terms) * self.SHARE)
        found = np.where(self._index.held(terms) >= max(1, needed), self._index.scores(terms), 0.0)
        for url in extract_urls(text):
            found[self._by_url.get(url, [])] += 1.0
        return found


def _vectors(documents: Sequence[SearchDocument]) -> tuple[Matrix, Numbers, Numbers]:
    """Windows, the row at which each article's begin, and the numbers of articles with words."""
    found = [(number, one.vectors) for number, one in enumerate(documents) if one.vectors is not None]
    if not found:
        return np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    parts = [vectors for _, vectors in found]
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return np.concatenate(parts), starts.astype(np.int64), np.array([number for number, _ in found], dtype=np.int64)
