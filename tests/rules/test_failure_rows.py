"""Every failure that the bot must live through has a test that is named after it, so that one can see which.

The ids are those of the project's list of failures: W webhooks, T time and LINE's answers, L lengths, P buttons,
M media, B back end, U taking back, G groups, S service.
"""

import re
from pathlib import Path

FAILURES = Path(__file__).parents[1] / "failures"
ROWS = {
    "W": (1, 2, 3, 5, 7, 9, 10, 11, 12, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30),
    "T": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 18, 19, 20),
    "L": (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 14),
    "P": (1, 2, 3, 4, 6, 7, 8),
    "M": (1, 2, 3, 4, 5, 6, 7, 8, 10, 12),
    "B": (1, 2, 4, 5, 6),
    "U": (1, 2, 3, 4),
    "G": (1, 3, 4, 5, 7, 8),
    "S": (1, 2, 3, 5, 6, 7),
}
LATER = {
    **dict.fromkeys(
        ("M01", "M02", "M03", "M04", "M05", "M06", "M10", "M12"),
        "pictures, films and sounds are not downloaded yet: their sender is told kindly what can be read",
    ),
    "M07": "no address that comes with a message is fetched by the bot",
    "B05": "no language model yet: answers wait for nobody, and long replies are cut to size",
    "S03": "no ID tokens yet: log-ins lead to no other site",
}
"""Rows whose whole needs what the service cannot do yet, and what their tests show until then."""


def wanted() -> set[str]:
    return {f"{group}{number:02}" for group, numbers in ROWS.items() for number in numbers}


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


def test_rows_for_later_are_rows() -> None:
    assert set(LATER) <= wanted()
