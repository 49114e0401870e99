"""Reads dataset files, zipped or plain CSV or Parquet. One odd row never stops the others."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from factcheck.dataset import parquet_file
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.rows import BrokenRow, split_rows
from factcheck.limits import MAX_FILE_BYTES, MAX_RATIO, MAX_ROWS, SMALL_FILE_BYTES

PARQUET = ".parquet"


@dataclass(frozen=True)
class RawRow:
    """Row `number` of a file, from 1 after the header. `problem` says why `cells` cannot be used, `place` where lines
    were lost."""

    number: int
    cells: Mapping[str, str]
    problem: str = ""
    place: str = ""


def find_file(folder: Path, name: str) -> Path | None:
    """Finds `<name>.csv.zip`, `<name>.csv` or `<name>.parquet`."""
    for path in (folder / f"{name}.csv.zip", folder / f"{name}.csv", folder / f"{name}.parquet"):
        if path.is_file():
            return path
    return None


def read_header(path: Path) -> list[str]:
    """Raises DatasetError when it is no dataset file."""
    if path.suffix == PARQUET:
        return parquet_file.header_of(path)
    with _opened(path) as (text, _size, _position):
        header = next(split_rows(text), [])
    if isinstance(header, BrokenRow):
        raise DatasetError(f"{path}: the header cannot be read ({header.problem}).")
    if not any(header):
        raise DatasetError(f"{path} is empty: not even a header.")
    return [cell.strip() for cell in header]


def read_rows(path: Path, on_progress: Callable[[int, int], None]) -> Iterator[RawRow]:
    """Reads the rows, and calls `on_progress(bytes or rows read, in all)` now and then. Raises DatasetError when the
    archive is damaged or the disk fails."""
    if path.suffix == PARQUET:
        for known, done, total in parquet_file.rows_of(path):
            yield RawRow(done, known)
            if done % 1000 == 0 or done == total:
                on_progress(done, total)
        return
    header = read_header(path)
    with _opened(path) as (text, size, position):
        rows = split_rows(text)
        next(rows)
        number = 0
        for cells in rows:
            if not cells:  # an empty line is not a row
                continue
            number += 1
            if number > MAX_ROWS:
                raise DatasetError(f"{path} has more than {MAX_ROWS:,} rows. Those before are loaded.")
            yield _row(number, header, cells)
            if number % 1000 == 0:
                on_progress(position(), size)
        on_progress(size, size)


def _row(number: int, header: Sequence[str], cells: list[str] | BrokenRow) -> RawRow:
    if isinstance(cells, BrokenRow):
        return RawRow(number, {}, cells.problem, cells.place)
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
        size = path.stat().st_size
        _refuse_too_big(path, size, packed=size)
        return stack.enter_context(path.open("rb")), size
    archive = stack.enter_context(zipfile.ZipFile(path))
    members = [
        info for info in archive.infolist() if info.filename.endswith(".csv") and "__MACOSX" not in info.filename
    ]
    members.sort(key=lambda info: info.filename != path.name.removesuffix(".zip"))
    if not members:
        raise DatasetError(f"{path} holds no .csv file.")
    _refuse_too_big(path, members[0].file_size, members[0].compress_size)
    return stack.enter_context(archive.open(members[0])), members[0].file_size


def _refuse_too_big(path: Path, size: int, packed: int) -> None:
    """Believes the archive: Python unpacks no more than it says."""
    if size > MAX_FILE_BYTES:
        raise DatasetError(f"{path} has {size:,} bytes when unpacked; at most {MAX_FILE_BYTES:,} are read.")
    if size > SMALL_FILE_BYTES and size > MAX_RATIO * packed:
        raise DatasetError(
            f"{path} unpacks to more than {MAX_RATIO} times its size ({size:,} bytes), which no data does. "
            "If you trust it, unpack it and take the archive away."
        )
