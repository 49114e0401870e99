"""What only the Elasticsearch backend must do."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from factcheck.errors import (
    DocumentRefusedError,
    EmbedderUnavailableError,
    IndexLostError,
    IndexMismatchError,
    SearchUnavailableError,
)
from factcheck.ports import SearchBackend
from indexer.backends.elasticsearch import alias, mapping
from indexer.backends.elasticsearch.alias import Layout
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from indexer.backends.elasticsearch.client import BUSY_PAUSES, Bulk
from indexer.backends.identity import MAPPING_VERSION, Expected, ModelIdentity
from tests.fakes.cluster_door import ClusterDoor
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, document, query
from tests.indexer.elasticsearch import one_at_a_time, own_prefix, server_url
from tests.waiting import wait_until

pytestmark = one_at_a_time


@pytest.fixture
def url() -> str:
    return server_url()


@pytest.fixture
def prefix(url: str) -> Iterator[str]:
    with own_prefix(url) as prefix:
        yield prefix


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What a busy cluster makes us wait, without waiting."""
    slept: list[float] = []
    monkeypatch.setattr(Bulk.__init__, "__kwdefaults__", {"sleep": slept.append})
    return slept


@pytest.fixture
def nobody() -> Iterator[SearchBackend]:
    """A backend whose server is not there: a port that is taken, but where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield ElasticsearchSearch([f"http://127.0.0.1:{taken.getsockname()[1]}"], "test-down", expecting())


def test_a_server_that_is_down_is_one_kind_of_error(nobody: SearchBackend) -> None:
    calls = [
        lambda: nobody.index([document("a", FLOUR)]),
        lambda: nobody.delete(["a"]),
        lambda: nobody.candidates(query(FLOUR)),
        lambda: nobody.vectors("a"),
        nobody.versions,
        nobody.status,
        nobody.ping,
        nobody.rebuild,
    ]
    for call in calls:
        with pytest.raises(SearchUnavailableError):
            call()


def test_a_node_that_is_down_is_passed_over(url: str, prefix: str, door: ClusterDoor) -> None:
    search = ElasticsearchSearch([door.url, url], prefix, expecting())
    search.index([document("a", FLOUR)])
    door.close()
    for _ in range(6):
        assert [hit.article_id for hit in search.candidates(query(FLOUR))] == ["a"]
    search.index([document("b", LEMON)])
    door.open()
    assert search.versions() == {"a": 1, "b": 1}


def test_a_node_that_hangs_holds_up_one_search_not_each(
    url: str, prefix: str, door: ClusterDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.backends.elasticsearch.backend.SEARCH_SECONDS", 0.5)
    ElasticsearchSearch([url], prefix, expecting()).index([document("a", FLOUR)])
    search = ElasticsearchSearch([door.url, url], prefix, expecting())
    door.hanging = True
    for _ in range(10):
        assert search.candidates(query(FLOUR, vector=False))
    assert 1 <= door.requests <= 3, "its turn would have come five times"


def test_status_stands_while_no_node_tells_the_size(url: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that is late is left out of its answer by Elasticsearch, without an error."""
    search = ElasticsearchSearch([url], prefix, expecting())
    search.index([document("a", FLOUR)])
    nobody = {"_shards": {"total": 2, "successful": 0, "failed": 2}, "_all": {"primaries": {}, "total": {}}}
    with Elasticsearch(url) as client:
        monkeypatch.setattr(type(client.indices), "stats", lambda *_args, **_options: nobody)
    status = search.status()
    assert (status.size_bytes, status.documents, status.matches) == (None, 1, True)


def test_an_index_that_is_not_ours_is_not_touched(url: str, prefix: str) -> None:
    with Elasticsearch(url) as client:
        client.indices.create(index=f"{prefix}-strange", aliases={f"{prefix}-articles": {}})
        search = ElasticsearchSearch([url], prefix, expecting())
        for write in (lambda: search.index([document("a", FLOUR)]), lambda: search.rebuild().switch()):
            with pytest.raises(SearchUnavailableError, match="not point to one index of ours"):
                write()
        assert client.count(index=f"{prefix}-strange")["count"] == 0
        for look in (search.ping, search.verify, search.status, search.versions):
            with pytest.raises(SearchUnavailableError, match="choose another ELASTICSEARCH_PREFIX") as told:
                look()
            assert not isinstance(told.value, IndexLostError), "no rebuild can mend it"
        assert list(client.indices.get(index=f"{prefix}-*")) == [f"{prefix}-strange"]


