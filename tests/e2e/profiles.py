"""The two profiles: SQLite with the embedded index, PostgreSQL with Elasticsearch."""

import os
import secrets

import pytest

PROFILES = ("embedded", "elasticsearch")

SHARE_TRIAL = pytest.mark.xdist_group("trial")
"""For tests that use the one service of the first profile (`trial`)."""


def missing_server(profile: str) -> str | None:
    """Why a profile cannot be run here; None if it can."""
    if profile == "embedded":
        return None
    for name in ("TEST_DATABASE_URL", "TEST_ELASTICSEARCH_URL"):
        if not os.environ.get(name):
            return f"{name} is not set"
    return None


def profile_settings(profile: str, database_url: str | None = None) -> dict[str, str]:
    if profile == "embedded":
        return {}
    return {
        "DATABASE_URL": database_url or os.environ["TEST_DATABASE_URL"],
        "SEARCH_BACKEND": "elasticsearch",
        "ELASTICSEARCH_URL": os.environ["TEST_ELASTICSEARCH_URL"],
        "ELASTICSEARCH_PREFIX": f"test-{secrets.token_hex(4)}",
    }
