"""`python -m factcheck ...`, called as the shell would, on a new SQLite file."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot.cli import main as bot_main
from factcheck.cli import main
from factcheck.cli import main as factcheck_main
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.jobs import queue
from factcheck.logs import ROOT
from factcheck.models import Job, JobState, Role, User
from factcheck.private_files import keep_private
from factcheck.services.users import get_or_create_volunteer
from factcheck.trial_data import load_fixtures
from indexer.cli import main as indexer_main
from tests.trial import FEW, write_few


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Path:
    """A folder with a database, which `sqlite_url` has put there."""
    for name in ("DATABASE_URL", "TRIAL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    return tmp_path


def factory_of(machine: Path) -> SessionFactory:
    return make_session_factory(make_engine(f"sqlite:///{machine / 'factline.sqlite'}"))


def test_fixtures_are_for_trials_only(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-fixtures"]) == 1
    assert "TRIAL=1" in capsys.readouterr().err


def test_a_trial_can_be_exported_and_imported(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIAL", "1")
    monkeypatch.setitem(load_fixtures.__kwdefaults__, "folder", write_few(tmp_path / "few"))
    assert main(["load-fixtures"]) == 0
    assert f"{FEW} fixture articles added" in capsys.readouterr().out
    assert main(["export-dataset", str(machine / "out")]) == 0
    assert main(["export-dataset"]) == 0
    assert (machine / "dataset" / "latest.json").exists()
    assert main(["import-dataset", str(machine / "out")]) == 0
    table = capsys.readouterr().out
    assert "articles" in table
    assert "already there" in table
    assert main(["import-dataset", str(machine / "nowhere")]) == 1


@pytest.mark.parametrize("run", [lambda: main(["jobs"]), lambda: bot_main(["rich-menu", "--dry-run"])])
def test_a_database_without_tables_is_to_be_migrated(
    run: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("TRIAL", "1")
    assert run() == 1
    said = capsys.readouterr().err
    assert "no such table" in said
    assert "python -m factcheck migrate" in said
    assert "restore" not in said


def test_a_table_that_is_gone_needs_a_backup(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with factory_of(machine).begin() as session:
        session.execute(text("DROP TABLE jobs"))
    assert main(["jobs"]) == 1
    assert "python -m factcheck restore" in capsys.readouterr().err


def test_jobs_are_shown_retried_and_dropped(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    factory = factory_of(machine)
    with transaction(factory) as session:
        first, second = (queue.enqueue(session, kind, {}, now=utc_now()) for kind in ("one", "two"))
        session.execute(update(Job).values(state=JobState.DEAD, last_error="it broke"))
    assert main(["jobs"]) == 0
    assert "it broke" in capsys.readouterr().out
    assert main(["jobs", "--retry", str(first)]) == 0
    assert "1 dead jobs" in capsys.readouterr().out
    assert main(["jobs", "--drop", str(second)]) == 0
    assert main(["jobs", "--drop", str(second)]) == 1
    assert main(["jobs", "--retry", "all"]) == 0
    with pytest.raises(SystemExit):
        main(["jobs", "--retry", "abc"])


@pytest.mark.parametrize("program", [factcheck_main, indexer_main, bot_main])
def test_a_damaged_database_is_said_and_left_as_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    program: Callable[[list[str]], int],
) -> None:
    database = tmp_path / "factline.sqlite"
    database.write_bytes(b"no database " * 500)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("TRIAL", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    commands = {
        factcheck_main: ["jobs", "usage", "migrate", "export-dataset"],
        indexer_main: ["status", "reindex", "sync"],
    }
    for command in commands.get(program, ["worker"]):
        assert program([command]) == 1, command
        assert "python -m factcheck restore FILE" in capsys.readouterr().err
    assert database.read_bytes() == b"no database " * 500


ON_A_FULL_DISK = """
import resource
from factcheck.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
print(main(["migrate"]))
"""
"""No file may grow: what the system then says to those who write is what it says of a full disk."""


def test_a_disk_without_room_for_a_new_database_is_said_in_a_sentence(machine: Path) -> None:
    """What is said of one that is there: `test_disks`."""
    new = {"VAR_DIR": str(machine / "new"), "TRIAL": "1"}
    command = [sys.executable, "-c", ON_A_FULL_DISK]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | new, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.stdout.split() == ["1"], done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [
        "python -m factcheck migrate",
        "python -m bot worker",
        "gunicorn --config gunicorn.conf.py --check-config wsgi:app",
    ],
)
def test_a_file_in_the_place_of_a_folder_is_said_in_a_sentence(tmp_path: Path, command: str) -> None:
    file = tmp_path / "file"
    file.touch()
    there = os.environ | {"VAR_DIR": str(file), "TRIAL": "1", "PATH": f"{Path(sys.executable).parent}:{os.defpath}"}
    done = subprocess.run(command.split(), cwd=ROOT, env=there, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{file} cannot be used: ")
    assert len(done.stderr.splitlines()) == 1


def test_what_a_command_finds_and_makes_is_for_its_user_alone(machine: Path) -> None:
    for path in (machine, machine / "factline.sqlite"):
        path.chmod(0o755)
    (machine / "elsewhere").symlink_to("/usr")
    before = Path("/usr").stat().st_mode
    assert main(["export-dataset"]) == 0
    made = [path for path in machine.rglob("*") if not path.is_symlink()]
    assert len(made) > 10
    assert [path for path in (machine, *made) if path.stat().st_mode & 0o077] == []
    assert Path("/usr").stat().st_mode == before


def test_a_folder_for_everybody_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert "is a folder for everybody" in keep_private(tmp_path)[0]
    assert tmp_path.stat().st_mode & 0o777 == 0o777


def test_the_first_admin_is_made_by_a_command(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["role", "amy@example.org", "admin"]) == 1
    assert "Nobody has logged in" in capsys.readouterr().err
    factory = factory_of(machine)
    with transaction(factory) as session:
        get_or_create_volunteer(session, "amy@example.org", secret_key="k", locale="en", now=utc_now())
    assert main(["role", "amy@example.org", "admin"]) == 0
    with transaction(factory) as session:
        assert session.scalars(select(User.role)).one() == Role.ADMIN