def test_an_index_that_lost_the_alias_for_searches_is_lost(url: str, prefix: str) -> None:
    search = ElasticsearchSearch([url], prefix, expecting())
    search.index([document("a", FLOUR)])
    with Elasticsearch(url) as client:
        client.indices.delete_alias(index=f"{prefix}-*", name=f"{prefix}-articles.*")
    for call in (lambda: search.candidates(query(FLOUR)), lambda: search.index([document("a", FLOUR)]), search.ping):
        with pytest.raises(IndexLostError, match="has lost the alias"):
            call()
    assert "alias" in search.status().fault
    build = search.rebuild(salvage=True)
    build.index([document("a", FLOUR)])
    build.switch()
    assert [hit.article_id for hit in search.candidates(query(FLOUR))] == ["a"]
    assert search.status().fault == ""


def test_a_busy_cluster_is_asked_again(prefix: str, door: ClusterDoor, pauses: list[float]) -> None:
    search = ElasticsearchSearch([door.url], prefix, expecting())
    search.index([document("a", FLOUR)])
    door.busy = 3
    search.index([document("b", LEMON)])
    assert search.versions() == {"a": 1, "b": 1}
    assert pauses == list(BUSY_PAUSES[:3])
    door.busy = 1000
    with pytest.raises(SearchUnavailableError, match="too busy"):
        search.index([document("c", LEMON)])
    assert len(pauses) == 3 + len(BUSY_PAUSES)


def test_only_what_was_rejected_is_written_again(pauses: list[float]) -> None:
    """Several writes of one request fail, each in its own way."""
    sent: list[list[str]] = []

    class Client:
        def options(self, **_options: object) -> "Client":
            return self

        def bulk(self, *, operations: list[dict[str, dict[str, str]]], **_options: object) -> dict[str, object]:
            ids = [operation["delete"]["_id"] for operation in operations]
            sent.append(ids)
            rejected = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
            return {"items": [{"delete": {"_id": i, **_outcome(i, rejected if len(sent) < 3 else None)}} for i in ids]}

    def _outcome(article_id: str, rejected: dict[str, str] | None) -> dict[str, object]:
        if article_id == "busy" and rejected:
            return {"status": 429, "error": rejected}
        if article_id == "overtaken":
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        return {"status": 200}

    operations = [({"delete": {"_id": name}}, None) for name in ("fine", "busy", "overtaken")]
    failed = Bulk(Client()).write("alias", operations, visible=True)  # type: ignore[arg-type]
    assert [result["_id"] for result in failed] == ["overtaken"]
    assert sent == [["fine", "busy", "overtaken"], ["busy"], ["busy"]]


def test_a_full_disk_is_named(url: str, prefix: str, pauses: list[float]) -> None:
    search = ElasticsearchSearch([url], prefix, expecting())
    search.index([document("a", FLOUR)])
    with Elasticsearch(url) as client:
        block = "index.blocks.read_only_allow_delete"  # what the flood stage of the disk watermark sets
        client.indices.put_settings(index=f"{prefix}-articles", settings={block: True})
        with pytest.raises(SearchUnavailableError, match="disk is nearly full"):
            search.index([document("b", LEMON)])
        assert search.candidates(query(FLOUR))
        client.indices.put_settings(index=f"{prefix}-articles", settings={block: None})
    search.index([document("b", LEMON)])
    assert search.versions() == {"a": 1, "b": 1}
    assert pauses == [], "it does not pass within seconds"


def test_a_document_that_cannot_be_indexed_is_not_tried_for_ever(url: str, prefix: str) -> None:
    search = ElasticsearchSearch([url], prefix, expecting())
    with pytest.raises(DocumentRefusedError, match="bad"):
        search.index([document("good", FLOUR), replace(document("bad", LEMON), fingerprint={"not": "a word"})])  # type: ignore[arg-type]
    assert search.versions() == {"good": 1}


