"""A search index in memory: near is what shares bigrams."""

from collections.abc import Sequence

import numpy as np

from factcheck.errors import SearchUnavailableError
from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Hit, IndexStatus, Matrix, SearchDocument, SearchQuery


class FakeSearch:
    """`available = False` makes every call fail as an index that is down does. `indexed` counts writes."""

    def __init__(self) -> None:
        self.documents: dict[str, SearchDocument] = {}
        self.available = True
        self.indexed = 0

    def index(self, documents: Sequence[SearchDocument]) -> None:
        self.ping()
        for document in documents:
            known = self.documents.get(document.article_id)
            if known is None or known.version < document.version:
                self.documents[document.article_id] = document
                self.indexed += 1

    def delete(self, article_ids: Sequence[str]) -> None:
        self.ping()
        for article_id in article_ids:
            self.documents.pop(article_id, None)

    def candidates(self, query: SearchQuery) -> list[Hit]:
        self.ping()
        documents = list(self.documents.values())
        bm25 = _best({d.article_id: _shared(query.text, d.text) for d in documents}, query.limit)
        cosine = _best({d.article_id: _cosine(query, d) for d in documents}, query.limit)
        same = {d.article_id for d in documents if query.fingerprint and d.fingerprint == query.fingerprint}
        urls = {d.article_id: len(set(query.urls) & set(d.urls)) for d in documents}
        found = dict.fromkeys([*bm25, *cosine, *same, *(key for key, count in urls.items() if count)])
        return [
            Hit(
                article_id,
                *bm25.get(article_id, (None, None)),
                *cosine.get(article_id, (None, None)),
                same_fingerprint=article_id in same,
                shared_urls=urls[article_id],
            )
            for article_id in found
        ]

    def vectors(self, article_id: str) -> Matrix | None:
        self.ping()
        document = self.documents.get(article_id)
        return document.vectors if document else None

    def versions(self) -> dict[str, int]:
        self.ping()
        return {document.article_id: document.version for document in self.documents.values()}

    def rebuild(self, *, fresh: bool = False) -> "FakeBuild":
        self.ping()
        return FakeBuild(self)

    def status(self) -> IndexStatus:
        self.ping()
        return IndexStatus("fake", "fake:64", "fake:64", len(self.documents), exists=True)

    def ping(self) -> None:
        if not self.available:
            raise SearchUnavailableError("The fake index is switched off.")


class FakeBuild:
    """A new index beside the live one."""

    def __init__(self, live: FakeSearch) -> None:
        self._live = live
        self._new = FakeSearch()

    def index(self, documents: Sequence[SearchDocument]) -> None:
        self._new.index(documents)

    def versions(self) -> dict[str, int]:
        return self._new.versions()

    def finish(self) -> None:
        """There is nothing to merge."""

    def switch(self) -> None:
        self._live.documents = self._new.documents

    def abort(self) -> None:
        self._new.documents = {}


def _best(scores: dict[str, float], limit: int) -> dict[str, tuple[float, int]]:
    """article_id -> (score, rank), for those above nothing at all."""
    ordered = sorted((key for key, score in scores.items() if score > 0), key=lambda key: (-scores[key], key))
    return {key: (scores[key], rank) for rank, key in enumerate(ordered[:limit], start=1)}


def _shared(one: str, other: str) -> float:
    return float(len(set(bigrams(one)) & set(bigrams(other))))


def _cosine(query: SearchQuery, document: SearchDocument) -> float:
    if query.vector is None or document.vectors is None:
        return 0.0
    return float(np.max(document.vectors @ query.vector))
