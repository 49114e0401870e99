"""The Procfile names programs that exist and commands that they know."""

import ast
import shlex

import pytest

from factcheck.settings import Settings
from tests.rules.imports import ROOT
from tests.rules.programs import commands, run

LINES = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
PROCESSES = {name: shlex.split(command) for name, _, command in (line.partition(": ") for line in LINES) if command}
PROGRAMS = {name: words for name, words in PROCESSES.items() if words[:2] == ["python", "-m"]}


def test_the_processes_that_the_service_consists_of() -> None:
    assert set(PROCESSES) == {"release", "web", "worker", "embedder", "reader"}
    assert len(PROCESSES) == len([line for line in LINES if line.strip()])
    assert set(PROGRAMS) == {"release", "worker", "embedder", "reader"}


@pytest.mark.parametrize("process", PROGRAMS)
def test_programs_know_their_commands(process: str) -> None:
    program, command = PROGRAMS[process][2:]
    assert command in commands(program)


def test_web_names_an_application_and_a_configuration_that_exist() -> None:
    program, option, configuration, application = PROCESSES["web"]
    assert (program, option) == ("gunicorn", "--config")
    compile((ROOT / configuration).read_text(encoding="utf-8"), configuration, "exec")
    module, _, name = application.partition(":")
    tree = ast.parse((ROOT / f"{module}.py").read_text(encoding="utf-8"))
    assigned = {ast.unparse(target) for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}
    assert name in assigned


def test_the_worker_says_which_settings_it_misses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert run("bot", "worker") == 2
    assert "LINE_CHANNEL_SECRET" in capsys.readouterr().err


def test_what_is_made_at_run_time_is_not_kept_in_git() -> None:
    ignored = {line.strip().strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    assert {"var", ".venv", "__pycache__"} <= ignored
