"""A real Elasticsearch for tests, if TEST_ELASTICSEARCH_URL names one: index names of one's own, removed at the end."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from elasticsearch import Elasticsearch

one_at_a_time = pytest.mark.xdist_group("elasticsearch")
"""For every test that uses the shared Elasticsearch: one of them stops a node."""

BACKENDS = ("embedded", pytest.param("elasticsearch", marks=one_at_a_time))


def server_url() -> str:
    url = os.environ.get("TEST_ELASTICSEARCH_URL")
    if not url:
        pytest.skip("TEST_ELASTICSEARCH_URL is not set")
    return url


@contextmanager
def own_prefix(url: str) -> Iterator[str]:
    prefix = f"test-{secrets.token_hex(6)}"
    try:
        yield prefix
    finally:
        with Elasticsearch(url, request_timeout=60) as client:
            names = list(client.indices.get(index=f"{prefix}-*", expand_wildcards="all"))
            if names:
                client.indices.delete(index=",".join(names))
