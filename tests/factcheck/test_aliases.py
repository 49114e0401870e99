"""Second names for tables, asked for their columns by many threads at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from factcheck.db.aliases import shared_alias
from factcheck.models import ArticleReply

THREADS, ALIASES = 4, 40
"""Of so many aliases that are not made whole, several get a column of the table."""
COLUMNS = ("status", "created_at", "reply_id", "article_id")


@pytest.fixture(autouse=True)
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_columns_of_a_shared_alias_are_its_own_whoever_asks_first() -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(ALIASES):
            alias, start = shared_alias(ArticleReply), Barrier(THREADS)

            def asked(_: int, alias: type[ArticleReply] = alias, start: Barrier = start) -> set[str]:
                start.wait()
                return {str(select(getattr(alias, name))).partition("FROM")[2].strip() for name in COLUMNS}

            found = set[str]().union(*pool.map(asked, range(THREADS)))
            assert found == {"article_replies AS article_replies_1"}