def test_search_by_words_works_while_no_model_is_known(url: str, prefix: str) -> None:
    def unknown() -> ModelIdentity:
        raise EmbedderUnavailableError("no model")

    search = ElasticsearchSearch([url], prefix, Expected(unknown, lambda: "of now"))
    assert search.candidates(query(FLOUR, vector=False)) == []
    ElasticsearchSearch([url], prefix, expecting()).index([document("a", FLOUR)])
    assert [hit.article_id for hit in search.candidates(query(FLOUR, vector=False))] == ["a"]
    assert search.vectors("a") is not None
    assert not search.status().matches
    assert search.status().differences == ()
    with pytest.raises(EmbedderUnavailableError):
        search.index([document("b", LEMON)])


def test_an_index_of_several_shards_gives_the_same_candidates(url: str, prefix: str) -> None:
    search = ElasticsearchSearch([url], prefix, expecting(), Layout(shards=3, replicas="0-1"))
    search.index([document(f"a{number}", f"{FLOUR}{number}") for number in range(9)] + [document("b", LEMON)])
    hits = {hit.article_id: hit for hit in search.candidates(query(LEMON, limit=5))}
    assert (hits["b"].bm25_rank, hits["b"].cosine_rank, hits["b"].same_fingerprint) == (1, 1, True)
    with Elasticsearch(url) as client:
        settings = client.indices.get_settings(index=f"{prefix}-articles", flat_settings=True)
    (entry,) = dict(settings).values()
    assert entry["settings"]["index.number_of_shards"] == "3"


