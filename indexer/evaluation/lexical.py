"""Exact BM25 in memory, without a search engine's rounding of lengths."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Scores = npt.NDArray[np.float64]

K1, B = 1.2, 0.75
"""Lucene's and Elasticsearch's defaults."""


class LexicalIndex:
    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        self._vocabulary: dict[str, int] = {}
        rows, columns, counts = [], [], []
        for row, tokens in enumerate(documents):
            for token, count in Counter(tokens).items():
                rows.append(row)
                columns.append(self._vocabulary.setdefault(token, len(self._vocabulary)))
                counts.append(count)
        shape = (self.size, max(1, len(self._vocabulary)))
        frequencies = sparse.csr_matrix((np.array(counts, dtype=np.float64), (rows, columns)), shape=shape)
        self._document_frequency = np.bincount(frequencies.indices, minlength=shape[1])
        self._weights = _bm25(frequencies, self._document_frequency).T.tocsr()
        self._presence = (frequencies > 0).astype(np.float64).T.tocsr()

    def heaviest(self, tokens: Sequence[str], count: int) -> list[str]:
        """The known tokens with the highest tf-idf, each once, with more-like-this's idf: 1 + ln((articles + 1) /
        (articles that hold it + 1))."""

        def weight(entry: tuple[str, int]) -> float:
            frequency = int(self._document_frequency[self._vocabulary[entry[0]]])
            return entry[1] * (1 + math.log((self.size + 1) / (frequency + 1)))

        known = [entry for entry in Counter(tokens).items() if entry[0] in self._vocabulary]
        return [token for token, _ in sorted(known, key=weight, reverse=True)[:count]]

    def scores(self, tokens: Sequence[str]) -> Scores:
        """BM25 of each article, shape (articles,). A token that comes twice counts twice."""
        return self._sums(tokens, self._weights)

    def held(self, tokens: Sequence[str]) -> Scores:
        """Counts the tokens that each article holds; shape (articles,)."""
        return self._sums(tokens, self._presence)

    def _sums(self, tokens: Sequence[str], table: sparse.csr_matrix) -> Scores:
        counts = Counter(self._vocabulary[token] for token in tokens if token in self._vocabulary)
        if not counts:
            return np.zeros(self.size)
        rows = table[list(counts)]
        return np.asarray(np.array(list(counts.values()), dtype=np.float64) @ rows).ravel()


def _bm25(frequencies: sparse.csr_matrix, document_frequency: npt.NDArray[np.int64]) -> sparse.csr_matrix:
    count = frequencies.shape[0]
    lengths = np.asarray(frequencies.sum(axis=1)).ravel()
    relative = lengths / max(1.0, lengths.mean() if count else 1.0)
    inverse = np.log(1 + (count - document_frequency + 0.5) / (document_frequency + 0.5))
    entries = frequencies.tocoo()
    saturated = entries.data / (entries.data + K1 * (1 - B + B * relative[entries.row]))
    return sparse.csr_matrix((saturated * inverse[entries.col], (entries.row, entries.col)), shape=frequencies.shape)
