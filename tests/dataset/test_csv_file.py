"""What is written is what Python's own writer writes, packed as much as is said."""

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from factcheck.clock import Clock, utc_now
from factcheck.dataset.csv_file import LEVEL, csv_writer, own_rows
from tests.dataset.reading import csv_bytes

HEADER = ["one", "two"]
CELLS = st.text(st.sampled_from(",\"\r\n' a疫😀;\t="))


def as_csv_writer(row: Sequence[str]) -> str:
    """With both ends of a line as its end, it quotes both in cells, as every version of Python from 3.13 on does."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(row)
    return line.getvalue().removesuffix("\r\n")


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1))
def test_cells_are_quoted_as_csv_writer_does(tmp_path_factory, rows: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("csv")
    with csv_writer(folder / "x.csv.zip", HEADER, utc_now()) as writer:
        writer.write([list(cells) for cells in zip(*rows, strict=True)])
    expected = "".join(f"{as_csv_writer(row)}\n" for row in [HEADER, *rows])
    assert csv_bytes(folder)["x.csv"].decode() == expected
    assert list(own_rows(folder / "x.csv.zip")) == [HEADER, *map(list, rows)]


def test_it_is_packed_at_our_level(tmp_path: Path, clock: Clock) -> None:
    cells = [f"{number * number}abc{number}" for number in range(20_000)]
    with csv_writer(tmp_path / "x.csv.zip", HEADER, clock()) as writer:
        writer.write([cells, cells[::-1]])
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    size = len(packer.compress(csv_bytes(tmp_path)["x.csv"])) + len(packer.flush())
    with zipfile.ZipFile(tmp_path / "x.csv.zip") as archive:
        assert archive.getinfo("x.csv").compress_size == size
