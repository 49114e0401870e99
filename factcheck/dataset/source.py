"""Reads dataset files, zipped or plain CSV. One odd row never stops the others."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from factcheck.dataset.errors import DatasetError

MAX_CELL = 16 * 1024 * 1024
"""Characters. Far above any text; bounds what a missing closing quote can swallow."""

csv.field_size_limit(MAX_CELL)  # for the whole process; some messages exceed the default, 128 KiB


@dataclass(frozen=True)
class RawRow:
    """Row `number` of a file, from 1 after the header. `problem` says why `cells` cannot be used."""

    number: int
    cells: Mapping[str, str]
    problem: str = ""


def find_file(folder: Path, name: str) -> Path | None:
    """Finds `<name>.csv.zip` or `<name>.csv`."""
    for path in (folder / f"{name}.csv.zip", folder / f"{name}.csv"):
        if path.is_file():
            return path
    return None


def read_header(path: Path) -> list[str]:
    """Raises DatasetError when it is no dataset file."""
    with _opened(path) as (text, _size, _position):
        try:
            header = next(csv.reader(text), [])
        except csv.Error as error:
            raise DatasetError(f"{path}: the header cannot be read ({error}).") from error
    if not any(header):
        raise DatasetError(f"{path} is empty: not even a header.")
    return [cell.strip() for cell in header]


def read_rows(path: Path, on_progress: Callable[[int, int], None]) -> Iterator[RawRow]:
    """Reads the rows, and calls `on_progress(bytes read, bytes in all)` now and then. Raises DatasetError when the
    archive is damaged or the disk fails."""
    header = read_header(path)
    with _opened(path) as (text, size, position):
        rows = csv.reader(text)
        next(rows)
        number = 0
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                number += 1
                yield RawRow(number, {}, str(error))
                continue
            if cells:  # an empty line is not a row
                number += 1
                yield _row(number, header, cells)
            if number % 1000 == 0:
                on_progress(position(), size)
        on_progress(size, size)


def _row(number: int, header: Sequence[str], cells: list[str]) -> RawRow:
    if len(cells) != len(header):
        return RawRow(number, {}, f"{len(cells)} cells instead of {len(header)}")
    if any("\udc80" <= character <= "\udcff" for cell in cells if not cell.isascii() for character in cell):
        return RawRow(number, {}, "not UTF-8")
    return RawRow(number, dict(zip(header, cells, strict=True)))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[io.TextIOWrapper, int, Callable[[], int]]]:
    """Gives the text, its bytes and where reading stands. Bytes that are not UTF-8 become lone surrogates."""
    with ExitStack() as stack:
        try:
            raw, size = _open_raw(path, stack)
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
            yield stack.enter_context(text), size, raw.tell
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise DatasetError(f"{path} is damaged or not a zip archive ({error}). Fetch it again.") from error
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror or error}") from error


def _open_raw(path: Path, stack: ExitStack) -> tuple[IO[bytes], int]:
    if path.suffix != ".zip":
        return stack.enter_context(path.open("rb")), path.stat().st_size
    archive = stack.enter_context(zipfile.ZipFile(path))
    members = [
        info for info in archive.infolist() if info.filename.endswith(".csv") and "__MACOSX" not in info.filename
    ]
    members.sort(key=lambda info: info.filename != path.name.removesuffix(".zip"))
    if not members:
        raise DatasetError(f"{path} holds no .csv file.")
    return stack.enter_context(archive.open(members[0])), members[0].file_size
