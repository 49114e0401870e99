"""Vectors of messages that came before. What goes round comes a thousand times an hour, and embedding takes longest."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import xxhash

from factcheck.ports import Embedder, Matrix, Vector

MOST = 4096
"""Texts, 3.6 KB each."""


class RememberedQueries:
    """Implements `ports.Embedder`. Keeps no text, and no vector of an article."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Vector] = OrderedDict()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        digests = [xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass")) for text in texts]
        found = self._recalled(digests)
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found}
        if missing or not texts:
            rows = self._embedder.embed_queries(list(missing.values()))
            if not texts:
                return rows
            found |= dict(zip(missing, rows, strict=True))
            self._remember(found)
        return np.stack([found[digest] for digest in digests])

    def _recalled(self, digests: Sequence[bytes]) -> dict[bytes, Vector]:
        with self._lock:
            found = {digest: self._known[digest] for digest in digests if digest in self._known}
            for digest in found:
                self._known.move_to_end(digest)
        return found

    def _remember(self, found: dict[bytes, Vector]) -> None:
        with self._lock:
            self._known |= found
            while len(self._known) > MOST:
                self._known.popitem(last=False)
