"""`PYTEST_PLUGINS=tests.measured pytest` (`make test COVERAGE=1`): which lines and branches of ours the tests reach,
and from which functions of ours no test sends a statement to PostgreSQL. `make campaigns COVERAGE=1` afterwards adds
what the campaigns reach, and fails below the floor.

SlipCover puts marks into our modules while they are imported, so that libraries run as always; tracing slows down
every line of Python, and doubles what a test costs. This module has to come before ours, and does: pytest imports what
PYTEST_PLUGINS names before the first conftest, in each of its processes. What a test starts as a process of its own is
not seen.
"""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage
from slipcover.importer import wrap_spec_from_file_location
from sqlalchemy import Engine, event

from tests.coverage_table import PACKAGES, faults, remarks, table

ROOT = Path(__file__).parents[1]
RESULT = ROOT / ".coverage.json"
EXCLUDED = ["if TYPE_CHECKING:", "@overload", r"\.\.\.$"]
STAY = -1
"""Marks that were passed stay where they are: to take them out costs more than it saves, and threads run meanwhile."""

marks = Slipcover(branch=True, d_miss_threshold=STAY, source=[*PACKAGES], exclude_also=EXCLUDED)
ours = FileMatcher(sources=[*PACKAGES])
ImportManager(marks, ours).__enter__()
wrap_spec_from_file_location(marks, ours)  # as Alembic loads its migrations

_FOLDERS = tuple(f"{ROOT / package}{os.sep}" for package in PACKAGES)
_senders: dict[str, set[str]] = defaultdict(set)
"""Name of a database -> `path: function` of each that sent it a statement."""
_said: list[str] = []


@event.listens_for(Engine, "before_cursor_execute")
def _note_sender(connection: Any, *_: Any) -> None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not frame.f_code.co_filename.startswith(_FOLDERS):
        frame = frame.f_back
    if frame is not None:
        path = os.path.relpath(frame.f_code.co_filename, ROOT)
        _senders[connection.dialect.name].add(f"{path}: {frame.f_code.co_qualname}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    handed_over = getattr(session.config, "workeroutput", None)
    if handed_over is not None:  # this is a worker of xdist
        handed_over["reached"], handed_over["senders"] = dict(marks.newly_seen), dict(_senders)
        return
    measured, chosen = marks.get_coverage(), session.config.getoption("markexpr")
    if chosen == "campaign" and RESULT.exists():
        measured = merge_coverage(measured, json.loads(RESULT.read_text(encoding="utf-8")))
    RESULT.write_text(json.dumps(measured), encoding="utf-8")
    _said.extend(table(measured["files"]))
    if session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:  # somebody named some tests
        return
    if chosen != "campaign":
        _said.extend(remarks(_senders))
    if chosen in ("", "campaign"):  # all tests have run
        found = [*faults(measured["files"])]
        _said.extend(found)
        if found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    for file, seen in output.get("reached", {}).items():
        marks.newly_seen[file].update(seen)
    for database, names in output.get("senders", {}).items():
        _senders[database].update(names)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _said:
        terminalreporter.write_line(line)
