"""The real server and the real client over a real socket, with the fake model behind."""

import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Matrix
from indexer.embedding.client import RemoteEmbedder
from indexer.embedding.server import LARGEST_REQUEST, MOST_TEXTS, EmbeddingServer
from indexer.machine.protocol import receive_message, send_message, socket_address
from indexer.machine.server import AlreadyServingError
from tests.fakes.embedder import FakeEmbedder


class Served:
    """A server in a thread."""

    def __init__(self, path: Path, embedder: FakeEmbedder) -> None:
        self.server = EmbeddingServer(path, embedder)
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "embedder.sock"


@pytest.fixture
def model() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def served(path: Path, model: FakeEmbedder) -> Iterator[Served]:
    served = Served(path, model)
    yield served
    served.stop()


def raw_connection(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(10)
    connection.connect(socket_address(path))
    return connection


@pytest.mark.usefixtures("served")
def test_the_client_gives_what_the_model_gives(path: Path, model: FakeEmbedder) -> None:
    client = RemoteEmbedder(path)
    texts = [f"第{i}則訊息 message {i}" for i in range(70)]  # more than one request
    assert (client.name, client.dimension) == ("fake", 64)
    np.testing.assert_array_equal(client.embed_passages(texts), model.embed_passages(texts))
    np.testing.assert_array_equal(client.embed_queries(["問題"]), model.embed_queries(["問題"]))
    assert client.embed_queries([]).shape == (0, 64)
    assert client.embed_queries(["\ud800 ok", ""]).shape == (2, 64)


@pytest.mark.usefixtures("served")
def test_many_threads_share_a_client_and_get_their_own_answers(path: Path, model: FakeEmbedder) -> None:
    client = RemoteEmbedder(path)
    answers: dict[int, Matrix] = {}

    def ask(number: int) -> None:
        answers[number] = client.embed_passages([f"{number} 號的訊息", "共同的文字"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(16):
        np.testing.assert_array_equal(answers[number][0], model.embed_passages([f"{number} 號的訊息"])[0])


@pytest.mark.usefixtures("served")
def test_the_socket_is_for_its_owner_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_server_the_error_names_the_command(path: Path) -> None:
    with pytest.raises(EmbedderUnavailableError, match="python -m indexer serve-model"):
        RemoteEmbedder(path).embed_queries(["a"])


def test_a_client_waits_for_a_server_that_is_starting(path: Path, model: FakeEmbedder) -> None:
    started: list[Served] = []
    timer = threading.Timer(0.3, lambda: started.append(Served(path, model)))
    timer.start()
    try:
        assert RemoteEmbedder(path, wait=30).dimension == 64
    finally:
        timer.join()
        started[0].stop()


def test_a_restart_of_the_server_is_not_noticed(path: Path, model: FakeEmbedder) -> None:
    client = RemoteEmbedder(path)
    for _ in range(2):
        served = Served(path, model)
        assert client.embed_queries(["a"]).shape == (1, 64)
        served.stop()
    with pytest.raises(EmbedderUnavailableError):
        client.embed_queries(["a"])


def test_another_model_after_a_restart_is_refused(path: Path) -> None:
    client = RemoteEmbedder(path)
    served = Served(path, FakeEmbedder())
    assert client.name == "fake"
    served.stop()
    served = Served(path, FakeEmbedder(name="other"))
    try:
        with pytest.raises(EmbedderUnavailableError, match="Restart"):
            client.embed_queries(["a"])
    finally:
        served.stop()


@pytest.mark.usefixtures("served")
def test_an_error_of_the_model_reaches_the_client_and_the_server_goes_on(path: Path, model: FakeEmbedder) -> None:
    client = RemoteEmbedder(path)
    model.available = False
    with pytest.raises(EmbedderUnavailableError, match="switched off"):
        client.embed_queries(["a"])
    model.available = True
    assert client.embed_queries(["a"]).shape == (1, 64)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "sent",
    [
        struct.pack(">I", LARGEST_REQUEST + 1),
        struct.pack(">I", 5) + b"hello",
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 13) + b'{"op": "rm"} ',
    ],
)
def test_what_is_not_the_protocol_is_refused(path: Path, sent: bytes) -> None:
    with raw_connection(path) as connection:
        connection.sendall(sent)
        answer = receive_message(connection, 10_000)
        assert answer is not None
        assert answer["error"]
        assert connection.recv(1) == b""
    assert RemoteEmbedder(path).embed_queries(["still there"]).shape == (1, 64)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("texts", [["a"] * (MOST_TEXTS + 1), "text", [1], {"a": 1}])
def test_wrong_texts_are_refused(path: Path, texts: object) -> None:
    with raw_connection(path) as connection:
        send_message(connection, {"op": "queries", "texts": texts})
        answer = receive_message(connection, 10_000)
        assert answer is not None
        assert "texts" in answer["error"]


@pytest.mark.usefixtures("served")
def test_a_client_that_hangs_up_in_the_middle_does_no_harm(path: Path) -> None:
    with raw_connection(path) as connection:
        connection.sendall(struct.pack(">I", 100) + b"half")
    assert RemoteEmbedder(path).embed_queries(["a"]).shape == (1, 64)


@pytest.mark.usefixtures("served")
def test_a_second_server_is_refused(path: Path) -> None:
    with pytest.raises(AlreadyServingError, match="already"):
        EmbeddingServer(path, FakeEmbedder())
    assert RemoteEmbedder(path).dimension == 64


def test_the_socket_file_of_a_dead_server_is_replaced(path: Path, model: FakeEmbedder) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))
    served = Served(path, model)
    assert RemoteEmbedder(path).dimension == 64
    served.stop()
    assert not path.exists()


def test_a_path_too_long_for_the_kernel_works(tmp_path: Path, model: FakeEmbedder) -> None:
    path = tmp_path / ("long" * 40) / "embedder.sock"
    served = Served(path, model)
    try:
        assert len(os.fsencode(socket_address(path))) <= 107
        assert RemoteEmbedder(path).dimension == 64
        assert socket_address(path) != socket_address(path.with_name("other.sock"))
    finally:
        served.stop()
    assert not Path(socket_address(path)).exists()


SERVE = """
import sys
from pathlib import Path
from indexer.embedding.server import EmbeddingServer
from indexer.machine.server import serve_until_told
from tests.fakes.embedder import FakeEmbedder
server = EmbeddingServer(Path(sys.argv[1]), FakeEmbedder())
print("ready", flush=True)
serve_until_told(server)
print("clean", flush=True)
"""


def test_sigterm_ends_the_server_cleanly_and_sigkill_leaves_nothing_in_the_way(path: Path) -> None:
    for number in (signal.SIGKILL, signal.SIGTERM):
        with subprocess.Popen([sys.executable, "-c", SERVE, str(path)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            assert RemoteEmbedder(path).dimension == 64
            process.send_signal(number)
            output = process.stdout.read()
            code = process.wait(timeout=20)
    assert (code, output) == (0, "clean\n")
    assert not path.exists()


def test_a_socket_file_that_was_removed_or_written_over_is_made_again(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        path.unlink()
        assert RemoteEmbedder(path, wait=60).dimension == 64
        path.unlink()
        path.write_bytes(b"no socket")
        assert RemoteEmbedder(path, wait=60).dimension == 64
        process.terminate()
        assert process.wait(timeout=20) == 0
