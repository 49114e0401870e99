"""What `make test COVERAGE=1` and `make campaigns COVERAGE=1` say in the end, as functions of what was measured."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

PACKAGES = ("bot", "editor_ui", "factcheck", "indexer")
FLOOR = 95.0
"""Of lines and branches together, in percent, by all tests."""
OF_ONE_DATABASE = ("bot/simulator/", "factcheck/db/migrations/", "indexer/backends/")
"""What has files of its own, or tests on both databases by themselves."""

Files = Mapping[str, Mapping[str, Any]]
"""Path -> what SlipCover says of the file."""


def percent(files: Files, below: str = "") -> float:
    """The share of lines and branches that were reached in the files of a folder; 100 where there are none."""
    reached = total = 0
    for name, found in files.items():
        if name.startswith(below):
            executed = len(found["executed_lines"]) + len(found["executed_branches"])
            reached += executed
            total += executed + len(found["missing_lines"]) + len(found["missing_branches"])
    return 100 * reached / total if total else 100.0


def table(files: Files) -> Iterator[str]:
    for package in PACKAGES:
        yield f"{package:12}{percent(files, f'{package}/'):6.1f} %"
    yield f"{'all':12}{percent(files):6.1f} %  of the lines and branches; the floor is {FLOOR:g} %"


def on_sqlite_alone(senders: Mapping[str, Set[str]]) -> list[str]:
    """`path: function` of what sent statements to SQLite and none to PostgreSQL; [] where no test had PostgreSQL."""
    if not senders.get("postgresql"):
        return []
    alone = senders.get("sqlite", frozenset()) - senders["postgresql"]
    return sorted(name for name in alone if not name.startswith(OF_ONE_DATABASE))


def remarks(senders: Mapping[str, Set[str]]) -> Iterator[str]:
    if alone := on_sqlite_alone(senders):
        yield f"{len(alone)} functions send statements to SQLite alone; for tests/databases.py:"
        yield from (f"  {name}" for name in alone)


def faults(files: Files) -> Iterator[str]:
    """Says what makes the campaigns fail once all tests have run."""
    if percent(files) < FLOOR:
        yield "Less is covered than before. What: python -m slipcover --merge .coverage.json --out /dev/null"
