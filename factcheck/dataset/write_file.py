"""Writes one file of a release in all formats, in one pass over its cells."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from factcheck.dataset.csv_file import CsvWriter, csv_writer
from factcheck.dataset.data_file import Columns, DataFile
from factcheck.dataset.folders import to_disk
from factcheck.dataset.manifest import FileInfo, Stored, describe
from factcheck.dataset.parquet_file import ParquetWriter, can_parquet, parquet_writer

YEAR = 4
BEGINNING = "createdAt"
"""The column whose years are counted; without it, `date`."""


def write_file(file: DataFile, batches: Iterable[Columns], folder: Path, now: datetime) -> FileInfo:
    csv_path, parquet_path = folder / f"{file.name}.csv.zip", folder / f"{file.name}.parquet"
    dated = next((file.header.index(name) for name in (BEGINNING, "date") if name in file.header), None)
    rows, years = 0, Counter[str]()
    with ExitStack() as stack:
        writers: list[CsvWriter | ParquetWriter] = [stack.enter_context(csv_writer(csv_path, file.header, now))]
        if can_parquet():
            writers.append(stack.enter_context(parquet_writer(parquet_path, file.columns)))

        def write(columns: Columns) -> None:
            nonlocal rows
            rows += len(columns[0])
            if dated is not None:
                years.update(cell[:YEAR] for cell in columns[dated])
            for writer in writers:
                writer.write(columns)

        _write_beside(write, batches)
    by_year = {year: years[year] for year in sorted(years) if year}
    parquet = stored(parquet_path) if parquet_path.exists() else None
    return describe(file, rows=rows, csv=stored(csv_path), parquet=parquet, by_year=by_year)


def _write_beside(write: Callable[[Columns], None], batches: Iterable[Columns]) -> None:
    """Writes each batch in a thread, which mostly packs, while the next one is read."""
    with ThreadPoolExecutor(1) as beside:
        written: Future[None] | None = None
        for columns in batches:
            if written is not None:
                written.result()
            written = beside.submit(write, columns)
        if written is not None:
            written.result()


def stored(path: Path) -> Stored:
    """Describes a finished file that has reached the disk."""
    to_disk(path)
    with path.open("rb") as finished:
        digest = hashlib.file_digest(finished, "sha256").hexdigest()
    return Stored(path.name, path.stat().st_size, digest)
