"""Writing our zipped CSV files, and reading them again: they are ours, so there are no limits."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from factcheck.dataset.data_file import Columns

OWN_CELL = 1 << 30
"""Characters. Some rows are older than the limits of what comes in."""
LEVEL = 4
"""Of compression. 6, which is usual, takes half as long again for a fiftieth less."""


class CsvWriter:
    def __init__(self, header: Sequence[str], out: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self._out = out.open(member, "w", force_zip64=True)
        self._write([header])

    def write(self, columns: Columns) -> None:
        self._write(zip(*columns, strict=True))

    def _write(self, rows: "Iterator[Sequence[str]] | Sequence[Sequence[str]] | zip[Sequence[str]]") -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._out.write(text.getvalue().encode())

    def close(self) -> None:
        self._out.close()


@contextmanager
def csv_writer(path: Path, header: Sequence[str], now: datetime) -> Iterator[CsvWriter]:
    """Writes `path`, which is `<name>.csv.zip`."""
    member = zipfile.ZipInfo(path.name.removesuffix(".zip"), date_time=now.astimezone(UTC).timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        writer = CsvWriter(header, archive, member)
        try:
            yield writer
        finally:
            writer.close()


def own_rows(path: Path) -> Iterator[list[str]]:
    """Reads a file of ours, the header first."""
    csv.field_size_limit(OWN_CELL)  # one that cannot be read would keep all others from being withdrawn
    with (
        zipfile.ZipFile(path) as archive,
        archive.open(archive.namelist()[0]) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
    ):
        yield from csv.reader(text)
