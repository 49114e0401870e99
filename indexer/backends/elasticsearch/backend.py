"""The search index of the production profile: Elasticsearch 8.12 or newer, free features only.

A document has its article's version, so an older write never replaces a newer one.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from factcheck.errors import EmbedderUnavailableError, IndexLostError, SearchUnavailableError
from factcheck.ports import (
    ClusterHealth,
    Hit,
    IndexStatus,
    Matrix,
    SearchDocument,
    SearchQuery,
    UnfinishedBuild,
    WordHits,
    WordQuery,
)
from indexer.backends.elasticsearch import mapping, queries
from indexer.backends.elasticsearch.alias import Alias, Layout, filling
from indexer.backends.elasticsearch.client import (
    ADMIN_SECONDS,
    BAD_REQUEST,
    CONFLICT,
    NOT_FOUND,
    SEARCH_SECONDS,
    Bulk,
    connect,
    errors,
    understood,
)
from indexer.backends.identity import Expected, IndexIdentity, check_dimension

BULK_DOCUMENTS = 200
_PAGE = 5000
_ATTEMPTS = 3
_HEARD_SECONDS = 15 * 60.0
"""A copy that hears of changes says so every half minute, where there are any."""


class ElasticsearchSearch:
    """Implements `ports.SearchBackend`. Safe for threads and processes."""

    def __init__(self, urls: Sequence[str], prefix: str, expected: Expected, layout: Layout | None = None) -> None:
        self._client = connect(urls)
        self._bulk = Bulk(self._client)
        self._alias = Alias(self._client, f"{prefix}-articles", layout or Layout())
        self._expected = expected

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Raises EmbedderUnavailableError as well, while the model is unknown."""
        if not documents:
            return
        identity = self._expected.get()
        for _ in range(_ATTEMPTS):
            if _write(self._bulk, self._alias.written(identity), identity, documents, visible=True):
                return
            self._make_first(identity, len(documents))
        raise SearchUnavailableError(f"The alias {self._alias.name} comes and goes.")

    def delete(self, article_ids: Sequence[str]) -> None:
        """Deletes documents under their present version, so that a later write of it is accepted, and looks again where
        a newer one came."""
        left = list(article_ids)
        for _ in range(_ATTEMPTS):
            left = self._delete_once(left) if left else []
        if left:
            raise SearchUnavailableError(f"{len(left)} articles kept changing while they were deleted.")

    def purge(self) -> bool:
        """Merges every segment that holds something deleted; by default those with little of it stay. A merge keeps
        what some copy of the index has not heard of yet: for half a minute, for hours while a node is away."""
        with errors():
            if not self._client.indices.exists_alias(name=self._alias.name):
                return True
            admin, index = self._at(ADMIN_SECONDS), self._alias.name
            is_heard = self._is_heard_by_all(admin, index)
            admin.indices.put_settings(index=index, settings={"index.merge.policy.expunge_deletes_allowed": 0})
            admin.indices.flush(index=index)
            admin.indices.forcemerge(index=index, only_expunge_deletes=True, wait_for_completion=False)
            return is_heard

    @staticmethod
    def _is_heard_by_all(admin: Elasticsearch, index: str) -> bool:
        """Tells whether every copy has heard of all that was changed until a moment ago, by the leases on the history
        that the shards keep for them."""
        found = dict(admin.indices.stats(index=index, level="shards", metric="docs"))
        soon = (time.time() - _HEARD_SECONDS) * 1000
        with understood():
            copies = [one for entry in found["indices"].values() for each in entry["shards"].values() for one in each]
            return all(
                lease["retaining_seq_no"] > copy["seq_no"]["max_seq_no"] or lease["timestamp"] > soon
                for copy in copies
                for lease in copy["retention_leases"]["leases"]
            )

    def candidates(self, query: SearchQuery) -> list[Hit]:
        readable = self._readable()
        if readable is None:
            return []
        target, identity = readable
        if query.vector is not None:
            check_dimension(identity, len(query.vector))
        with understood():
            hits = queries.to_hits(self._search(target, queries.bodies(query)))
        if not hits:
            self._check()
        return self._with_cosines(target, hits, query)

    def containing(self, query: WordQuery) -> WordHits:
        readable = self._readable()
        if readable is None:
            return WordHits(0, ())
        with understood():
            (answer,) = self._search(readable[0], [queries.containing(query)])
            found = tuple(hit["_id"] for hit in answer["hits"]["hits"])
            total = int(answer["hits"]["total"]["value"])
        if not found:
            self._check()
        return WordHits(total, found)

    def vectors(self, article_id: str) -> Matrix | None:
        readable = self._readable()
        if readable is None:
            return None
        target, identity = readable
        try:
            with errors():
                found = self._at(SEARCH_SECONDS).get(index=target, id=article_id, source_includes=["packed"])
        except NotFoundError:
            self._check()
            return None
        return mapping.vectors_of(found["_source"], identity.model.dimension)

    def versions(self) -> dict[str, int]:
        return read_versions(self._at(ADMIN_SECONDS), self._alias.name) if self._in_use() else {}

    def rebuild(self, *, fresh: bool = False, salvage: bool = False) -> "ElasticsearchBuild":  # noqa: ARG002
        """Salvages nothing: the cluster checks its files itself, and does not serve damaged ones."""
        identity = self._expected.get()
        self._alias.identity()  # raises for an index that is not ours, whose place could not be taken in the end
        self._alias.remove_abandoned(keep=identity)
        unfinished = self._alias.beside()
        if fresh:
            for index in unfinished:
                self._alias.remove(index.name)
        found = [] if fresh else [index.name for index in unfinished if index.identity == identity]
        name = found[0] if found else self._alias.create_beside(identity)
        return ElasticsearchBuild(self._client, self._alias, name, identity)

    def status(self) -> IndexStatus:
        wanted, fault = self._expected.describe(), ""
        try:
            identity = self._in_use()
        except IndexLostError as error:
            identity, fault = None, error.reason
        if identity is None:
            status = IndexStatus("elasticsearch", "", wanted, 0, False, fault=fault)
        else:
            with errors():
                stats = self._at(ADMIN_SECONDS).indices.stats(index=self._alias.name, metric="store")
            # Names no store while none of its nodes answers in time: the rest of the status still stands.
            size = stats["_all"]["primaries"].get("store", {}).get("size_in_bytes")
            differs = self._expected.differences(identity)
            count = self._count(self._alias.name)
            status = IndexStatus("elasticsearch", str(identity), wanted, count, True, size, differs)
        return replace(status, unfinished=self._unfinished(), cluster=self._cluster())

    def ping(self) -> None:
        """Raises SearchUnavailableError while some of the index is on no node that answers."""
        self._search(self._alias.name, [queries.nothing()])
        self._in_use()

    def verify(self) -> None:
        """Asks no more than `ping`: the cluster checks its files itself."""
        self.ping()

    def _at(self, seconds: float) -> Elasticsearch:
        return self._client.options(request_timeout=seconds)

    def _readable(self) -> tuple[str, IndexIdentity] | None:
        """Takes any index of our mapping while the model is unknown: a search by words must not depend on a model."""
        try:
            identity = self._expected.get()
        except EmbedderUnavailableError:
            found = self._check()
            return (self._alias.name, found) if found else None
        return self._alias.searched(identity), identity

    def _check(self) -> IndexIdentity | None:
        """Raises IndexMismatchError when the index in use cannot be searched."""
        identity = self._in_use()
        if identity is not None:
            self._expected.check_searched(identity)
        return identity

    def _in_use(self) -> IndexIdentity | None:
        """Raises IndexLostError when the index, or one of its aliases, is gone."""
        identity = self._alias.identity()
        if identity is None:
            self._expected.check_absent()
        else:
            self._alias.check_whole(identity)
        return identity

    def _make_first(self, identity: IndexIdentity, bringing: int) -> None:
        found = self._alias.identity()
        if found is None:
            self._expected.check_absent(bringing)
            self._alias.create_first(identity)
        else:
            self._expected.check_written(found)
            self._alias.check_whole(found)

    def _delete_once(self, article_ids: Sequence[str]) -> list[str]:
        """Returns the ids that a newer write overtook."""
        try:
            with errors():
                found = self._at(SEARCH_SECONDS).mget(index=self._alias.name, ids=list(article_ids), source=False)
        except NotFoundError:
            return []
        versions = {doc["_id"]: doc["_version"] for doc in found["docs"] if doc.get("found")}
        if not versions:
            return []
        operations = [({"delete": _versioned(article_id, version)}, None) for article_id, version in versions.items()]
        failed = self._bulk.write(self._alias.name, operations, visible=True)
        return [result["_id"] for result in failed if result["status"] == CONFLICT]

    def _search(self, target: str, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Tries once more if the index was replaced meanwhile."""
        header = {"index": target, "ignore_unavailable": True, "allow_partial_search_results": False}
        searches = [part for body in bodies for part in (header, body)]
        for last in (False, True):
            with errors():
                answers = list(self._at(SEARCH_SECONDS).msearch(searches=searches)["responses"])
            failed = [answer for answer in answers if "error" in answer]
            if not failed:
                return answers
            if last or failed[0]["status"] == BAD_REQUEST:
                break
        reason = failed[0]["error"].get("reason", failed[0]["error"])
        raise SearchUnavailableError(f"A search failed: {reason}")

    def _with_cosines(self, target: str, hits: list[Hit], query: SearchQuery) -> list[Hit]:
        missing = [hit.article_id for hit in hits if hit.cosine is None]
        if query.vector is None or not missing:
            return hits
        (answer,) = self._search(target, [queries.cosines_of(missing, query.vector)])
        cosines = {article_id: score - 1.0 for article_id, score in queries.scores(answer)}
        return [replace(hit, cosine=cosines[hit.article_id]) if hit.article_id in cosines else hit for hit in hits]

    def _count(self, name: str) -> int:
        with errors():
            client = self._at(ADMIN_SECONDS)
            client.indices.refresh(index=name)
            return int(client.count(index=name)["count"])

    def _unfinished(self) -> tuple[UnfinishedBuild, ...]:
        try:
            wanted = self._expected.get()
        except EmbedderUnavailableError:
            wanted = None
        return tuple(
            UnfinishedBuild(index.name, str(index.identity), self._count(index.name), index.identity == wanted)
            for index in self._alias.beside()
        )

    def _cluster(self) -> ClusterHealth:
        with errors():
            health = self._at(ADMIN_SECONDS).cluster.health(index=f"{self._alias.name}-*")
        return ClusterHealth(health["status"], health["number_of_nodes"], health["unassigned_shards"])


class ElasticsearchBuild:
    """Implements `ports.IndexBuild` beside the index in use."""

    def __init__(self, client: Elasticsearch, alias: Alias, name: str, identity: IndexIdentity) -> None:
        self._client = client
        self._bulk = Bulk(client)
        self._alias = alias
        self._name = name
        self._identity = identity

    def index(self, documents: Sequence[SearchDocument]) -> None:
        if not _write(self._bulk, filling(self._name), self._identity, documents, visible=False):
            raise SearchUnavailableError(f"{self._name} was put in use or removed by somebody else.")

    def versions(self) -> dict[str, int]:
        return read_versions(self._client.options(request_timeout=ADMIN_SECONDS), self._name)

    def finish(self) -> None:
        self._alias.finish(self._name)

    def switch(self) -> None:
        self._alias.move_to(self._name, self._identity)


def read_versions(client: Elasticsearch, name: str) -> dict[str, int]:
    """article_id -> version, read in pages from one frozen view."""
    try:
        with errors():
            client.indices.refresh(index=name)
            view = client.open_point_in_time(index=name, keep_alive="2m")["id"]
            try:
                return dict(_pages(client, view))
            finally:
                client.close_point_in_time(id=view)
    except NotFoundError as error:
        raise SearchUnavailableError(f"The index {name} was replaced while it was read.") from error


def _pages(client: Elasticsearch, view: str) -> Iterator[tuple[str, int]]:
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


def _write(
    bulk: Bulk, alias: str, identity: IndexIdentity, documents: Sequence[SearchDocument], *, visible: bool
) -> bool:
    """Returns False when the alias does not exist (any more)."""
    for at in range(0, len(documents), BULK_DOCUMENTS):
        operations = [
            ({"index": _versioned(document.article_id, document.version)}, mapping.source_of(identity, document))
            for document in documents[at : at + BULK_DOCUMENTS]
        ]
        failed = bulk.write(alias, operations, visible=visible)
        if any(result["status"] == NOT_FOUND for result in failed):
            return False
    return True


def _versioned(article_id: str, version: int) -> dict[str, Any]:
    return {"_id": article_id, "version": version, "version_type": "external_gte"}
