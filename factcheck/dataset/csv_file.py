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
QUOTE = '"'
LEVEL = 4
"""Of compression. 6, which is usual, takes half as long again for a fiftieth less."""


class CsvWriter:
    def __init__(self, header: Sequence[str], out: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self._out = out.open(member, "w", force_zip64=True)
        self.write([[name] for name in header])

    def write(self, columns: Columns) -> None:
        lines = map(",".join, zip(*map(_quoted, columns), strict=True))
        self._out.write("".join([f"{line}\n" for line in lines]).encode())

    def close(self) -> None:
        self._out.close()


def _quoted(cells: Sequence[str]) -> Sequence[str]:
    """Writes a column's cells as `csv.writer` does, which looks at each letter and takes eight times as long."""
    if not _needs_quotes("".join(cells)):
        return cells
    return [f'"{cell.replace(QUOTE, QUOTE * 2)}"' if _needs_quotes(cell) else cell for cell in cells]


def _needs_quotes(text: str) -> bool:
    return QUOTE in text or "," in text or "\n" in text or "\r" in text


@contextmanager
def csv_writer(path: Path, header: Sequence[str], now: datetime) -> Iterator[CsvWriter]:
    """Writes `path`, which is `<name>.csv.zip`."""
    member = zipfile.ZipInfo(path.name.removesuffix(".zip"), date_time=now.astimezone(UTC).timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    member._compresslevel = LEVEL  # type: ignore[attr-defined]
    member.external_attr = 0o644 << 16
    with zipfile.ZipFile(path, "x") as archive:
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
