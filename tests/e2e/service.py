"""Runs the whole service as its real processes: gunicorn, a worker, the model server. For end-to-end tests and
benchmarks."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from sqlalchemy import delete

from bot.line.account import ACCOUNT
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.models import LineFact
from factcheck.settings import load_settings
from tests.ports import free_port
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
PREPARED_MODEL = ROOT / "var" / "models" / "intfloat--multilingual-e5-small"
START_SECONDS = 300
RECURRING_JOBS = (
    *("housekeeping", "export_dataset", "tell_waiting", "ask_line"),
    *("derive_facts", "find_similar", "watch_index", "verify_index"),
    *("sort_queue", "fetch_links", "tend_links", "make_figures", "number_changes", "read_sources", "count_visits"),
    *("sweep_media", "check_media", "read_pictures", "decide_votes", "plan_digests", "make_tasks"),
)
"""Kinds of jobs that are always there, for a later time."""
LATER_JOBS = (*RECURRING_JOBS, "purge_database")
"""Kinds of jobs that may wait for hours: what is still to be done for people is none of them."""

CAME_UP = {
    "web": b"Listening at",
    "worker": b"worker_started",
    "embedder": b"answers at",
    "reader": b"answers at",
}
COMMANDS = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines())


class Service:
    """`with Service(folder, {...settings...}) as service:` - all processes up, `/readyz` says so."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        metrics = folder / "metrics"
        metrics.mkdir(parents=True, exist_ok=True)
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "TMPDIR")}
        self.environment = {
            **kept,
            "PATH": programs,
            "VAR_DIR": str(folder),
            "PORT": str(self.port),
            "BASE_URL": self.base_url,
            "EMBEDDING_MODEL": str(PREPARED_MODEL),
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            "PYTHONUNBUFFERED": "1",
            "FETCH_LINKS": "0",
            "UNDO_SECONDS": "0",
            **settings,
        }
        self._first_environment = self.environment

    def __enter__(self) -> "Service":
        try:
            self.run("factcheck", "migrate")
            for name in ("embedder", "web", "worker"):
                self.start(name)
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def use(self, settings: Mapping[str, str]) -> None:
        """Have `web` and `worker` run with these settings beside those of the beginning; the model server goes on. They
        take webhooks for any account, as at first, until LINE has told them who they are."""
        environment = {**self._first_environment, **settings}
        if environment == self.environment:
            return
        self.environment = environment
        self._end("web", "worker")
        engine = make_engine(load_settings(database_url="", var_dir=self.folder).resolved_database_url)
        with transaction(make_session_factory(engine)) as session:
            session.execute(delete(LineFact).where(LineFact.name == ACCOUNT))
        engine.dispose()
        self.start("web")
        self.start("worker")
        self.wait_ready()

    def start(self, name: str, number: int = 1) -> None:
        """`number`: 2 for a second one of these processes, and so on."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name if number == 1 else f"{name} {number}"] = subprocess.Popen(
                ["sh", "-c", f"exec {COMMANDS[name]}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_reader(self) -> None:
        """Starts what reads pictures, which the service does without, and waits until it can."""
        self.start("reader")
        wait_until(lambda: self.starts("reader") > 0, START_SECONDS, "the reader's start")

    def kill(self, name: str) -> None:
        """SIGKILL to the process and its children, who may have sessions of their own."""
        self._kill(self.processes.pop(name))

    def starts(self, name: str) -> int:
        """How often a process has come up, as its log tells."""
        return (self.folder / f"{name}.log").read_bytes().count(CAME_UP[name])

    def run(self, module: str, *arguments: str) -> str:
        """Run a command of the service to its end; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{module} {arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def wait_ready(self) -> None:
        try:
            wait_until(self.is_ready, START_SECONDS, "readiness", pause=0.25)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.logs()}") from None

    def is_ready(self) -> bool:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}\n{self.logs()}")
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def load_trial(self) -> None:
        """Load the trial texts as `make run` does: with an index, so that the worker does not find it lost first."""
        self.run("factcheck", "load-fixtures")
        self.run("indexer", "reindex", "--if-needed")
        self.wait_indexed()

    def wait_indexed(self, seconds: float = 240) -> None:
        """Until no article waits for the search index."""

        def is_indexed() -> bool:
            return b'kind="index_article"' not in self.metrics()

        wait_until(is_indexed, seconds, "indexing", pause=0.5)  # asking takes time from those who index

    def metrics(self) -> bytes:
        with urllib.request.urlopen(f"{self.base_url}/metrics", timeout=10) as answer:
            content: bytes = answer.read().split(b"# HELP")[0]
            return content

    def logs(self) -> str:
        parts = [f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}" for path in self.folder.glob("*.log")]
        return "\n".join(parts)

    def stop(self) -> None:
        self._end(*self.processes)

    def _end(self, *names: str) -> None:
        ending = [self.processes.pop(name) for name in names]
        for process in ending:
            process.terminate()
        for process in ending:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._kill(process)

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        os.kill(process.pid, signal.SIGSTOP)  # or it would start others in the place of those that are killed
        for pid in (*children(process.pid), process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return sorted(int(one) for one in listed.stdout.split())
