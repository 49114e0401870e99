"""A search index in memory: near is what shares bigrams. It keeps the contract of the real ones
(`tests/indexer/test_search_contract.py`)."""

import re
from collections.abc import Sequence

import numpy as np

from factcheck.errors import IndexLostError, SearchUnavailableError
from factcheck.matching.text.tokens import bigrams, pattern_of
from factcheck.ports import (
    Hit,
    IndexStatus,
    Matrix,
    Part,
    SearchDocument,
    SearchQuery,
    UnfinishedBuild,
    WordHits,
    WordQuery,
)
from indexer.backends.identity import Expected, IndexIdentity, ModelIdentity, check_dimension
from tests.fakes.embedder import FakeEmbedder

OF_THE_FAKE_MODEL = Expected(lambda: ModelIdentity(FakeEmbedder().name, FakeEmbedder().dimension), lambda: "of now")


class FakeIndex:
    """The documents of one index, and what it was built for."""

    def __init__(self, identity: IndexIdentity) -> None:
        self.identity = identity
        self.documents: dict[str, SearchDocument] = {}

    def write(self, documents: Sequence[SearchDocument]) -> None:
        for document in documents:
            if document.vectors is not None:
                check_dimension(self.identity, document.vectors.shape[1])
            known = self.documents.get(document.article_id)
            if known is None or known.version <= document.version:
                self.documents[document.article_id] = document


class FakeDisk:
    """What the instances of one index share: the live one, and those that are being built."""

    def __init__(self) -> None:
        self.live: FakeIndex | None = None
        self.unfinished: list[FakeIndex] = []


class FakeSearch:
    """`available = False` makes every call fail as an index that is down does."""

    def __init__(self, expected: Expected = OF_THE_FAKE_MODEL, disk: FakeDisk | None = None) -> None:
        self._expected = expected
        self._disk = disk or FakeDisk()
        self.available = True

    @property
    def documents(self) -> dict[str, SearchDocument]:
        """What is in the live index, to look at and to tamper with."""
        return self._disk.live.documents if self._disk.live else {}

    def index(self, documents: Sequence[SearchDocument]) -> None:
        self._check_available()
        if not documents:
            return
        if self._disk.live is None:
            self._expected.check_absent(len(documents))
        live = self._disk.live = self._disk.live or FakeIndex(self._expected.get())
        self._expected.check_written(live.identity)
        live.write(documents)

    def delete(self, article_ids: Sequence[str]) -> None:
        self.ping()
        for article_id in article_ids:
            self.documents.pop(article_id, None)

    def purge(self) -> bool:
        self.ping()
        return True

    def candidates(self, query: SearchQuery) -> list[Hit]:
        self.ping()
        if self._disk.live is None:
            return []
        self._expected.check_searched(self._disk.live.identity)
        if query.vector is not None:
            check_dimension(self._disk.live.identity, len(query.vector))
        documents = list(self.documents.values())
        words = {d.article_id: _shared(query.text, d.text) for d in documents}
        bm25 = _best({key: score for key, score in words.items() if score > 0}, query.limit)
        cosines = _cosines(query, documents)
        cosine_ranks = _best(cosines, query.limit)
        same = {d.article_id for d in documents if query.fingerprint and d.fingerprint == query.fingerprint}
        urls = {d.article_id: len(set(query.urls) & set(d.urls)) for d in documents}
        found = dict.fromkeys([*bm25, *cosine_ranks, *same, *(key for key, count in urls.items() if count)])
        return [
            Hit(
                article_id,
                words[article_id] if article_id in bm25 else None,
                bm25.get(article_id),
                cosines.get(article_id),
                cosine_ranks.get(article_id),
                same_fingerprint=article_id in same,
                shared_urls=urls[article_id],
            )
            for article_id in found
        ]

    def containing(self, query: WordQuery) -> WordHits:
        self.ping()
        if self._disk.live is None:
            return WordHits(0, ())
        self._expected.check_searched(self._disk.live.identity)
        of = {Part.MESSAGE: lambda one: one.text, Part.REPLIES: lambda one: one.replies}[query.part]
        patterns = [pattern_of(token) or re.escape(token) for token in query.tokens]

        def has_all(document: SearchDocument) -> bool:
            tokens = bigrams(of(document))
            return all(any(re.fullmatch(pattern, token) for token in tokens) for pattern in patterns)

        found = [key for key, one in self.documents.items() if patterns and has_all(one)]
        newest_first = all(map(pattern_of, query.tokens))
        return WordHits(len(found), tuple(found[:: -1 if newest_first else 1][: query.limit]))

    def vectors(self, article_id: str) -> Matrix | None:
        self.ping()
        document = self.documents.get(article_id)
        return document.vectors if document else None

    def versions(self) -> dict[str, int]:
        self.ping()
        return {document.article_id: document.version for document in self.documents.values()}

    def rebuild(self, *, fresh: bool = False, salvage: bool = False) -> "FakeBuild":
        self._check_available()
        wanted = self._expected.get()
        if fresh:
            self._disk.unfinished = []
        found = [one for one in self._disk.unfinished if one.identity == wanted]
        if not found:
            found = [FakeIndex(wanted)]
            self._disk.unfinished += found
        return FakeBuild(self._disk, found[0])

    def status(self) -> IndexStatus:
        self._check_available()
        wanted, live = self._expected.describe(), self._disk.live
        unfinished = tuple(
            UnfinishedBuild("fake", str(one.identity), len(one.documents), one.identity == self._expected.get())
            for one in self._disk.unfinished
        )
        if live is None:
            try:
                self.ping()
                fault = ""
            except IndexLostError as error:
                fault = error.reason
            return IndexStatus("fake", "", wanted, 0, exists=False, unfinished=unfinished, fault=fault)
        differs = self._expected.differences(live.identity)
        size = sum(len(document.text.encode()) for document in live.documents.values())
        return IndexStatus(
            "fake", str(live.identity), wanted, len(live.documents), True, size, differs, unfinished=unfinished
        )

    def ping(self) -> None:
        self._check_available()
        if self._disk.live is None:
            self._expected.check_absent()

    def verify(self) -> None:
        self.ping()

    def lose(self) -> None:
        self._disk.live = None

    def _check_available(self) -> None:
        if not self.available:
            raise SearchUnavailableError("The fake index is switched off.")


class FakeBuild:
    """A new index beside the live one."""

    def __init__(self, disk: FakeDisk, new: FakeIndex) -> None:
        self._disk, self._new = disk, new

    def index(self, documents: Sequence[SearchDocument]) -> None:
        self._new.write(documents)

    def versions(self) -> dict[str, int]:
        return {document.article_id: document.version for document in self._new.documents.values()}

    def finish(self) -> None:
        """There is nothing to merge."""

    def switch(self) -> None:
        self._disk.live = self._new
        self._disk.unfinished = [one for one in self._disk.unfinished if one is not self._new]


def _best(scores: dict[str, float], limit: int) -> dict[str, int]:
    """article_id -> rank of those with the highest scores."""
    ordered = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: rank for rank, key in enumerate(ordered[:limit], start=1)}


def _shared(one: str, other: str) -> float:
    return float(len(set(bigrams(one)) & set(bigrams(other))))


def _cosines(query: SearchQuery, documents: Sequence[SearchDocument]) -> dict[str, float]:
    """The best window of each document that has vectors."""
    if query.vector is None:
        return {}
    return {d.article_id: float(np.max(d.vectors @ query.vector)) for d in documents if d.vectors is not None}
