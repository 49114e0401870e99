"""Every promise of docs/security.md names a test that there is."""

import re
from collections import Counter

from tests.rules.imports import ROOT

ROWS = re.findall(
    r"^\| (\S.*\.) \| `(test_\w+)` \|$", (ROOT / "docs" / "security.md").read_text(encoding="utf-8"), re.MULTILINE
)
HEADS = 6


def names_of_tests() -> Counter[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return Counter(name for source in sources for name in re.findall(r"^def (test_\w+)\(", source, re.MULTILINE))


def test_each_promise_is_held_by_a_test() -> None:
    found = names_of_tests()
    assert [name for _, name in ROWS if not found[name]] == []


def test_nothing_else_stands_in_the_tables() -> None:
    lines = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    assert len(ROWS) == sum(line.startswith("|") for line in lines) - 2 * HEADS
