"""Every command on a disk that takes nothing, since it is mounted to be read alone or has no room: it says so in a
sentence, and what is there stays as it was."""

import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator.testing import FakeLine
from factcheck.cli import main
from factcheck.logs import ROOT
from factcheck.trial_data import load_fixtures
from tests.rules.programs import PROGRAMS
from tests.rules.programs import commands as known_commands
from tests.trial import write_few

pytestmark = pytest.mark.xdist_group("disks")  # which are prepared once

COMMANDS = [
    "factcheck migrate",
    "factcheck load-fixtures",
    "factcheck export-dataset",
    "factcheck import-dataset {folder}/release",
    "factcheck new-user-key",
    "factcheck jobs --retry all",
    "factcheck usage",
    "factcheck organisation House https://house.example",
    "factcheck bounce bounces+nobody@example.org",
    "factcheck votes",
    "factcheck simulate-votes --votes {folder}",  # no votes: the figures would take minutes
    "factcheck app add an_app --name App",
    "factcheck webhook add an_app --url https://app.example/hook",
    "factcheck elsewhere add others --url https://others.example/feed --publisher Others --licence CC0",
    "factcheck role amy@example.org admin",
    "factcheck check-media",
    "factcheck moderate hide article:nothing --reason spam",
    "factcheck backup {folder}/copy",
    "factcheck restore {folder}/backup",
    "indexer model",
    "indexer serve-model",
    "indexer serve-reader",
    "indexer reindex",
    "indexer sync",
    "indexer status",
    "indexer cluster",
    "indexer evaluate --articles {folder}/articles --queries {folder}/queries --json {folder}/figures",
    "indexer turned --articles {folder}/articles --queries {folder}/queries --out {folder}/turned",
    "indexer train --articles {folder}/articles --queries {folder}/queries --unmatched {folder}/none --out {folder}/m",
    "indexer lexicon --cedict {folder}/nothing",  # what it writes lies beside the code
    "bot worker",
    "bot rich-menu",
]
ENDS_WELL = {"factcheck bounce"}
"""With what is not ours: mail servers repeat what fails."""
OPENS_NO_FILE = {"factcheck mcp"}
SERVERS = {"indexer serve-model", "indexer serve-reader"}
"""They make a socket, which needs no room, and would serve."""
NEED_ROOM = {
    *("factcheck load-fixtures", "factcheck export-dataset", "factcheck import-dataset", "factcheck new-user-key"),
    *("factcheck organisation", "factcheck app", "factcheck elsewhere", "factcheck backup", "factcheck restore"),
    *("indexer reindex", "indexer evaluate", "indexer train", "bot worker", "bot rich-menu"),
}
SCRIPT = """
import contextlib, io, json, resource, sys
from pathlib import Path
from indexer import commands as indexing
from indexer.evaluation import command as evaluating
from indexer.training import command as training
from factcheck.trial_data import load_fixtures
from tests.fakes.embedder import FakeEmbedder
from tests.rules.programs import run
for module in (indexing, evaluating, training):
    module.build_local_embedder = lambda settings: FakeEmbedder()
harm, few, commands = json.loads(sys.argv[1])
load_fixtures.__kwdefaults__["folder"] = Path(few)
if harm == "full":  # no file may grow: what the system then says is what it says of a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
for command in commands:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = run(*command.split())
        except Exception as error:
            code = f"{type(error).__name__}: {error}"
    print(json.dumps([" ".join(command.split()[:2]), code, said.getvalue()]), flush=True)
"""
MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def read_only(folder: Path) -> list[str]:
    """Begins a command for which the folder is on a disk that cannot be written to, whoever one is."""
    user = () if os.geteuid() == 0 else ("--map-root-user",)
    return ["unshare", "--mount", *user, "sh", "-c", MOUNT, str(folder)]


