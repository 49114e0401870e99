"""Where an import's files come from: a folder, an archive, or an address."""

import hashlib
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urljoin, urlsplit

import urllib3

from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.manifest import MANIFEST_NAME, Manifest, Stored, manifest_of
from factcheck.limits import MAX_FILE_BYTES
from factcheck.version import USER_AGENT

ENDINGS = (".csv.zip", ".csv", ".parquet")
KNOWN_NAMES = {f"{file.name}{ending}" for file in DATA_FILES for ending in ENDINGS}
PIECE = 1 << 20
MANIFEST_BYTES = 10_000_000
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
TRIES = 5
"""Of a download, each from where the one before broke off."""
FOUND = (200, 206)

Tell = Callable[[str], None]


@contextmanager
def obtained(source: Path | str, tell: Tell = lambda _line: None) -> Iterator[Path]:
    """Gives a folder with the files of `source`: itself, or a temporary one. `tell` is told what is fetched. Raises
    DatasetError."""
    if isinstance(source, str) and urlsplit(source).scheme in ("http", "https"):
        with _scratch() as folder:
            yield _fetched(source, folder, tell)
        return
    path = Path(source)
    if path.is_file() and zipfile.is_zipfile(path):
        with _scratch() as folder:
            _unpack(path, folder)
            yield folder
        return
    if not path.is_dir():
        raise DatasetError(f"{source} is not a folder, a zip archive or an address.")
    yield path


@contextmanager
def _scratch() -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="factline-import-") as folder:
            yield Path(folder)
    except OSError as error:
        raise DatasetError(f"The files cannot be put aside: {error.strerror or error}") from error


def _unpack(path: Path, folder: Path) -> None:
    """Takes what is known out of an archive, wherever in it that is; nothing decides about names but we."""
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = PurePosixPath(info.filename).name
                if name not in KNOWN_NAMES or "__MACOSX" in info.filename:
                    continue
                if info.file_size > MAX_FILE_BYTES:
                    raise DatasetError(f"{name} in {path} has more than {MAX_FILE_BYTES:,} bytes.")
                with archive.open(info) as packed, (folder / name).open("wb") as out:
                    shutil.copyfileobj(packed, out, PIECE)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DatasetError(f"{path} is damaged or not a zip archive ({error}). Fetch it again.") from error


def _fetched(address: str, folder: Path, tell: Tell) -> Path:
    with urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), headers={"User-Agent": USER_AGENT}
    ) as pool:
        if urlsplit(address).path.endswith(".zip"):
            archive = folder / "archive.zip"
            _download(pool, address, archive, tell)
            unpacked = folder / "files"
            unpacked.mkdir()
            _unpack(archive, unpacked)
            return unpacked
        wanted = address if address.endswith(MANIFEST_NAME) else f"{address.rstrip('/')}/{MANIFEST_NAME}"
        manifest, base = _manifest(pool, wanted)
        for file in manifest.files:
            if file.name in KNOWN_NAMES:
                stored = Stored(file.name, file.bytes, file.sha256)
                _download(pool, urljoin(base, file.name), folder / file.name, tell, stored)
        return folder


def _manifest(pool: urllib3.PoolManager, address: str) -> tuple[Manifest, str]:
    """Returns it, and where it was found in the end: of the newest release, that one's own address."""
    path = address
    try:
        response = pool.request("GET", address, preload_content=False)
        body = response.read(MANIFEST_BYTES, decode_content=True)
        path = urljoin(address, response.geturl() or address)
        response.release_conn()
        if response.status not in FOUND:
            raise DatasetError(f"{address} answers with {response.status}. Name a release, or an archive of one.")
        return manifest_of(json.loads(body)), path
    except urllib3.exceptions.HTTPError as error:
        raise DatasetError(f"{address} cannot be fetched: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is no manifest of a release: {error}") from error


def _download(pool: urllib3.PoolManager, address: str, path: Path, tell: Tell, wanted: Stored | None = None) -> None:
    tell(address)
    problem: object = ""
    with path.open("wb") as out:
        for _ in range(TRIES):
            try:
                if _go_on(pool, address, out):
                    break
            except urllib3.exceptions.HTTPError as error:
                problem = error
        else:
            raise DatasetError(f"{address} cannot be fetched: {problem}")
    if wanted is not None:
        with path.open("rb") as finished:
            if hashlib.file_digest(finished, "sha256").hexdigest() != wanted.sha256:
                raise DatasetError(f"{address} is not the file that the manifest describes. Nothing was loaded.")


def _go_on(pool: urllib3.PoolManager, address: str, out: IO[bytes]) -> bool:
    """Reads the rest of a file; False if the other side stopped early. Raises DatasetError and HTTPError."""
    done = out.tell()
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **({"Range": f"bytes={done}-"} if done else {})}
    response = pool.request("GET", address, preload_content=False, headers=headers)
    try:
        if response.status not in FOUND:
            raise DatasetError(f"{address} answers with {response.status}.")
        if response.status == FOUND[0] and done:
            out.seek(0)
            out.truncate()
        for piece in response.stream(PIECE, decode_content=False):
            out.write(piece)
            if out.tell() > MAX_FILE_BYTES:
                raise DatasetError(f"{address} has more than {MAX_FILE_BYTES:,} bytes.")
    finally:
        response.close()
    return True
