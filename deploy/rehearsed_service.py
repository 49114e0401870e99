"""The processes of an image, started as its Dockerfile says, with the fake LINE beside them."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.simulator.testing import FakeLine
from deploy.dockerfile import Stage
from factcheck.clock import utc_now
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.trial_data import load_fixtures
from factcheck.version import VERSION
from tests.ports import free_port
from tests.trial import rows, write_rows
from tests.waiting import wait_until

PROCESSES = ("embedder", "reader", "web", "worker")
START_SECONDS, STOP_SECONDS = 300.0, 60.0
"""At most: on an idle machine all is up within some seconds."""
SECRET_KEY = METRICS_TOKEN = "rehearsal" * 4


class RehearsalError(Exception):
    """Something did not go as it does in production."""


class RehearsedService:
    def __init__(self, app: Path, environment: dict[str, str], image: Stage, user: int, folder: Path) -> None:
        """`app`: the image's working folder; `user`: whose processes they are; `folder`: for logs and the fake LINE."""
        self._app, self._image, self._user, self._folder = app, image, user, folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.case = Case.first()
        (folder / "line").mkdir()
        self.line = FakeLine(folder / "line")
        self._environment, port = environment, free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        self._port = str(port)

    def __enter__(self) -> Self:
        self.line.__enter__()
        try:
            self._start()
        except BaseException:
            self._kill()
            raise
        return self

    def _start(self) -> None:
        self.line.webhook_url = f"{self.base_url}/callback"
        self._environment |= {
            "SECRET_KEY": SECRET_KEY,
            "LINE_CHANNEL_SECRET": self.line.channel_secret,
            "LINE_CHANNEL_ACCESS_TOKEN": self.line.access_token,
            "LINE_API_BASE": self.line.base_url,
            "BASE_URL": self.base_url,
            "MAIL_URL": "smtp://127.0.0.1:9",
            "FETCH_LINKS": "0",
            "HOST": "127.0.0.1",
            "PORT": self._port,
            "METRICS_TOKEN": METRICS_TOKEN,
        }
        entry = self._image.command("ENTRYPOINT")
        self._run([*entry, "release"])
        self._load_trial_message()
        for name in PROCESSES:
            with (self._folder / f"{name}.log").open("wb") as log:
                self._processes[name] = subprocess.Popen(
                    self._as_user([*entry, name]), cwd=self._app, env=self._environment, stdout=log, stderr=log
                )
        self._wait(self._is_ready, "readiness")
        self._wait(lambda: b'kind="index_article"' not in self._metrics(), "indexing")
        for name in PROCESSES:
            self._wait(partial(self._healthy, name), f"health of {name}")

    def _load_trial_message(self) -> None:
        """From the checkout: an image has none."""
        folder = self._folder / "trial"
        self.case.write(folder)
        engine = make_engine(f"sqlite:///{self._environment['VAR_DIR']}/factline.sqlite")
        with transaction(make_session_factory(engine)) as session:
            load_fixtures(session, secret_key=SECRET_KEY, now=utc_now(), folder=folder)
        engine.dispose()

    def _as_user(self, command: list[str]) -> list[str]:
        if os.geteuid() == self._user:
            return command
        return ["setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--clear-groups", *command]

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            self._as_user(command),
            cwd=self._app,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            raise RehearsalError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _healthy(self, name: str) -> bool:
        try:
            self._run([*self._image.command("HEALTHCHECK")[:-1], name])
        except RehearsalError:
            return False
        return True

    def _is_ready(self) -> bool:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise RehearsalError(f"{name} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=5) as answer:
                return bool(json.load(answer)["status"] == "ready")
        except OSError:
            return False

    def _metrics(self) -> bytes:
        request = urllib.request.Request(
            f"{self.base_url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            content: bytes = answer.read()
            return content

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        try:
            wait_until(condition, START_SECONDS, what)
        except (TimeoutError, RehearsalError) as error:
            raise RehearsalError(f"{error}\n{self.logs()}") from None

    def logs(self) -> str:
        paths = sorted(self._folder.glob("*.log"))
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}" for path in paths)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self.logs())
            self._kill()
            return
        try:
            self._stop()
        finally:
            self._kill()

    def _stop(self) -> None:
        """Each ends when told so, and its log says which release it was. Raises RehearsalError."""
        for process in self._processes.values():
            process.terminate()
        for name, process in self._processes.items():
            if process.wait(STOP_SECONDS) != 0:
                raise RehearsalError(f"{name}, told to stop, ended with {process.returncode}\n{self.logs()}")
            if VERSION not in (self._folder / f"{name}.log").read_text(errors="replace"):
                raise RehearsalError(f"the log of {name} does not say which release it is\n{self.logs()}")

    def _kill(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self._processes.clear()
        self.line.__exit__(None, None, None)


@dataclass(frozen=True)
class Case:
    """One of the trial messages, how somebody forwards it, and what is answered."""

    article: str
    """Its key in the files of `fixtures`."""
    forwarded: str
    reply: str
    answer: str

    @classmethod
    def first(cls) -> "Case":
        forwarded = next(row for row in rows("rewordings") if row["kind"] == "forward")
        link = next(link for link in rows("article_replies") if link["article"] == forwarded["article"])
        reply = next(reply for reply in rows("replies") if reply["key"] == link["reply"])
        return cls(link["article"], forwarded["text"], reply["key"], reply["text"])

    def write(self, folder: Path) -> None:
        """As files of the form of `fixtures`, with this message alone."""
        kept = {
            "users": rows("users"),
            "categories": rows("categories"),
            "articles": [row for row in rows("articles") if row["key"] == self.article],
            "replies": [row for row in rows("replies") if row["key"] == self.reply],
            "article_replies": [row for row in rows("article_replies") if row["article"] == self.article],
        }
        kept["article_replies"] = [row for row in kept["article_replies"] if row["reply"] == self.reply]
        write_rows(folder, kept)


def ask(service: RehearsedService) -> float:
    """Somebody forwards a message that volunteers have answered. Returns the seconds until the answer is there."""
    person = service.line.person("阿嬤", "zh-TW", "phone")
    started = time.monotonic()
    service.line.send_text(person, service.case.forwarded)
    service.line.wait_for(person, service.case.answer[:20], timeout=START_SECONDS)
    return time.monotonic() - started
