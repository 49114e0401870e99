"""What differs between the databases is tested on both."""

import pytest

from tests.databases import BOTH, DIFFERS, NARROWED, ROOT, TESTS, modules_that_differ


def test_every_module_that_names_what_differs_is_tested_on_both() -> None:
    assert set(modules_that_differ()) == set(BOTH)


@pytest.mark.parametrize(
    "line",
    [
        "if session.get_bind().dialect.name == 'postgresql':",
        "query.with_for_update(skip_locked=True)",
        "session.get(Job, 1, populate_existing=True)",
        "insert(table).on_conflict_do_nothing()",
        "select(func.pg_advisory_xact_lock(1))",
        "query.order_by(Article.created_at.desc().nulls_last())",
        "Article.text.ilike(pattern)",
        "mapped_column(JSON, default=list)",
        "session.execute(delete(Notice).where(ours))",
        "query.group_by(User.id)",
        "execution_options(yield_per=100)",
    ],
)
def test_what_differs_is_seen(line: str) -> None:
    assert DIFFERS.search(line)


@pytest.mark.parametrize("name", TESTS)
def test_what_is_listed_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    source = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert f"def {test}" in source if test else "factory" in source or "chat" in source or "bot" in source


@pytest.mark.parametrize("path", NARROWED)
def test_what_is_narrowed_is_listed_and_there(path: str) -> None:
    assert any(path in names for names in BOTH.values())
    source = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert [name for name in NARROWED[path].split() if f"def test_{name}" not in source] == []
