"""Files for an import from an archive, and from an address over real HTTP."""

import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from factcheck.clock import Clock
from factcheck.dataset import obtain
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.publish import publish_dataset
from factcheck.db.session import SessionFactory
from tests.dataset.reading import csv_bytes
from tests.dataset.test_round_trip import NewDatabase


class Handler(SimpleHTTPRequestHandler):
    """A folder, with /latest/ as the dataset page has it. What `breaks_off` names ends early, once."""

    latest = ""
    breaks_off: set[str]
    ranges: list[str]

    def do_GET(self) -> None:
        if self.path.startswith("/latest/"):
            self.send_response(302)
            self.send_header("Location", self.path.replace("latest", self.latest))
            self.end_headers()
            return
        asked = self.headers.get("Range", "")
        self.ranges.append(asked)
        body = Path(self.translate_path(self.path))
        if not body.is_file():
            self.send_error(404)
            return
        whole, start = body.read_bytes(), int(asked[6:-1]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(whole) - start))
        self.end_headers()
        end = len(whole) // 2 if body.name in self.breaks_off else len(whole)
        self.breaks_off.discard(body.name)
        self.wfile.write(whole[start:end])

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path, latest: str = "", breaks_off: str = "") -> Iterator[tuple[str, type[Handler]]]:
    names = {"latest": latest, "breaks_off": {breaks_off}, "ranges": []}
    handler = type("OneHandler", (Handler,), names)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def release(filled: SessionFactory, tmp_path: Path, clock: Clock) -> Path:
    return publish_dataset(filled, tmp_path / "root", clock=clock, licence="L")


def test_the_archive_of_a_release(release: Path, new_database: NewDatabase, tmp_path: Path) -> None:
    moved = tmp_path / "downloaded.bin"
    shutil.copy(release / "everything.zip", moved)
    assert import_dataset(new_database(), moved).new > 20


def test_an_archive_decides_no_names(new_database: NewDatabase, tmp_path: Path) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("../../articles.csv", "id,text\nab12,words\n")
        out.writestr("/etc/passwd", "mine")
        out.writestr("deep/er/notes.txt", "mine")
    assert import_dataset(new_database(), archive).file("articles").new == 1
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("other-")] == ["evil.zip"]


def test_an_archive_that_ends_early(release: Path, new_database: NewDatabase, tmp_path: Path) -> None:
    content = bytearray((release / "everything.zip").read_bytes())
    with zipfile.ZipFile(release / "everything.zip") as whole:
        packed = whole.getinfo("articles.csv.zip").header_offset + 150
    content[packed : packed + 40] = bytes(40)
    (tmp_path / "broken.zip").write_bytes(content)
    with pytest.raises(DatasetError, match="damaged"):
        import_dataset(new_database(), tmp_path / "broken.zip")


@pytest.mark.parametrize("address", ["{root}/latest", "{root}/latest/", "{root}/latest/manifest.json"])
def test_the_newest_release_by_its_address(release: Path, new_database: NewDatabase, address: str) -> None:
    with served(release.parent, latest=release.name) as (root, _):
        report = import_dataset(new_database(), address.format(root=root), progress=False)
    assert {file.name: file.read for file in report.files}["reply_requests"] == 3


def test_a_download_that_breaks_off_is_taken_up(release: Path, new_database: NewDatabase) -> None:
    with served(release.parent, breaks_off="everything.zip") as (root, handler):
        assert import_dataset(new_database(), f"{root}/{release.name}/everything.zip", progress=False).new > 20
    assert [bool(one) for one in handler.ranges] == [False, True]


def test_a_file_that_the_manifest_does_not_describe(release: Path, new_database: NewDatabase) -> None:
    (release / "replies.csv.zip").write_bytes((release / "articles.csv.zip").read_bytes())
    with served(release.parent) as (root, _), pytest.raises(DatasetError, match="not the file that the manifest"):
        import_dataset(new_database(), f"{root}/{release.name}/", progress=False)


@pytest.mark.parametrize(("path", "complaint"), [("nowhere/", "404"), ("latest.json/manifest.json", "404")])
def test_addresses_of_something_else(release: Path, new_database: NewDatabase, path: str, complaint: str) -> None:
    with served(release.parent) as (root, _), pytest.raises(DatasetError, match=complaint):
        import_dataset(new_database(), f"{root}/{path}", progress=False)


def test_an_address_where_nobody_answers(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obtain, "CONNECT_SECONDS", 0.5)
    with pytest.raises(DatasetError, match="cannot be fetched"):
        import_dataset(new_database(), "http://127.0.0.1:9/data/latest", progress=False)


def test_a_damaged_parquet_file_is_a_clear_error(release: Path, new_database: NewDatabase, tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    folder.mkdir()
    content = bytearray((release / "articles.parquet").read_bytes())
    (folder / "articles.parquet").write_bytes(bytes(len(content)))
    with pytest.raises(DatasetError, match="damaged or not a Parquet"):
        import_dataset(new_database(), folder)
    (folder / "articles.parquet").write_bytes(content[: len(content) // 2])
    with pytest.raises(DatasetError, match="damaged or not a Parquet"):
        import_dataset(new_database(), folder)


def test_parquet_and_csv_load_the_same(release: Path, new_database: NewDatabase, tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "parquet"
    folder.mkdir()
    for path in release.glob("*.parquet"):
        shutil.copy(path, folder)
    factory = new_database()
    import_dataset(factory, folder)
    again = publish_dataset(factory, tmp_path / "again", clock=clock, licence="L")
    assert csv_bytes(again) == csv_bytes(release)
