"""What docs/comparison.md says that we can do, a test does."""

import re

from tests.rules.imports import ROOT
from tests.rules.test_security_page import names_of_tests

LINES = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8").splitlines()
NAMED = re.compile(r"`(test_\w+)`")
ROWS = [line.strip("| ").split(" | ") for line in LINES if line.startswith("| ") and not line.startswith("| ---")]
OURS = [row[-1] for row in ROWS if row[-1] != "Factline"]


def test_each_test_that_is_named_is_there() -> None:
    found = names_of_tests()
    assert [name for cell in OURS for name in NAMED.findall(cell) if not found[name]] == []


def test_what_we_can_do_is_shown_by_a_test_and_what_we_cannot_is_said() -> None:
    assert len(OURS) > 80
    assert [cell for cell in OURS if not NAMED.search(cell) and "not yet" not in cell] == []
