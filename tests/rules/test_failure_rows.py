"""Every failure that the bot must live through has a test that is named after it, so that one can see which.

What each id means stands in docs/failures.md, from which the ids are read.
"""

import re

from tests.rules.imports import ROOT

FAILURES = ROOT / "tests" / "failures"
PAGE = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
KINDS = "WTLPMBUGS"


def wanted() -> set[str]:
    return set(rows())


def rows() -> list[str]:
    """In the order of the page."""
    return re.findall(rf"^\| ([{KINDS}]\d\d) \| \S.* \| \S.* \|$", PAGE, re.MULTILINE)


def rows_of_tests() -> set[str]:
    """Ids in the names of tests: test_w16_..., test_w02_w05_..."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in FAILURES.glob("test_*.py"))
    names = re.findall(r"^def test_((?:[wtlpmbugs]\d\d_)+)", sources, re.MULTILINE)
    return {row.upper() for name in names for row in name.split("_") if row}


def test_every_row_has_a_test() -> None:
    missing = sorted(wanted() - rows_of_tests())
    assert not missing, f"no test in tests/failures is named after {', '.join(missing)}"


def test_no_test_is_named_after_a_row_that_does_not_exist() -> None:
    assert rows_of_tests() <= wanted(), sorted(rows_of_tests() - wanted())


def test_the_page_says_of_each_row_once_what_happens() -> None:
    assert len(rows()) == len(set(rows())) == PAGE.count("\n| ") - 2 * len(KINDS)
    assert [row[0] for row in rows()] == sorted((row[0] for row in rows()), key=KINDS.index)
