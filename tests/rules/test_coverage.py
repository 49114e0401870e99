"""What `make test COVERAGE=1` says of what it measured, and when it fails."""

import pytest

from tests.coverage_table import FLOOR, faults, on_sqlite_alone, percent, remarks, table


def measured(reached: int, of: int) -> dict[str, list[object]]:
    """A file with so many lines, and as many branches."""
    lines, branches = [*range(of)], [(line, line + 1) for line in range(of)]
    return {
        "executed_lines": [*lines[:reached]],
        "missing_lines": [*lines[reached:]],
        "executed_branches": [*branches[:reached]],
        "missing_branches": [*branches[reached:]],
    }


FILES = {"bot/a.py": measured(10, 20), "factcheck/b.py": measured(20, 20), "factcheck/c.py": measured(0, 0)}


def test_lines_and_branches_are_counted_together() -> None:
    assert (percent(FILES, "bot/"), percent(FILES, "factcheck/"), percent(FILES), percent({})) == (50, 100, 75, 100)
    said = dict(line.split()[:2] for line in table(FILES))
    assert said == {"bot": "50.0", "editor_ui": "100.0", "factcheck": "100.0", "indexer": "100.0", "all": "75.0"}


@pytest.mark.parametrize(("reached", "wrong"), [(FLOOR, 0), (FLOOR - 1, 1)])
def test_less_than_the_floor_is_a_fault(reached: float, wrong: int) -> None:
    assert len([*faults({"bot/a.py": measured(int(10 * reached), 1000)})]) == wrong


def test_what_sends_statements_to_sqlite_alone_is_named() -> None:
    ours, simulated = "factcheck/services/a.py: f", "bot/simulator/world/a.py: f"
    senders = {"sqlite": {ours, simulated}, "postgresql": {"factcheck/services/b.py: g"}}
    assert on_sqlite_alone(senders) == [ours]
    assert on_sqlite_alone({"sqlite": {ours}}) == [], "no test had PostgreSQL"
    assert on_sqlite_alone({"sqlite": {ours}, "postgresql": {ours}}) == []
    assert [*remarks({"sqlite": {ours}})] == []
    assert [*remarks(senders)][1:] == [f"  {ours}"]
