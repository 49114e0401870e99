"""The vectors of the embedded index: one file of int8 rows, of which a search compares every one.

It is read, not mapped, through the cache that all processes share: a mapped file cut short kills whoever reads on.

So nothing is lost, a write is one row, and there is no graph to build (docs/decisions/embedded-index.md; figures by
`python -m benchmarks.engines`).

Rows are divided by their largest value, rounded, and compared by angle. That moves a cosine by less than 0.001; the
stored vectors decide.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from io import FileIO
from pathlib import Path

import numkong
import numpy as np
import numpy.typing as npt

from factcheck.errors import IndexLostError
from factcheck.ports import Matrix, Vector

Codes = npt.NDArray[np.int8]
_CHUNK = 4096
"""Rows read and compared at once; they stay in the processor's own cache."""


class VectorFile:
    """Row `n` holds the code of window `n`; the table says which rows are in use."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension

    def nearest(self, vector: Vector, rows: int, count: int) -> list[int]:
        """Row numbers, nearest first. Free rows may be among them. Raises IndexLostError when rows are missing."""
        return nearest(self.chunks(rows), vector, count)

    def chunks(self, rows: int) -> Iterator[Codes]:
        """Reads rows from the first on. Each chunk is overwritten by the next."""
        buffer = np.empty((min(rows, _CHUNK), self._dimension), dtype=np.int8)
        with self._opened() as file:
            for start in range(0, rows, _CHUNK):
                chunk = buffer[: min(_CHUNK, rows - start)]
                if file.readinto(chunk.data) != chunk.nbytes:
                    raise IndexLostError(f"The vector file {self._path} is too short.")
                yield chunk

    def _opened(self) -> FileIO:
        try:
            return FileIO(self._path)
        except FileNotFoundError as error:
            raise IndexLostError(f"The vector file {self._path} is gone.") from error

    def write(self, vectors: Iterable[tuple[int, Vector]]) -> None:
        """Writes (row, vector) to the disk before it returns, so that no commit points to a lost row."""
        with self._path.open("r+b", buffering=0) as file:
            for row, vector in vectors:
                os.pwrite(file.fileno(), encode(vector).tobytes(), row * self._dimension)
            os.fdatasync(file.fileno())

    def clear(self, rows: Sequence[int]) -> None:
        """Makes freed rows far from everything, after the commit that freed them."""
        if rows:
            with self._path.open("r+b", buffering=0) as file:
                for row in rows:
                    os.pwrite(file.fileno(), bytes(self._dimension), row * self._dimension)

    def replace(self, vectors: Iterable[tuple[int, Vector]], rows: int) -> None:
        """Makes the file anew, with `rows` rows, in one step."""
        draft = self._path.with_name(self._path.name + "-draft")
        draft.unlink(missing_ok=True)
        draft.touch()
        os.truncate(draft, rows * self._dimension)
        VectorFile(draft, self._dimension).write(vectors)
        draft.replace(self._path)

    def holds(self, rows: int) -> bool:
        try:
            return self._path.stat().st_size >= rows * self._dimension
        except FileNotFoundError:
            return False


def encode(vector: Vector) -> Codes:
    """The direction in int8. A zero vector stays zero, at a right angle to everything."""
    largest = float(np.abs(vector).max(initial=0.0))
    return np.rint(vector * (127.0 / largest if largest else 0.0)).astype(np.int8)


def nearest(chunks: Iterable[Codes], vector: Vector, count: int) -> list[int]:
    """Rows by angle, nearest first."""
    wanted = encode(vector)[None]
    rows = np.zeros(0, dtype=np.int64)
    angles = np.zeros(0, dtype=np.float64)
    bound, start = np.inf, 0
    for codes in chunks:
        # Any `out_dtype` but the default takes ten times as long.
        found = np.asarray(numkong.cdist(wanted, codes, "angular")).reshape(-1)
        nearer = np.flatnonzero(found < bound)
        rows, angles = np.concatenate([rows, nearer + start]), np.concatenate([angles, found[nearer]])
        if len(rows) > count:
            best = np.argpartition(angles, count - 1)[:count]
            rows, angles = rows[best], angles[best]
            bound = float(angles.max())
        start += len(codes)
    return [int(row) for row in rows[np.argsort(angles, kind="stable")]]


def pack(vectors: Matrix) -> list[bytes]:
    """Packs rows as float16, which moves a cosine by less than 0.0001."""
    return [row.tobytes() for row in np.ascontiguousarray(vectors, dtype="<f2")]


def unpack(rows: Sequence[bytes]) -> Matrix:
    """Restores the unit length that rounding moved. Raises IndexLostError for rows that are not alike."""
    if len({len(row) for row in rows}) > 1:
        raise IndexLostError("The stored vectors differ in length.")
    vectors: Matrix = np.frombuffer(b"".join(rows), dtype="<f2").reshape(len(rows), -1).astype(np.float32)
    lengths: Matrix = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    lengths[lengths == 0] = 1.0
    return vectors / lengths
