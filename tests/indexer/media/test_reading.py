"""The real server and the real client over a real socket, with a reader behind that tests can hold up."""

import argparse
import io
import socket
import struct
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from factcheck.errors import PictureRefusedError, ReaderBusyError, ReaderUnavailableError
from factcheck.ports import PictureText, ReadLine
from factcheck.settings import Settings
from indexer.commands import serve_reader
from indexer.factory import build_picture_reader
from indexer.machine.protocol import receive_message, send_message
from indexer.machine.server import AlreadyServingError
from indexer.media import looking, reader_server
from indexer.media.local_reader import LocalReader, strips
from indexer.media.looking import Looking
from indexer.media.reader_server import LARGEST_PICTURE, MOST_WAITING, ReaderServer, watch

TEXT = PictureText(
    "讀到的字\n\n第二段",
    0.91,
    (ReadLine("讀到的字", 0.9, (0.1, 0.2, 0.3, 0.4)), ReadLine("第二段", 0.92, (0, 0, 1, 1))),
)


class HeldReader:
    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()
        self.begun = threading.Semaphore(0)
        self.read_files: list[bytes] = []

    def read(self, data: bytes) -> PictureText:
        self.begun.release()
        self.go_on.wait(30)
        self.read_files.append(data)
        if data == b"broken":
            raise PictureRefusedError("The file is no picture that can be read.")
        if data == b"worse":
            raise ValueError("a fault of the reader")
        return TEXT


@pytest.fixture
def behind() -> HeldReader:
    return HeldReader()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path)


@pytest.fixture
def server(settings: Settings, behind: HeldReader) -> Iterator[ReaderServer]:
    server = ReaderServer(settings.reader_socket, behind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    behind.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


def a_file(folder: Path, data: bytes = b"some picture") -> Path:
    path = folder / "picture"
    path.write_bytes(data)
    return path


@pytest.mark.usefixtures("server")
def test_the_text_comes_back_as_it_was_read(settings: Settings, tmp_path: Path, behind: HeldReader) -> None:
    data = bytes(range(256)) * 5000
    assert build_picture_reader(settings).read_picture(a_file(tmp_path, data), timeout=20) == TEXT
    assert behind.read_files == [data]


@pytest.mark.usefixtures("server")
def test_a_broken_file_is_the_files_fault_and_a_fault_of_the_reader_is_not(settings: Settings, tmp_path: Path) -> None:
    reader = build_picture_reader(settings)
    with pytest.raises(PictureRefusedError):
        reader.read_picture(a_file(tmp_path, b"broken"), timeout=20)
    with pytest.raises(ReaderUnavailableError, match="ValueError"):
        reader.read_picture(a_file(tmp_path, b"worse"), timeout=20)
    assert reader.read_picture(a_file(tmp_path), timeout=20) == TEXT


def test_without_a_reader_the_error_names_the_command(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReaderUnavailableError, match="python -m indexer serve-reader"):
        build_picture_reader(settings).read_picture(a_file(tmp_path), timeout=1)


@pytest.mark.usefixtures("server")
def test_who_waits_too_long_is_told_and_nobody_reads_for_them(
    settings: Settings, tmp_path: Path, behind: HeldReader
) -> None:
    behind.go_on.clear()
    reader = build_picture_reader(settings)
    first = threading.Thread(target=lambda: reader.read_picture(a_file(tmp_path), timeout=30))
    first.start()
    behind.begun.acquire()
    with pytest.raises(ReaderUnavailableError):
        reader.read_picture(a_file(tmp_path), timeout=0.2)
    time.sleep(0.5)  # the server notices a moment after the client
    behind.go_on.set()
    first.join()
    assert reader.read_picture(a_file(tmp_path), timeout=20) == TEXT
    assert len(behind.read_files) == 2


@pytest.mark.usefixtures("server")
def test_only_a_few_may_wait(settings: Settings, tmp_path: Path, behind: HeldReader) -> None:
    behind.go_on.clear()
    reader, path = build_picture_reader(settings), a_file(tmp_path)
    found: list[PictureText | ReaderUnavailableError] = []

    def ask() -> None:
        try:
            found.append(reader.read_picture(path, timeout=30))
        except ReaderUnavailableError as error:
            found.append(error)

    threads = [threading.Thread(target=ask) for _ in range(MOST_WAITING + 3)]
    for thread in threads:
        thread.start()
    threads_done = threading.Event()
    threading.Thread(target=lambda: ([thread.join() for thread in threads], threads_done.set())).start()
    while len(found) < 2:
        assert not threads_done.wait(0.01)
    behind.go_on.set()
    assert threads_done.wait(30)
    assert sum(isinstance(each, ReaderBusyError) for each in found) == 2


class BusyReader:
    """Refuses as the script says, then reads."""

    def __init__(self, *script: Exception) -> None:
        self.script = list(script)

    def read_picture(self, path: Path, *, timeout: float) -> PictureText:
        if self.script:
            raise self.script.pop(0)
        return TEXT


def test_a_picture_waits_while_others_are_read_and_not_for_a_reader_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "BUSY_SECONDS", 0.001)
    busy = BusyReader(ReaderBusyError("busy"), ReaderBusyError("busy"))
    assert Looking(busy).read(a_file(tmp_path)) == TEXT
    assert Looking(BusyReader(ReaderUnavailableError("away"))).read(a_file(tmp_path)) is None
    monkeypatch.setattr(looking, "READING_SECONDS", 0.01)
    assert Looking(BusyReader(*[ReaderBusyError("busy")] * 1000)).read(a_file(tmp_path)) is None