def may_mount(folder: Path) -> bool:
    return (
        bool(shutil.which("unshare"))
        and subprocess.run([*read_only(folder), "true"], capture_output=True).returncode == 0
    )


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeLine]:
    with FakeLine(tmp_path_factory.mktemp("line")) as line:
        yield line


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new trial, with files of another one that commands read."""
    folder = tmp_path_factory.mktemp("disks")
    other, var = folder / "other", folder / "var"
    few = folder / "few"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAL", "1")
        patch.delenv("DATABASE_URL", raising=False)
        patch.setitem(load_fixtures.__kwdefaults__, "folder", write_few(few))
        for one in (other, var):
            patch.setenv("VAR_DIR", str(one))
            assert main(["migrate"]) == 0
        assert main(["backup", str(var / "backup")]) == 0
        patch.setenv("VAR_DIR", str(other))
        assert main(["load-fixtures"]) == 0
        assert main(["export-dataset", str(var / "release")]) == 0
    model = var / "models" / "fake" / "factline-model.json"
    model.parent.mkdir(parents=True)
    model.write_text('{"name": "fake", "dimension": 64, "query_prefix": "", "passage_prefix": "", "alone": true}')
    (var / "articles").write_text('{"id": "a", "text": "Garlic heals the flu within one single day."}\n')
    (var / "queries").write_text('{"source_id": "a", "kind": "copy", "lang": "en", "text": "Garlic heals the flu."}\n')
    (var / "none").write_text("")
    gc.collect()  # a database that is still open leaves files beside it, with which it can be read on any disk
    return var


def content(folder: Path) -> dict[str, str]:
    """Of SQLite's own files, those that come and go with who has it open are left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def name_of(command: str) -> str:
    return " ".join(command.split()[:2])


def told(harm: str, folder: Path, few: Path, line: FakeLine) -> dict[str, tuple[object, str]]:
    """The exit code of each command and what it said; in the code's place, the error that none of them caught."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # it would complain
    kept.pop("DATABASE_URL", None)
    ours = {"TRIAL": "1", "VAR_DIR": str(folder), "EMBEDDING_MODEL": "fake"}
    ours |= {"LINE_CHANNEL_ACCESS_TOKEN": line.access_token, "LINE_CHANNEL_SECRET": line.channel_secret}
    ours |= {"LINE_API_BASE": line.base_url}
    commands = [one.format(folder=folder) for one in COMMANDS if harm == "read-only" or name_of(one) not in SERVERS]
    done = subprocess.run(
        [
            *(read_only(folder) if harm == "read-only" else ()),
            sys.executable,
            "-c",
            SCRIPT,
            json.dumps([harm, str(few), commands]),
        ],
        cwd=ROOT,
        env=kept | ours,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    found = {name: (code, said) for name, code, said in map(json.loads, done.stdout.splitlines())}
    assert [*found] == [*map(name_of, commands)], done.stderr
    return found


def test_every_command_is_tried() -> None:
    there = {f"{program} {name}" for program in PROGRAMS for name in known_commands(program)}
    assert there == {*map(name_of, COMMANDS)} | OPENS_NO_FILE


@pytest.mark.parametrize("harm", ["read-only", "full"])
def test_a_disk_that_takes_nothing_is_said_in_a_sentence(
    prepared: Path, tmp_path: Path, line: FakeLine, harm: str
) -> None:
    folder = shutil.copytree(prepared, tmp_path / "var")
    if harm == "read-only" and not may_mount(folder):
        pytest.skip("this machine lets nobody mount a disk to be read alone")
    before = content(folder)
    found = told(harm, folder, prepared.with_name("few"), line)
    assert {name: code for name, (code, _) in found.items() if code not in range(6)} == {}
    wordy = {name: said for name, (code, said) in found.items() if code and len(said.splitlines()) != 1}
    assert wordy == {}, "a sentence each"
    failed = {name for name, (code, _) in found.items() if code}
    assert failed >= (found.keys() - ENDS_WELL if harm == "read-only" else NEED_ROOM)
    assert before.items() <= content(folder).items()
