"""Search backends of both kinds, each empty and on its own."""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from factcheck.ports import SearchBackend
from indexer.backends.elasticsearch import ElasticsearchSearch
from indexer.backends.embedded import EmbeddedSearch
from indexer.backends.identity import Expected, ModelIdentity

DIMENSION = 64
Opener = Callable[..., SearchBackend]


def expecting(name: str = "fake", dimension: int = DIMENSION) -> Expected:
    return Expected(lambda: ModelIdentity(name, dimension))


@pytest.fixture(params=["embedded", "elasticsearch"])
def open_search(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens one more instance on the same index, as another process would; may ask for another model."""
    if request.param == "embedded":
        yield lambda **model: EmbeddedSearch(tmp_path / "index", expecting(**model))
        return
    url = os.environ.get("TEST_ELASTICSEARCH_URL")
    if not url:
        pytest.skip("TEST_ELASTICSEARCH_URL is not set")
    prefix = f"test-{secrets.token_hex(6)}"
    yield lambda **model: ElasticsearchSearch([url], prefix, expecting(**model))
    with Elasticsearch(url) as client:
        names = list(client.indices.get(index=f"{prefix}-*", expand_wildcards="all"))
        if names:
            client.indices.delete(index=",".join(names))


@pytest.fixture
def search(open_search: Opener) -> SearchBackend:
    return open_search()
