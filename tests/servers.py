"""Which tests work with servers: PostgreSQL, Elasticsearch, or the service's own processes (`tests/e2e`).

`--servers without` and `--servers only` are two halves that together are all tests. What tests reach is measured
(`make coverage`) in the first half alone, which is the same on every machine: measuring doubles a test's time, and the
other half goes the same ways through our code once more.
"""

import pytest

NAMES = frozenset({"postgresql", "elasticsearch"})
"""What the parameters of fixtures call them."""
FIXTURE = "postgresql_schema"
GROUP = "elasticsearch"
"""All tests with the shared Elasticsearch are in it; see `tests.indexer.elasticsearch`."""


def uses_servers(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    named = any(isinstance(value, str) and value in NAMES for value in parameters.values())
    grouped = any(marker.args == (GROUP,) for marker in item.iter_markers("xdist_group"))
    return named or grouped or FIXTURE in getattr(item, "fixturenames", ()) or "e2e" in item.path.parts