def test_a_picture_that_is_too_small_for_text_has_none(tmp_path: Path) -> None:
    assert Looking(BusyReader(PictureRefusedError("small"))).read(a_file(tmp_path)) == PictureText("", 0.0)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "sent",
    [
        {"op": "rm"},
        {"op": "read", "bytes": LARGEST_PICTURE + 1, "seconds": 1},
        {"op": "read", "bytes": -1, "seconds": 1},
        {"op": "read", "bytes": "1", "seconds": 1},
        {"op": "read", "bytes": 1, "seconds": 0},
        {"op": "read", "bytes": 1, "seconds": 1e9},
        {},
    ],
)
def test_what_is_not_the_protocol_is_refused(settings: Settings, tmp_path: Path, sent: dict[str, object]) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(settings.reader_socket))
        send_message(connection, sent)
        answer = receive_message(connection, 10_000)
        assert answer
        assert answer["error"]
        assert connection.recv(1) == b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(settings.reader_socket))
        connection.sendall(struct.pack(">I", 100) + b"half")
    assert build_picture_reader(settings).read_picture(a_file(tmp_path), timeout=20) == TEXT


def test_a_file_that_is_too_large_is_not_sent(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.media.reading.LARGEST_PICTURE", 10)
    with pytest.raises(PictureRefusedError):
        build_picture_reader(settings).read_picture(a_file(tmp_path, b"eleven byte"), timeout=1)


def test_a_second_reader_is_refused(server: ReaderServer, settings: Settings) -> None:
    with pytest.raises(AlreadyServingError, match="already"):
        ReaderServer(settings.reader_socket, HeldReader())


def test_a_reading_that_is_stuck_ends_the_process(
    server: ReaderServer, settings: Settings, tmp_path: Path, behind: HeldReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_server, "LONGEST_READING", 0.2)
    ended = threading.Event()
    watch(server.readings, ended.set, every=0.01)
    assert not ended.wait(0.3), "nothing is read"
    behind.go_on.clear()
    monkeypatch.setattr("indexer.media.reading.LONGEST_READING", 0.1)
    with pytest.raises(ReaderUnavailableError):
        build_picture_reader(settings).read_picture(a_file(tmp_path), timeout=0.1)
    assert ended.wait(20)


def test_the_command_says_which_packages_it_needs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.commands.find_spec", lambda _: None)
    with pytest.raises(ReaderUnavailableError, match=r"requirements/read\.txt"):
        serve_reader(settings, argparse.Namespace())


@pytest.mark.parametrize("height", [100, 1000, 2400, 2401, 5000, 16_000])
def test_strips_cover_a_long_picture_and_each_line_belongs_to_one(height: int) -> None:
    found = strips(1000, height)
    assert (found[0].top, found[-1].bottom) == (0, height)
    assert (found[0].keeps_from, found[-1].keeps_until) == (0, height + 1)
    assert len(found) == 1 or height > 2400
    for above, below in pairwise(found):
        assert above.keeps_until == below.keeps_from
        assert above.bottom - above.keeps_until >= 60
        assert below.keeps_from - below.top >= 60


def written(lines: list[str], size: tuple[int, int], step: int, letters: int = 30) -> bytes:
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for at, text in enumerate(lines):
        pen.text((40, 30 + at * step), text, font=ImageFont.load_default(letters), fill="black")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


one_reader = pytest.mark.xdist_group("reader")  # its models take seconds to be loaded


@pytest.fixture(scope="module")
def real_reader() -> LocalReader:
    pytest.importorskip("rapidocr")
    return LocalReader()


@one_reader
def test_a_real_picture_is_read(real_reader: LocalReader) -> None:
    lines = ["Boil garlic with water,", "drink it before nine."]
    found = real_reader.read(written(lines, (500, 200), 60))
    assert found.text == "\n".join(lines)
    assert found.confidence > 0.9
    assert found.lines[1].box[1] > found.lines[0].box[3]
    assert real_reader.read(written([], (300, 200), 60)) == PictureText("", 0.0, ())


@one_reader
def test_a_long_picture_is_read_once_from_above_to_below(real_reader: LocalReader) -> None:
    lines = [f"This is line number {at} of it" for at in range(12)]
    assert real_reader.read(written(lines, (500, 1400), 110)).text.replace("\n\n", "\n") == "\n".join(lines)


@one_reader
@pytest.mark.parametrize("size", [(8, 3000), (3000, 8), (9, 9)])
def test_an_odd_shape_does_no_harm(real_reader: LocalReader, size: tuple[int, int]) -> None:
    assert real_reader.read(written([], size, 60)).text == ""
    with pytest.raises(PictureRefusedError):
        real_reader.read(written([], (7, 100), 60))
