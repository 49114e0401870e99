"""The search index of the production profile: Elasticsearch 8.12 or newer, nothing but its free features.

An alias names the index in use. A rebuild fills a new index and moves the alias in one step. Each document carries
the article's version as its external version, so an older write never replaces a newer one, whatever the order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch, NotFoundError

from factcheck.errors import SearchUnavailableError
from factcheck.ports import Hit, IndexStatus, Matrix, SearchDocument, SearchQuery
from indexer.backends import elasticsearch_mapping as mapping
from indexer.backends import elasticsearch_queries as queries
from indexer.backends.elasticsearch_alias import ADMIN_SECONDS, SEARCH_SECONDS, Alias, errors
from indexer.backends.identity import Expected, IndexIdentity, check_dimension

WRITE_SECONDS = 30.0
BULK_DOCUMENTS = 200
_PAGE = 5000
_DELETE_ATTEMPTS = 3
_CONFLICT, _NOT_FOUND = 409, 404


class ElasticsearchSearch:
    """Implements `ports.SearchBackend`. Safe for threads; any number of processes may share the index."""

    def __init__(self, urls: Sequence[str], prefix: str, expected: Expected) -> None:
        self._client = Elasticsearch(list(urls), max_retries=1, retry_on_timeout=False)
        self._alias = Alias(self._client, f"{prefix}-articles")
        self._expected = expected

    def index(self, documents: Sequence[SearchDocument]) -> None:
        if documents:
            identity = self._for_writing()
            self._write(self._alias.name, identity, documents, refresh=True)

    def delete(self, article_ids: Sequence[str]) -> None:
        """Under the version that each document has now: then a later write of that version is still accepted, and a
        newer one that comes in between makes us look again."""
        left = list(article_ids)
        for _ in range(_DELETE_ATTEMPTS):
            with errors():
                left = self._delete_once(left) if left else []
        if left:
            raise SearchUnavailableError(f"{len(left)} articles kept changing while they were deleted.")

    def candidates(self, query: SearchQuery) -> list[Hit]:
        identity = self._for_reading()
        if identity is None:
            return []
        bodies = [queries.by_words(query), queries.by_fingerprint(query), queries.by_urls(query)]
        if query.vector is not None:
            check_dimension(identity, len(query.vector))
            bodies.append(queries.by_vector(query, query.vector))
        words, fingerprint, urls, *rest = self._search(bodies)
        hits = queries.to_hits(words, rest[0] if rest else None, fingerprint, urls)
        return self._with_cosines(hits, query)

    def vectors(self, article_id: str) -> Matrix | None:
        try:
            with errors():
                found = self._at(SEARCH_SECONDS).get(index=self._alias.name, id=article_id, source_includes=["windows"])
        except NotFoundError:
            return None
        rows = [window["vector"] for window in found["_source"].get("windows", [])]
        return np.array(rows, dtype=np.float32) if rows else None

    def versions(self) -> dict[str, int]:
        """Read in pages from one frozen view of the index."""
        if self._alias.identity() is None:
            return {}
        with errors():
            client = self._at(ADMIN_SECONDS)
            client.indices.refresh(index=self._alias.name)
            view = client.open_point_in_time(index=self._alias.name, keep_alive="2m")["id"]
            try:
                return dict(self._pages(client, view))
            finally:
                client.close_point_in_time(id=view)

    def rebuild(self) -> "ElasticsearchBuild":
        identity = self._expected.get()
        return ElasticsearchBuild(self, self._alias, self._alias.create_beside(identity), identity)

    def status(self) -> IndexStatus:
        identity, wanted = self._alias.identity(), self._expected.describe()
        if identity is None:
            return IndexStatus("elasticsearch", "", wanted, 0, False)
        with errors():
            client = self._at(ADMIN_SECONDS)
            client.indices.refresh(index=self._alias.name)
            count = client.count(index=self._alias.name)["count"]
            stats = client.indices.stats(index=self._alias.name, metric="store")
        return IndexStatus(
            "elasticsearch", str(identity), wanted, count, True, stats["_all"]["primaries"]["store"]["size_in_bytes"]
        )

    def ping(self) -> None:
        with errors():
            health = self._at(SEARCH_SECONDS).cluster.health(timeout="1s")
        if health["status"] == "red":
            raise SearchUnavailableError("The Elasticsearch cluster is red: some data is on no node that answers.")

    def write_build(self, name: str, identity: IndexIdentity, documents: Sequence[SearchDocument]) -> None:
        self._write(name, identity, documents, refresh=False)

    def _at(self, seconds: float) -> Elasticsearch:
        return self._client.options(request_timeout=seconds)

    def _for_reading(self) -> IndexIdentity | None:
        """The identity of the live index, compared with what the settings ask for. None when there is no index."""
        identity = self._alias.identity()
        if identity is not None:
            self._expected.check(identity)
        return identity

    def _for_writing(self) -> IndexIdentity:
        """The same; the first write of all makes the index."""
        identity = self._for_reading()
        if identity is None:
            self._alias.create_first(self._expected.get())
            identity = self._for_reading()
        if identity is None:
            raise SearchUnavailableError(f"The alias {self._alias.name} was removed meanwhile.")
        return identity

    def _write(self, name: str, identity: IndexIdentity, documents: Sequence[SearchDocument], refresh: bool) -> None:
        for at in range(0, len(documents), BULK_DOCUMENTS):
            operations: list[dict[str, Any]] = []
            for document in documents[at : at + BULK_DOCUMENTS]:
                operations.append({"index": _versioned(document.article_id, document.version)})
                operations.append(mapping.source_of(identity, document))
            with errors():
                _raise_failures(self._bulk(name, operations, refresh), passed=(_CONFLICT,))

    def _delete_once(self, article_ids: Sequence[str]) -> list[str]:
        """Returns those that a newer write overtook."""
        try:
            found = self._at(SEARCH_SECONDS).mget(
                index=self._alias.name, ids=list(article_ids), source_includes=["version"]
            )
        except NotFoundError:
            return []
        versions = {doc["_id"]: doc["_version"] for doc in found["docs"] if doc.get("found")}
        if not versions:
            return []
        operations = [{"delete": _versioned(article_id, version)} for article_id, version in versions.items()]
        answer = self._bulk(self._alias.name, operations, refresh=True)
        _raise_failures(answer, passed=(_CONFLICT, _NOT_FOUND))
        return [item["delete"]["_id"] for item in answer["items"] if item["delete"]["status"] == _CONFLICT]

    def _bulk(self, name: str, operations: list[dict[str, Any]], refresh: bool) -> Any:
        return self._at(WRITE_SECONDS).bulk(
            index=name,
            operations=operations,
            refresh="wait_for" if refresh else False,
            require_alias=name == self._alias.name,  # else a write during a switch would make an index of that name
        )

    def _search(self, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        with errors():
            header = {"index": self._alias.name, "ignore_unavailable": True}
            searches = [part for body in bodies for part in (header, body)]
            answers = self._at(SEARCH_SECONDS).msearch(searches=searches)["responses"]
        for answer in answers:
            if "error" in answer:
                raise SearchUnavailableError(f"A search failed: {answer['error'].get('reason', answer['error'])}")
        return list(answers)

    def _with_cosines(self, hits: list[Hit], query: SearchQuery) -> list[Hit]:
        missing = [hit.article_id for hit in hits if hit.cosine is None]
        if query.vector is None or not missing:
            return hits
        (answer,) = self._search([queries.cosines_of(missing, query.vector)])
        cosines = {article_id: score - 1.0 for article_id, score in queries.scores(answer)}
        return [replace(hit, cosine=cosines[hit.article_id]) if hit.article_id in cosines else hit for hit in hits]

    def _pages(self, client: Elasticsearch, view: str) -> Iterator[tuple[str, int]]:
        after: list[Any] | None = None
        while True:
            page = client.search(
                pit={"id": view, "keep_alive": "2m"},
                size=_PAGE,
                sort=["_shard_doc"],
                search_after=after,
                source=False,
                version=True,
                track_total_hits=False,
            )["hits"]["hits"]
            if not page:
                return
            yield from ((hit["_id"], hit["_version"]) for hit in page)
            after = page[-1]["sort"]


class ElasticsearchBuild:
    """Implements `ports.IndexBuild`."""

    def __init__(self, backend: ElasticsearchSearch, alias: Alias, name: str, identity: IndexIdentity) -> None:
        self._backend = backend
        self._alias = alias
        self._name = name
        self._identity = identity

    def index(self, documents: Sequence[SearchDocument]) -> None:
        self._backend.write_build(self._name, self._identity, documents)

    def switch(self) -> None:
        self._alias.move_to(self._name)

    def abort(self) -> None:
        self._alias.remove(self._name)


def _versioned(article_id: str, version: int) -> dict[str, Any]:
    return {"_id": article_id, "version": version, "version_type": "external_gte"}


def _raise_failures(answer: Any, passed: Iterable[int]) -> None:
    """A bulk request succeeds even if every item in it failed."""
    for item in answer["items"]:
        result = next(iter(item.values()))
        if "error" in result and result["status"] not in passed:
            raise SearchUnavailableError(f"Elasticsearch refused {result['_id']}: {result['error'].get('reason')}")
