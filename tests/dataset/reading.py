"""Looking into files that an export wrote, and writing files for an import, without the code under test."""

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow.parquet


def csv_bytes(folder: Path) -> dict[str, bytes]:
    """file name in the archive -> its content, of all archives in a folder."""
    found = {}
    for path in sorted(folder.glob("*.csv.zip")):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            (member,) = archive.namelist()
            found[member] = archive.read(member)
    return found


def cells_of(path: Path) -> list[dict[str, str]]:
    """The rows of a Parquet file, as the CSV file has them."""
    found = []
    for row in pyarrow.parquet.read_table(path).to_pylist():
        found.append({name: _cell(value) for name, value in row.items()})
    return found


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return "" if value is None else str(value)


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    text = csv_bytes(folder)[f"{name}.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def put(folder: Path, name: str, text: str | bytes, *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write `<name>.csv.zip`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(f"{name}.csv", text)
    return path
