"""The command-line programs: they start, know their commands, and say so before they import anything."""

import json
import pkgutil
import subprocess
import sys

import pytest

from tests.rules.imports import ROOT
from tests.rules.programs import PROGRAMS, commands, run

EVERY_COMMAND = [(program, name) for program in PROGRAMS for name in commands(program)]

IMPORTED_BY_HELP = """
import json, runpy, sys
before = set(sys.modules)
program = sys.argv[1]
sys.argv[1:] = ["--help"]
try:
    runpy.run_module(program, run_name="__main__", alter_sys=True)
except SystemExit as end:
    print(json.dumps([end.code, sorted(set(sys.modules) - before)]))
"""


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_imports_no_library(program: str) -> None:
    command = [sys.executable, "-c", IMPORTED_BY_HELP, program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert f"usage: python -m {program}" in done.stdout
    code, imported = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert "argparse" in imported
    libraries = {name.split(".")[0] for name in imported} - sys.stdlib_module_names
    assert libraries == {program, "factcheck"}


@pytest.mark.parametrize(("program", "name"), EVERY_COMMAND)
def test_every_command_has_a_function_and_a_help(program: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(pkgutil.resolve_name(commands(program)[name]))
    assert run(program, name, "--help") == 0
    assert f"usage: python -m {program} {name}" in capsys.readouterr().out


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_unknown_command_is_refused(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(program, "no-such-command") == 2
    assert "no-such-command" in capsys.readouterr().err
