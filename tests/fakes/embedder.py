"""A deterministic stand-in for the sentence model: texts that share characters are near.

Its cosines lie where those of the real model do: about 0.86 for unrelated texts, 1 for equal ones.
"""

from collections.abc import Sequence

import numpy as np
import xxhash

from factcheck.errors import EmbedderUnavailableError
from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Matrix

FLOOR = 0.8
"""Cosine of two texts without a common bigram."""


class FakeEmbedder:
    """Hashed bags of bigrams. `available = False` makes it fail as a model server that is down does."""

    def __init__(self, name: str = "fake", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.available = True

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        if not self.available:
            raise EmbedderUnavailableError("The fake model is switched off.")
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in bigrams(text) or [""]:
                row[1 + xxhash.xxh32_intdigest(token.encode()) % (self.dimension - 1)] += 1
        if len(rows):
            rows *= np.sqrt(1 - FLOOR) / np.linalg.norm(rows, axis=1, keepdims=True)
            rows[:, 0] = np.sqrt(FLOOR)
        return rows
