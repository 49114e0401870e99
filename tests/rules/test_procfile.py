"""The Procfile names programs that exist and commands that they know."""

import ast
import importlib.util
import os
import re
import shlex
import subprocess
import sys

import pytest

from tests.rules.imports import ROOT

LINES = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
PROCESSES = {
    name: shlex.split(re.sub(r"^nice -n [0-9]+ ", "", command))
    for name, _, command in (line.partition(": ") for line in LINES)
    if command
}
PROGRAMS = {name: words for name, words in PROCESSES.items() if words[:2] == ["python", "-m"]}


def run_module(*words: str) -> subprocess.CompletedProcess[str]:
    """With no setting at all, as on a machine where nothing is prepared."""
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_the_processes_that_the_service_consists_of() -> None:
    assert set(PROCESSES) == {"release", "web", "worker", "embedder"}
    assert len(PROCESSES) == len([line for line in LINES if line.strip()])
    assert set(PROGRAMS) == {"release", "worker", "embedder"}


@pytest.mark.parametrize("process", PROGRAMS)
def test_programs_know_their_commands(process: str) -> None:
    module, *command = PROGRAMS[process][2:]
    assert importlib.util.find_spec(f"{module}.__main__") is not None
    help_text = run_module(module, *command, "--help")
    assert help_text.returncode == 0, help_text.stderr
    assert command[0] in help_text.stdout


@pytest.mark.parametrize("process", PROGRAMS)
def test_programs_refuse_unknown_commands(process: str) -> None:
    wrong = run_module(PROGRAMS[process][2], "no-such-command")
    assert wrong.returncode == 2
    assert "no-such-command" in wrong.stderr


def test_web_names_an_application_and_a_configuration_that_exist() -> None:
    program, option, configuration, application = PROCESSES["web"]
    assert (program, option) == ("gunicorn", "--config")
    compile((ROOT / configuration).read_text(encoding="utf-8"), configuration, "exec")
    module, _, name = application.partition(":")
    tree = ast.parse((ROOT / f"{module}.py").read_text(encoding="utf-8"))
    assigned = {ast.unparse(target) for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}
    assert name in assigned


def test_the_worker_says_which_settings_it_misses() -> None:
    answer = run_module("bot", "worker")
    assert answer.returncode == 2
    assert "LINE_CHANNEL_SECRET" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_is_made_at_run_time_is_not_kept_in_git() -> None:
    ignored = {line.strip().strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    assert {"var", ".venv", "__pycache__"} <= ignored
