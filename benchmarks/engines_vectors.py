"""The vector indexes that `benchmarks.engines` compares. Each searches with one thread and reads a mapped file."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from threadpoolctl import threadpool_limits
from usearch.index import Index, MetricKind, search

from factcheck.ports import Matrix, Vector
from indexer.backends.embedded.vectors import Codes, VectorFile, encode


class VectorEngine(Protocol):
    def build(self, vectors: Matrix) -> None:
        """Row n is vector n. Written, and open for searching, when this returns."""

    def search(self, vector: Vector, count: int) -> list[int]:
        """Rows, nearest first."""

    def write(self, row: int, vector: Vector) -> None:
        """One more: on the disk, whole, when this returns."""


class FloatScan:
    """NumPy: the product with every row as it is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "rows"

    def build(self, vectors: Matrix) -> None:
        vectors.tofile(self._path)
        self._rows = np.memmap(self._path, dtype=np.float32, mode="r", shape=vectors.shape)

    def search(self, vector: Vector, count: int) -> list[int]:
        with threadpool_limits(1):
            cosines = self._rows @ vector
        best = np.argpartition(-cosines, count - 1)[:count]
        return [int(row) for row in best[np.argsort(-cosines[best], kind="stable")]]

    def write(self, row: int, vector: Vector) -> None:
        with self._path.open("r+b", buffering=0) as file:
            os.pwrite(file.fileno(), vector.tobytes(), row * vector.nbytes)
            os.fdatasync(file.fileno())


class CodeScan:
    """NumKong over the file of int8 rows, as the embedded backend uses it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "codes"

    def build(self, vectors: Matrix) -> None:
        self._rows = len(vectors)
        self._file = VectorFile(self._path, vectors.shape[1])
        self._file.replace(enumerate(vectors), self._rows)

    def search(self, vector: Vector, count: int) -> list[int]:
        return self._file.nearest(vector, self._rows, count)

    def write(self, row: int, vector: Vector) -> None:
        self._file.write([(row, vector)])


class UsearchScan(CodeScan):
    """usearch over the same file."""

    def build(self, vectors: Matrix) -> None:
        super().build(vectors)
        self._mapped: Codes = np.memmap(self._path, dtype=np.int8, mode="r", shape=vectors.shape)

    def search(self, vector: Vector, count: int) -> list[int]:
        found = search(self._mapped, encode(vector), count, MetricKind.Cos, exact=True, threads=1)
        return [int(row) for row in found.keys]


class Graph:
    """usearch HNSW with its own settings (16 links, 128 looked at when a row is put in)."""

    def __init__(self, folder: Path, small: bool) -> None:
        """`small`: of the same int8 codes as the scan, else of float32."""
        self._path = folder / "graph"
        self._prepare: Callable[[Vector], Vector | Codes] = encode if small else np.asarray
        self._type = "i8" if small else "f32"

    def build(self, vectors: Matrix) -> None:
        self._writer = Index(ndim=vectors.shape[1], metric=MetricKind.Cos, dtype=self._type)
        rows = np.stack([self._prepare(vector) for vector in vectors])
        self._writer.add(np.arange(len(rows)), rows, threads=os.cpu_count() or 1)
        self._save()
        self._reader = Index(ndim=vectors.shape[1], metric=MetricKind.Cos, dtype=self._type)
        self._reader.view(str(self._path))

    def look_at(self, expansion: int) -> None:
        """So many rows are weighed in a search."""
        self._reader.expansion_search = expansion

    def search(self, vector: Vector, count: int) -> list[int]:
        return [int(row) for row in self._reader.search(self._prepare(vector), count, threads=1).keys]

    def write(self, row: int, vector: Vector) -> None:
        self._writer.add(row, self._prepare(vector))
        self._save()

    def _save(self) -> None:
        """Its file has no other way to change than to be written anew."""
        draft = self._path.with_name("draft")
        self._writer.save(str(draft))
        descriptor = os.open(draft, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        draft.replace(self._path)


VECTOR_ENGINES: Sequence[tuple[str, Callable[[Path], VectorEngine], Sequence[int]]] = (
    ("NumPy float32, every row", FloatScan, (0,)),
    ("usearch int8, every row", UsearchScan, (0,)),
    ("NumKong int8, every row (in use)", CodeScan, (0,)),
    ("usearch HNSW float32", lambda folder: Graph(folder, small=False), (100, 400)),
    ("usearch HNSW int8", lambda folder: Graph(folder, small=True), (100, 400)),
)
"""Name, how to make it, and how many rows each search weighs (0: all)."""
