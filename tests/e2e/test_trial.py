"""What `make run` starts, once packages and model are there, and goes on with whatever of it is killed."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.simulator.testing import FakeLine
from tests.e2e.crowd import PATIENCE, Known, answers, known_messages
from tests.e2e.service import PREPARED_MODEL, ROOT, START_SECONDS
from tests.ports import free_port
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
    pytest.mark.xdist_group("processes"),
]
PROGRAMS = {
    "web": "gunicorn",
    "worker": "bot worker",
    "embedder": "indexer serve-model",
    "reader": "indexer serve-reader",
}


class Trial:
    """`make start` in a folder: `make run` without looking whether it is alone."""

    def __init__(self, folder: Path, line: FakeLine) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.with_name("trial.log")
        kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "PATH", "TMPDIR")}
        settings = {
            "LINE_CHANNEL_SECRET": line.channel_secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.access_token,
            "LINE_API_BASE": line.base_url,
            "FETCH_LINKS": "0",
        }
        programs = os.path.relpath(sys.prefix, ROOT)
        there = [f"{programs}/stamps/requirements", f"{folder}/models/prepared"]
        command = ["make", "start", f"VAR={folder}", f"PORT={self.port}", f"VENV={programs}"]
        with self.log.open("wb") as log:
            self.make = subprocess.Popen(
                [*command, *(f"--old-file={file}" for file in there)],
                cwd=ROOT,
                env=kept | settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        assert self.make.poll() is None, self.log.read_text(errors="replace")[-3000:]
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def processes(self, name: str) -> set[int]:
        """Ids of the processes that are a part of it: the program itself, not what starts it again."""
        return {process for process, command in self._all() if PROGRAMS[name] in command and "python" in command}

    def kill(self, name: str) -> None:
        """SIGKILL, and waits until it was started again."""
        before = self.processes(name)
        assert before, name
        for process in before:
            with suppress(ProcessLookupError):  # it ended with one of the others
                os.kill(process, signal.SIGKILL)
        wait_until(lambda: bool(self.processes(name) - before), 60, f"the return of {name}")

    def stop(self) -> None:
        os.killpg(self.make.pid, signal.SIGTERM)
        self.make.wait(timeout=60)
        for process, _ in self._all():
            with suppress(ProcessLookupError):  # it was just ending
                os.kill(process, signal.SIGKILL)

    def _all(self) -> Iterator[tuple[int, str]]:
        ours = f"VAR_DIR={self.folder}".encode()
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if ours in (path / "environ").read_bytes().split(b"\0"):
                    yield int(path.name), (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:  # it has ended, or is somebody else's
                continue


@pytest.fixture
def started(tmp_path: Path, line: FakeLine) -> Iterator[Trial]:
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "models").symlink_to(PREPARED_MODEL.parent)
    trial = Trial(folder, line)
    try:
        wait_until(trial.is_ready, START_SECONDS, "readiness", pause=0.25)
        line.webhook_url = f"http://localhost:{trial.port}/callback"
        yield trial
    finally:
        trial.stop()


def is_answered(line: FakeLine, message: Known) -> None:
    person = line.person("somebody", "zh-TW", "phone")
    line.send_text(person, message.text)

    def is_told() -> bool:
        return any(reply in one for one in answers(line, person) for reply in message.replies)

    wait_until(is_told, PATIENCE, "an answer")


def test_a_trial_goes_on_when_a_part_of_it_is_killed(started: Trial, line: FakeLine) -> None:
    messages = known_messages()
    is_answered(line, messages.pop())
    others = {name: started.processes(name) for name in ("web", "worker")}
    started.kill("embedder")
    is_answered(line, messages.pop())
    if find_spec("rapidocr"):
        started.kill("reader")
    assert {name: started.processes(name) for name in others} == others
    started.kill("worker")
    is_answered(line, messages.pop())
    assert started.processes("web") == others["web"]
    assert started.is_ready()
