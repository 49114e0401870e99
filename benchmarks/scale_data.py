"""The articles and queries of `benchmarks.scale`: real texts embedded for real, and copies of them made like them."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.articles import read_lines
from benchmarks.variants import Copy, Source, Vectors, as_document, base_rows, edited_copies, measure
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise
from factcheck.matching.text.tokens import windows
from factcheck.ports import Matrix, SearchDocument, SearchQuery
from factcheck.services.matching import CANDIDATES
from indexer.evaluation.embedding_cache import PASSAGE, QUERY, CachedEmbedder

FIXTURES = Path(__file__).parents[1] / "fixtures"
SEED = 7
EMBEDDED_COPIES = 300
"""Copies that are embedded for real, to see how far copies lie from their message."""


@dataclass(frozen=True)
class Asked:
    kind: str
    source: int
    """The article that it was made from; -1 for none."""
    query: SearchQuery


@dataclass(frozen=True)
class Article:
    number: int
    origin: int
    """The real message that it is, or is a copy of."""
    document: SearchDocument


class Articles:
    """Iterates over the real messages and then over their copies; the same at every call."""

    def __init__(self, messages: Path | None, embedder: CachedEmbedder) -> None:
        path = messages or FIXTURES / "articles.jsonl"
        lines = [(line.get("id") or line["key"], line["text"]) for line in read_lines(path)]
        kept = [(key, text, normalise(text)) for key, text in lines]
        kept = [(key, text, normalised) for key, text, normalised in kept if normalised]
        self.texts = [text for _, text, _ in kept]
        self.numbers = {key: number for number, (key, _, _) in enumerate(kept)}
        rows = _passages(embedder, [normalised for _, _, normalised in kept])
        self.sources = [
            Source(normalised, extract_urls(text), matrix)
            for (_, text, normalised), matrix in zip(kept, rows, strict=True)
        ]
        self._marks = [fingerprint(text) for _, text, _ in kept]
        self._calibrate(embedder)

    def first(self, count: int) -> Iterator[Article]:
        for number, source in enumerate(self.sources[:count]):
            document = SearchDocument(f"m{number}", 1, source.text, self._marks[number], source.urls, source.vectors)
            yield Article(number, number, document)
        vectors = Vectors(self.sources, self.cosines, SEED)
        copies = edited_copies(self.sources, SEED)
        for number, copy in zip(range(len(self.sources), count), copies, strict=False):
            yield Article(number, copy.origin, as_document(number, copy, vectors.of(copy)))

    def _calibrate(self, embedder: CachedEmbedder) -> None:
        self._sample = list(itertools.islice(edited_copies(self.sources, SEED + 1), EMBEDDED_COPIES))
        self._embedded = _passages(embedder, [copy.text for copy in self._sample])
        self.cosines = measure(self.sources, self._sample, self._embedded)

    def resemblance(self, queries: Sequence[Asked]) -> str:
        """Made vectors beside the real ones of the same copies: how near they are to their message, to the nearest
        other message, to the nearest query and to any query."""
        made = Vectors(self.sources, self.cosines, SEED + 2)
        made_rows = [made.of(copy) for copy in self._sample]
        asked = np.stack([one.query.vector for one in queries if one.query.vector is not None])
        lines = [f"{'cosines (5th, 50th, 95th of a hundred)':44}{'really embedded':>26}{'made':>26}"]
        real, like = (self._spread(rows, asked) for rows in (self._embedded, made_rows))
        lines += [f"{name:44}{real[name]:>26}{like[name]:>26}" for name in real]
        return "\n".join(lines)

    def _spread(self, copies: Sequence[Matrix], asked: Matrix) -> dict[str, str]:
        base, others, near, any_query = [], [], [], []
        owners = np.repeat(np.arange(len(self.sources)), [len(source.vectors) for source in self.sources])
        everything = np.concatenate([source.vectors for source in self.sources])
        for copy, rows in zip(self._sample, copies, strict=True):
            base.append((base_rows(self.sources, copy) * rows).sum(axis=1))
            others.append((everything[~_of(copy, owners)] @ rows.T).max(axis=0))
            products = asked @ rows.T
            near.append(products.max(axis=0))
            any_query.append(products[::37].ravel())
        names = ("to its message", "to the nearest other message", "to the nearest query", "to any query")
        return {name: _quantiles(values) for name, values in zip(names, (base, others, near, any_query), strict=True)}


def read_queries(paths: Sequence[Path], articles: Articles, embedder: CachedEmbedder) -> list[Asked]:
    """Without a file: the rewordings of the fixtures."""
    lines = [line for path in paths or [FIXTURES / "rewordings.jsonl"] for line in read_lines(path)]
    texts = [normalise(line["text"]) for line in lines]
    embedder.prepare(QUERY, texts)
    vectors = embedder.embed_queries(texts)
    return [
        Asked(
            line.get("kind", "unmatched"),
            articles.numbers.get(line.get("source_id") or line.get("article") or "", -1),
            SearchQuery(text, fingerprint(line["text"]), extract_urls(line["text"]), vector, CANDIDATES),
        )
        for line, text, vector in zip(lines, texts, vectors, strict=True)
        if text
    ]


class Exact:
    """The true nearest articles of every query, by comparing each vector in full as it comes."""

    def __init__(self, queries: Sequence[Asked], count: int) -> None:
        self._vectors = np.stack([asked.query.vector for asked in queries if asked.query.vector is not None])
        self._count = count
        self.numbers: npt.NDArray[np.int64] = np.zeros((len(self._vectors), 0), dtype=np.int64)
        self.cosines: Matrix = np.zeros((len(self._vectors), 0), dtype=np.float32)

    def add(self, articles: Sequence[Article]) -> None:
        matrices = [article.document.vectors for article in articles]
        starts = np.cumsum([0, *(len(matrix) for matrix in matrices if matrix is not None)])[:-1]
        rows = np.concatenate([matrix for matrix in matrices if matrix is not None])
        found = np.maximum.reduceat(self._vectors @ rows.T, starts, axis=1)
        numbers = np.broadcast_to(np.array([article.number for article in articles]), found.shape)
        cosines, numbers = np.hstack([self.cosines, found]), np.hstack([self.numbers, numbers])
        best = np.argsort(-cosines, axis=1, kind="stable")[:, : self._count]
        self.cosines = np.take_along_axis(cosines, best, axis=1)
        self.numbers = np.take_along_axis(numbers, best, axis=1)


def _passages(embedder: CachedEmbedder, texts: Sequence[str]) -> list[Matrix]:
    parts = [windows(text) for text in texts]
    embedder.prepare(PASSAGE, [part for some in parts for part in some])
    return [embedder.embed_passages(some) for some in parts]


def _of(copy: Copy, owners: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return np.isin(owners, [copy.origin, copy.origin if copy.joined is None else copy.joined])


def _quantiles(values: Sequence[npt.NDArray[np.float32]]) -> str:
    return ", ".join(f"{value:.3f}" for value in np.quantile(np.concatenate(values), [0.05, 0.5, 0.95]))
