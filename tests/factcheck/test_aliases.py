"""Second names for tables, asked for their columns by many threads at once."""

import ast
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from factcheck.db.aliases import shared_alias
from factcheck.models import ArticleReply

THREADS, ALIASES = 4, 40
"""Of so many aliases that are not made whole, several get a column of the table."""
ROOT = Path(__file__).parents[2]
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


def test_modules_name_tables_again_only_so() -> None:
    """An alias that a function makes is of one thread."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("bot", "editor_ui", "factcheck", "indexer")
        for path in (ROOT / package).rglob("*.py")
        for statement in ast.parse(path.read_text(encoding="utf-8")).body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "aliased"
    ]
    assert found == []
