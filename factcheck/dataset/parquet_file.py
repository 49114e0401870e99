"""Parquet files, made from the cells of the CSV files, so that both say the same.

PyArrow is 170 MB, a third of all that serves: it is a set of its own (`requirements/dataset.in`), and what is not
installed is not written.
"""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factcheck.dataset.cell_formats import Kind, day, moment, number, plain
from factcheck.dataset.columns import Column
from factcheck.dataset.data_file import Columns
from factcheck.dataset.errors import DatasetError
from factcheck.limits import MAX_FILE_BYTES, MAX_ROWS
from factcheck.packages import how_to_install

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

BATCH_ROWS = 5_000
BATCH_CHARACTERS = 2_000_000
GROUP_ROWS = 100_000
GROUP_BYTES = 16_000_000
"""A row group is held in memory until it has so many."""
READ_ROWS = 1_000
READ_GROUP_BYTES = 512_000_000
"""The largest row group, unpacked, that is read."""
MISSING = f"Parquet needs PyArrow: {how_to_install('dataset')}"


def can_parquet() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


class ParquetWriter:
    """Collects cells until they are worth making arrays of, and arrays until they are worth a row group."""

    def __init__(self, out: "pyarrow.parquet.ParquetWriter", columns: Sequence[Column]) -> None:
        self._out, self._columns = out, columns
        self._cells: Columns = [[] for _ in columns]
        self._characters = 0
        self._batches: list[pyarrow.RecordBatch] = []
        self._rows = self._bytes = 0

    def write(self, columns: Columns) -> None:
        for kept, new in zip(self._cells, columns, strict=True):
            kept.extend(new)
            self._characters += sum(map(len, new))
        if len(self._cells[0]) >= BATCH_ROWS or self._characters >= BATCH_CHARACTERS:
            self._make_arrays()
        if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._write_group()

    def finish(self) -> None:
        self._make_arrays()
        self._write_group()

    def _make_arrays(self) -> None:
        import pyarrow

        if not self._cells[0]:
            return
        arrays = [_typed(cells, column.kind) for cells, column in zip(self._cells, self._columns, strict=True)]
        batch = pyarrow.RecordBatch.from_arrays(arrays, schema=self._out.schema)
        self._batches.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        self._cells = [[] for _ in self._columns]
        self._characters = 0

    def _write_group(self) -> None:
        import pyarrow

        if self._batches:
            self._out.write_table(pyarrow.Table.from_batches(self._batches), row_group_size=self._rows)
        self._batches = []
        self._rows = self._bytes = 0


@contextmanager
def parquet_writer(path: Path, columns: Sequence[Column]) -> Iterator[ParquetWriter]:
    import pyarrow.parquet

    fields = [pyarrow.field(column.name, _types()[column.kind]) for column in columns]
    schema = pyarrow.schema(fields)
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd", compression_level=3) as out:
        writer = ParquetWriter(out, columns)
        yield writer
        writer.finish()


def _types() -> "Mapping[Kind, pyarrow.DataType]":
    import pyarrow

    return {
        Kind.TEXT: pyarrow.string(),
        Kind.INTEGER: pyarrow.int32(),
        Kind.NUMBER: pyarrow.float64(),
        Kind.MOMENT: pyarrow.timestamp("ms", tz="UTC"),
        Kind.DAY: pyarrow.date32(),
    }


def _typed(cells: Sequence[str], kind: Kind) -> "pyarrow.Array":
    """Makes values of cells. Only a text can be empty; of the others '' is none."""
    import pyarrow
    from pyarrow import compute

    texts = pyarrow.array(cells, pyarrow.string())
    if kind == Kind.TEXT:
        return texts
    known = compute.if_else(compute.equal(texts, ""), pyarrow.scalar(None, pyarrow.string()), texts)
    return compute.cast(known, _types()[kind])


def header_of(path: Path) -> list[str]:
    """Raises DatasetError when it is no Parquet file, or more than is read."""
    with _opened(path) as file:
        return [str(name) for name in file.schema_arrow.names]


def rows_of(path: Path) -> Iterator[tuple[dict[str, str], int, int]]:
    """Reads rows as cells, each with how many rows are read and how many there are. Raises DatasetError."""
    with _opened(path) as file:
        done, total = 0, file.metadata.num_rows
        for batch in file.iter_batches(batch_size=READ_ROWS):
            names = batch.schema.names
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                done += 1
                yield {name: _cell(value) for name, value in zip(names, values, strict=True)}, done, total


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return number(value)
        case datetime():
            return moment(value) if value.tzinfo else f"{value.isoformat(timespec='milliseconds')}Z"
        case date():
            return day(value)
        case list():
            return plain(",".join(map(_cell, value)))
        case _:
            return str(value)


@contextmanager
def _opened(path: Path) -> "Iterator[pyarrow.parquet.ParquetFile]":
    if not can_parquet():
        raise DatasetError(f"{path} cannot be read. {MISSING}")
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            _refuse_too_big(path, file.metadata)
            yield file
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} is damaged or not a Parquet file ({str(error)[:200]}). Fetch it again.") from error


def _refuse_too_big(path: Path, metadata: "pyarrow.parquet.FileMetaData") -> None:
    if metadata.num_rows > MAX_ROWS:
        raise DatasetError(f"{path} has more than {MAX_ROWS:,} rows.")
    sizes = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
    if sum(sizes) > MAX_FILE_BYTES or max(sizes, default=0) > READ_GROUP_BYTES:
        raise DatasetError(
            f"{path} is too big when unpacked: at most {MAX_FILE_BYTES:,} bytes, {READ_GROUP_BYTES:,} a row group."
        )
