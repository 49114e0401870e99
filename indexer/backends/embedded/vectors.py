"""The vectors of the embedded index: one file of int8 rows, shared in memory, of which a search compares every one.

So nothing is lost, a write is one row, and there is no graph to build (docs/decisions/embedded-index.md; figures by
`python -m benchmarks.engines`).

Rows are divided by their largest value, rounded, and compared by angle. That moves a cosine by less than 0.001; the
stored vectors decide.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numkong
import numpy as np
import numpy.typing as npt

from factcheck.errors import SearchUnavailableError
from factcheck.ports import Matrix, Vector

Codes = npt.NDArray[np.int8]
_CHUNK = 65_536


class VectorFile:
    """Row `n` holds the code of window `n`; the table says which rows are in use."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension
        self._mapped: Codes = np.zeros((0, dimension), dtype=np.int8)

    def nearest(self, vector: Vector, rows: int, count: int) -> list[int]:
        """Row numbers, nearest first. Free rows may be among them."""
        return nearest(self._map(rows), vector, count)

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

    def _map(self, rows: int) -> Codes:
        mapped = self._mapped
        if len(mapped) < rows:
            if not self.holds(rows):
                raise SearchUnavailableError(f"The vector file {self._path} is damaged; a restart repairs it.")
            count = self._path.stat().st_size // self._dimension
            mapped = np.memmap(self._path, dtype=np.int8, mode="r", shape=(count, self._dimension))
            self._mapped = mapped
        return mapped[:rows]


def encode(vector: Vector) -> Codes:
    """The direction in int8. A zero vector stays zero, at a right angle to everything."""
    largest = float(np.abs(vector).max(initial=0.0))
    return np.rint(vector * (127.0 / largest if largest else 0.0)).astype(np.int8)


def nearest(codes: Codes, vector: Vector, count: int) -> list[int]:
    """Rows by angle, nearest first."""
    wanted = encode(vector)[None]
    rows = np.zeros(0, dtype=np.int64)
    angles = np.zeros(0, dtype=np.float64)
    bound = np.inf
    for start in range(0, len(codes), _CHUNK):
        # Any `out_dtype` but the default takes ten times as long.
        found = numkong.cdist(wanted, codes[start : start + _CHUNK], "angular")
        chunk = np.asarray(found).reshape(-1)
        nearer = np.flatnonzero(chunk < bound)
        rows, angles = np.concatenate([rows, nearer + start]), np.concatenate([angles, chunk[nearer]])
        if len(rows) > count:
            best = np.argpartition(angles, count - 1)[:count]
            rows, angles = rows[best], angles[best]
            bound = float(angles.max())
    return [int(row) for row in rows[np.argsort(angles, kind="stable")]]


def pack(vectors: Matrix) -> list[bytes]:
    """Packs rows as float16, which moves a cosine by less than 0.0001."""
    return [row.tobytes() for row in np.ascontiguousarray(vectors, dtype="<f2")]


def unpack(rows: Sequence[bytes]) -> Matrix:
    """Restores the unit length that rounding moved."""
    vectors: Matrix = np.frombuffer(b"".join(rows), dtype="<f2").reshape(len(rows), -1).astype(np.float32)
    lengths: Matrix = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    lengths[lengths == 0] = 1.0
    return vectors / lengths
