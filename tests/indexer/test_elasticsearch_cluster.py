"""Three real nodes with copies of the index, one of which is killed and comes back.

Needs TEST_ELASTICSEARCH_CONTROL, a program that takes `start 3` and `stop N` and prints the URLs of the nodes.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from elasticsearch import Elasticsearch

from factcheck.errors import SearchUnavailableError
from factcheck.ports import ClusterHealth, SearchBackend
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, document, query
from tests.indexer.elasticsearch import one_at_a_time, own_prefix
from tests.waiting import wait_until

pytestmark = one_at_a_time

VICTIM = 3
PATIENCE = 120.0


def control(*words: str) -> list[str]:
    """The lines that the program printed; it keeps the data of nodes that run again."""
    program = os.environ["TEST_ELASTICSEARCH_CONTROL"]
    done = subprocess.run(
        [program, *words], env={**os.environ, "ES_KEEP": "1"}, stdout=subprocess.PIPE, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.split()


@pytest.fixture(scope="module")
def urls() -> Iterator[Sequence[str]]:
    if not os.environ.get("TEST_ELASTICSEARCH_CONTROL"):
        pytest.skip("TEST_ELASTICSEARCH_CONTROL is not set")
    yield control("start", "3")
    control("start", "3")


@pytest.fixture
def prefix(urls: Sequence[str]) -> Iterator[str]:
    with own_prefix(urls[0]) as prefix:
        yield prefix


def health(search: SearchBackend) -> ClusterHealth | None:
    try:
        return search.status().cluster
    except SearchUnavailableError:
        return None


def is_whole(search: SearchBackend) -> bool:
    found = health(search)
    return found is not None and (found.colour, found.nodes, found.unassigned_shards) == ("green", 3, 0)


def nodes_of(url: str, prefix: str) -> set[str]:
    with Elasticsearch(url) as client:
        return {row["node"] for row in client.cat.shards(index=f"{prefix}-*", format="json", h="node")}


def put_a_copy_on(url: str, prefix: str, node: str) -> None:
    """So that its loss is felt."""
    with Elasticsearch(url, request_timeout=60) as client:
        if node in nodes_of(url, prefix):
            return
        (shard,) = [s for s in client.cat.shards(index=f"{prefix}-*", format="json") if s["prirep"] == "p"]
        move = {"index": shard["index"], "shard": 0, "from_node": shard["node"], "to_node": node}
        client.cluster.reroute(commands=[{"move": move}], metric="none")
        wait_until(lambda: node in nodes_of(url, prefix), PATIENCE, "the move of the index")


class Traffic:
    """Writes and searches without pause, in threads of their own."""

    def __init__(self, search: SearchBackend) -> None:
        self.search = search
        self.written: dict[str, int] = {}
        self.searches = 0
        self.errors: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=(act,)) for act in (self._write, self._look)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_arguments: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act: Callable[[], None]) -> None:
        while not self._stop.wait(0.05):
            try:
                act()
            except SearchUnavailableError as error:  # a job would come again
                self.errors.append(error)

    def _write(self) -> None:
        name, version = f"w{len(self.written) % 40}", len(self.written) // 40 + 1
        self.search.index([document(name, LEMON, version)])
        self.written[f"{name}/{version}"] = version

    def _look(self) -> None:
        assert "flour" in {hit.article_id for hit in self.search.candidates(query(FLOUR))}
        self.searches += 1


def test_one_node_dies_and_comes_back(urls: Sequence[str], prefix: str) -> None:
    search = ElasticsearchSearch(urls, prefix, expecting())
    search.index([document("flour", FLOUR)])
    wait_until(lambda: is_whole(search), PATIENCE, "green health")
    assert len(nodes_of(urls[0], prefix)) == 2, "a copy"
    put_a_copy_on(urls[0], prefix, f"node{VICTIM}")
    with Traffic(search) as traffic:
        control("stop", str(VICTIM))
        before = traffic.searches, len(traffic.written)
        wait_until(lambda: traffic.searches >= before[0] + 30, PATIENCE, "30 searches without the node")
        wait_until(lambda: len(traffic.written) >= before[1] + 10, PATIENCE, "10 writes without the node")
        found = health(search)
        assert found is not None
        assert found.nodes == 2
        failed = len(traffic.errors)
        build = search.rebuild()  # a rebuild works meanwhile, too
        build.index([document("flour", FLOUR)])
        control("start", "3")
        wait_until(lambda: is_whole(search), PATIENCE, "green health again")
    assert len(traffic.errors) == failed, "only the loss may be felt, not the return"
    assert failed <= 2 * 3, "each thread may meet the moment of the loss"
    newest: dict[str, int] = {}
    for name, version in traffic.written.items():
        newest[name.split("/")[0]] = max(version, newest.get(name.split("/")[0], 0))
    kept = search.versions()
    assert {name: kept[name] for name in newest} == newest
    assert kept.keys() - newest.keys() <= {"flour"} | {f"w{number}" for number in range(40)}
