"""What only the Elasticsearch backend must do."""

import os
import secrets
import socket
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from factcheck.errors import SearchUnavailableError
from factcheck.ports import SearchBackend
from indexer.backends.elasticsearch import ElasticsearchSearch
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, document, query


@pytest.fixture
def url() -> str:
    url = os.environ.get("TEST_ELASTICSEARCH_URL")
    if not url:
        pytest.skip("TEST_ELASTICSEARCH_URL is not set")
    return url


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


def test_a_node_that_is_down_is_passed_over(url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{taken.getsockname()[1]}"
        search = ElasticsearchSearch([down, url], f"test-{secrets.token_hex(6)}", expecting())
        for _ in range(4):
            search.ping()


def test_an_index_that_is_not_ours_is_not_touched(url: str) -> None:
    prefix = f"test-{secrets.token_hex(6)}"
    with Elasticsearch(url) as client:
        client.indices.create(index=f"{prefix}-strange", aliases={f"{prefix}-articles": {}})
        try:
            search = ElasticsearchSearch([url], prefix, expecting())
            with pytest.raises(SearchUnavailableError, match="not point to one index of ours"):
                search.index([document("a", FLOUR)])
            assert client.count(index=f"{prefix}-strange")["count"] == 0
        finally:
            client.indices.delete(index=f"{prefix}-strange")