def test_an_index_whose_copies_take_too_long_is_put_in_use_without_them(
    url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies of some gigabytes take minutes; here there are more of them than nodes."""
    monkeypatch.setattr(alias, "_COPIES_SECONDS", 0.1)
    monkeypatch.setattr(alias, "_WAIT_SECONDS", 0.1)
    search = ElasticsearchSearch([url], prefix, expecting(), Layout(shards=1, replicas="9-all"))
    build = search.rebuild()
    build.index([document("b", LEMON)])
    build.finish()
    build.switch()
    assert search.versions() == {"b": 1}
    assert search.status().cluster.colour == "yellow"


def deleted_documents(client: Elasticsearch, prefix: str) -> int:
    """How many of Lucene's deleted documents all copies together still hold."""
    segments = client.cat.segments(index=f"{prefix}-*", format="json", h="docs.deleted,searchable")
    return sum(int(one["docs.deleted"]) for one in map(dict, segments))


def files_with(client: Elasticsearch, prefix: str, word: bytes) -> list[str] | None:
    """Files of all nodes' copies of the index that hold a word; None where the nodes' disks are not this machine's."""
    found = dict(client.indices.get_settings(index=f"{prefix}-*", flat_settings=True)).values()
    ids = [entry["settings"]["index.uuid"] for entry in found]
    nodes = client.nodes.stats(metric="fs")["nodes"].values()
    places = [Path(place["path"]) / "indices" for node in nodes for place in node["fs"]["data"]]
    if not any(os.access(place / one, os.R_OK | os.X_OK) for place in places for one in ids):
        return None
    holding = []
    for path in (path for place in places for one in ids for path in (place / one).rglob("*")):
        with suppress(OSError):  # a merge removes files meanwhile
            if path.is_file() and word in path.read_bytes():
                holding.append(str(path))
    return holding


def test_nothing_of_what_was_deleted_is_left_after_a_purge(url: str, prefix: str) -> None:
    """In no copy, on no node. A copy that is not known to have heard of the deletion keeps it, so it may take a minute
    and another purge, which in life comes six hours after the deletion."""
    search = ElasticsearchSearch([url], prefix, expecting())
    planted = replace(document("gone", "quillfeather"), urls=["https://quillfeather.example/tax"])
    search.index([document(f"a{number}", f"{FLOUR}{number}") for number in range(20)])
    search.index([planted])
    with Elasticsearch(url, request_timeout=60) as client:
        client.indices.flush(index=f"{prefix}-*")
        before = files_with(client, prefix, b"quillfeather")
        assert before is None or before, "the search below would prove nothing"
        search.delete(["gone"])

        def is_gone() -> bool:
            if deleted_documents(client, prefix) == 0 and not files_with(client, prefix, b"quillfeather"):
                return True
            assert search.purge()
            return False

        wait_until(is_gone, 180, "its end", pause=3)
    assert search.versions() == {f"a{number}": 1 for number in range(20)}


def test_what_a_copy_has_not_heard_of_is_purged_later(monkeypatch: pytest.MonkeyPatch, url: str, prefix: str) -> None:
    """As while a node is away, whose lease on the history nobody renews."""
    search = ElasticsearchSearch([url], prefix, expecting())
    assert search.purge(), "there is no index yet"
    search.index([document("a", FLOUR)])

    def shard(heard: int, age: float) -> dict[str, Any]:
        lease = {"retaining_seq_no": heard, "timestamp": (time.time() - age) * 1000}
        return {"seq_no": {"max_seq_no": 9}, "retention_leases": {"leases": [lease]}}

    told: list[dict[str, Any]] = []
    with Elasticsearch(url) as client:
        stats = {"indices": {"i": {"shards": {"0": told}}}}
        monkeypatch.setattr(type(client.indices), "stats", lambda *_args, **_options: stats)
    for copies, is_done in (
        ([shard(10, 0), shard(10, 90_000)], True),
        ([shard(10, 0), shard(5, 60)], True),
        ([shard(10, 0), shard(5, 3600)], False),
    ):
        told[:] = copies
        assert search.purge() is is_done


@pytest.mark.parametrize(("limit", "expected"), [(500_000, 1), (6, 3)])
def test_a_filled_index_is_merged_into_as_few_parts_as_their_size_allows(
    url: str, prefix: str, monkeypatch: pytest.MonkeyPatch, limit: int, expected: int
) -> None:
    monkeypatch.setattr(mapping, "_DOCUMENTS_IN_PART", limit)
    build = ElasticsearchSearch([url], prefix, expecting()).rebuild()
    with Elasticsearch(url) as client:

        def parts(*kinds: str) -> int:
            """Those that a merge replaced are listed until the next commit, and not searched."""
            segments = map(dict, client.cat.segments(index=f"{prefix}-*", format="json", h="prirep,searchable"))
            return sum(one["prirep"] == "p" and one["searchable"] in kinds for one in segments)

        for number in range(8):  # two of Lucene's documents each, and too few of them to be merged before
            build.index([document(f"a{number}", f"{FLOUR}{number}")])
            client.indices.flush(index=f"{prefix}-*")
        assert parts("true", "false") == 8
        build.finish()
        build.switch()
        wait_until(lambda: parts("true") == expected)


@pytest.mark.parametrize(
    ("documents", "shards", "expected"), [(0, 1, 1), (500_000, 1, 1), (500_001, 1, 2), (2_569_024, 1, 6), (10, 3, 1)]
)
def test_parts_of_an_index(documents: int, shards: int, expected: int) -> None:
    assert mapping.parts(documents, shards) == expected


def test_status_tells_the_cluster_and_the_differences(url: str, prefix: str) -> None:
    ElasticsearchSearch([url], prefix, expecting()).index([document("a", FLOUR)])
    status = ElasticsearchSearch([url], prefix, expecting(name="other")).status()
    assert status.differences == ("model",)
    assert status.cluster is not None
    assert status.cluster.colour in ("green", "yellow")
    assert status.cluster.nodes >= 1


def test_an_index_that_names_no_treatment_of_texts_is_served_until_it_is_rebuilt(url: str, prefix: str) -> None:
    """As releases before made them: with one alias beside the first, of model and mapping."""
    with Elasticsearch(url, request_timeout=60) as client:
        search = ElasticsearchSearch([url], prefix, expecting())
        search.index([document("a", FLOUR)])
        name, fields = f"{prefix}-articles", client.indices.get_mapping(index=f"{prefix}-articles")
        (index,) = fields
        meta = {"model": "fake", "dimension": 64, "mapping": MAPPING_VERSION}
        client.indices.put_mapping(index=index, meta=meta, dynamic="strict")
        mark = sha256(f"fake, dimension 64, mapping {MAPPING_VERSION}".encode()).hexdigest()[:12]
        aliases = set(client.indices.get_alias(index=index)[index]["aliases"]) - {name, f"{name}.{mark}"}
        client.indices.delete_alias(index=index, name=",".join(aliases))
        search = ElasticsearchSearch([url], prefix, expecting())
        assert search.candidates(query(FLOUR))[0].same_fingerprint
        with pytest.raises(IndexMismatchError):
            search.index([document("b", LEMON)])
        assert search.status().differences == ("treatment of texts",)
        build = search.rebuild()
        build.index([document("a", FLOUR)])
        build.switch()
        assert search.status().matches
