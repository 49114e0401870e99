"""The fake LINE's API in a process of its own, so that what is measured does not wait for its Python."""

import logging
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import requests
from werkzeug.serving import make_server

from bot.simulator.app import API_PREFIX, standalone_app
from bot.simulator.testing import ACCESS_TOKEN, FakeLine
from bot.simulator.world.store import Store
from bot.simulator.world.webhook import EXTENSION, Platform
from tests.ports import free_port
from tests.waiting import wait_until


class FakeLineApart(FakeLine):
    """People are moved by this process, on the same file."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._directory, self._port = directory, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        place = [str(self._directory), str(self._port)]
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.line_server", *place])
        wait_until(self._answers, 30, "the fake LINE's start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    @property
    def pids(self) -> list[int]:
        return [self._process.pid] if self._process else []

    @property
    def root_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.root_url}{API_PREFIX}/v2/bot/info", timeout=5).status_code == 401
        except requests.ConnectionError:
            return False


def main(directory: str, port: str) -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    store = Store(Path(directory) / "line.sqlite", clock=time.time, seed=False)
    app = standalone_app(ACCESS_TOKEN)
    app.extensions[EXTENSION] = Platform(store, channel_secret="", webhook_url="", bot_name="Bot")
    make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
