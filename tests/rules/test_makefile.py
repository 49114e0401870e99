"""What `make` says that it would do, and that two of them do not disturb each other."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.alone import LOCK_FILE
from tests.ports import free_port
from tests.rules.imports import ROOT

HOLD = "print('held', flush=True); import sys; sys.stdin.read()"
"""A command that lives until it is told."""


def would_do(target: str, *variables: str) -> str:
    """Printed and not done; the requirements count as installed."""
    command = ["make", "--dry-run", "--old-file", ".venv/stamps/requirements", target, *variables]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def alone(folder: Path, port: int, *command: str) -> list[str]:
    return [sys.executable, str(ROOT / "deploy" / "alone.py"), str(folder), str(port), *command]


@contextmanager
def running(folder: Path, port: int) -> Iterator[int]:
    """Something that holds the folder and says that it has the port; gives its process id."""
    command = alone(folder, port, sys.executable, "-c", HOLD)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate()


@pytest.fixture
def port() -> int:
    """Free now; nobody listens on it."""
    return free_port()


def test_another_folder_gets_a_model_of_its_own(tmp_path: Path) -> None:
    assert "indexer model" in would_do("setup", f"VAR={tmp_path}")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "prepared").touch()
    assert "indexer model" not in would_do("setup", f"VAR={tmp_path}")


def test_what_is_cleaned_is_made_again(tmp_path: Path) -> None:
    """Nothing outside of the folder says that something is in it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "prepared").touch()
    subprocess.run(["make", "clean", f"VAR={tmp_path}"], cwd=ROOT, capture_output=True, check=True)
    assert not tmp_path.exists()
    assert "indexer model" in would_do("setup", f"VAR={tmp_path}")


def test_every_step_of_a_run_is_about_its_own_folder_and_port(tmp_path: Path) -> None:
    steps = would_do("start", f"VAR={tmp_path}", "PORT=8123")
    assert str(tmp_path) in steps
    assert "http://localhost:8123" in steps
    assert not re.search(r"\bvar/|8000", steps)


def test_a_run_makes_the_menu_below_the_chat(tmp_path: Path) -> None:
    assert "bot rich-menu --wait" in would_do("start", f"VAR={tmp_path}")


def test_a_second_one_says_who_was_first_and_leaves_it_alone(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port) as first:
        second = subprocess.run(alone(tmp_path, port, "touch", str(tmp_path / "done")), capture_output=True, text=True)
        assert second.returncode == 1
        assert f"process {first}, http://localhost:{port}" in second.stderr
        assert f"VAR=elsewhere PORT={port + 1} make run" in second.stderr
        cleaned = subprocess.run(["make", "clean", f"VAR={tmp_path}"], cwd=ROOT, capture_output=True, text=True)
        assert cleaned.returncode
        assert f"kill {first})." in cleaned.stderr
        assert (tmp_path / LOCK_FILE).exists()
        with running(tmp_path / "elsewhere", port + 1):
            pass
    assert not (tmp_path / "done").exists()
    with running(tmp_path, port):
        pass


def test_git_takes_nothing_of_the_folder_of_a_run(tmp_path: Path, port: int) -> None:
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    with running(tmp_path / "other", port):
        (tmp_path / "other" / "secret").touch()
        assert subprocess.run([*git, "status", "--porcelain"], capture_output=True, check=True).stdout == b""
    (tmp_path / "other" / ".gitignore").write_text("secret\n")
    with running(tmp_path / "other", port):
        assert (tmp_path / "other" / ".gitignore").read_text() == "secret\n"


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 9), True), ((3, 14, 0), False)]
)
def test_make_takes_the_releases_of_python_that_the_papers_name(version: tuple[int, ...], fits: bool) -> None:
    papers = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "Makefile")]
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    first, *_, last = re.findall(r'"Programming Language :: Python :: 3\.(\d+)"', package)
    assert all(f"Python 3.{first} to 3.{last}" in paper for paper in papers)
    assert f'requires-python = ">=3.{first},<3.{int(last) + 1}"' in package
    (check,) = re.findall(r"^\t\$\(PYTHON\) -c '(import sys.*)'$", papers[-1], re.MULTILINE)
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.version_info = {version}; {check}"])
    assert (done.returncode == 0) == fits


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        found = subprocess.run(alone(tmp_path, taken, "true"), capture_output=True, text=True)
    assert found.returncode == 1
    assert f"Port {taken} cannot be used" in found.stderr
    assert f"PORT={taken + 1} make run" in found.stderr


def test_every_target_that_is_declared_exists() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert declared
    assert all(re.search(rf"^{name}:", text, re.MULTILINE) for name in declared.group(1).split())
