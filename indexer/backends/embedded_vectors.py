"""All vectors of the embedded index in one matrix, kept by each process and read again only where another wrote."""

import sqlite3
import threading
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from factcheck.ports import Matrix, Vector
from indexer.backends.embedded_file import read_changes, unpack

_GONE = -1
_FIRST_CAPACITY = 1024


@dataclass(frozen=True)
class Snapshot:
    """What one search sees. Rows of later writes lie behind `count`; rows taken out have owner -1."""

    rows: Matrix
    owners: npt.NDArray[np.int64]
    count: int
    names: dict[int, str]
    """Document -> article id."""
    places: dict[int, range]
    """Document -> its rows."""

    def nearest(self, vector: Vector, limit: int, windows: int) -> list[tuple[int, float]]:
        """(document, highest cosine of its windows), best first. `windows`: most rows of one document."""
        if not self.count:
            return []
        cosines = self.rows[: self.count] @ vector
        owners = self.owners[: self.count]
        cosines = np.where(owners == _GONE, -2.0, cosines)
        reach = min(self.count, limit * windows)
        best = np.argpartition(-cosines, reach - 1)[:reach]
        found: dict[int, float] = {}
        for row in best[np.argsort(-cosines[best], kind="stable")]:
            owner = int(owners[row])
            if owner != _GONE and owner in self.names:
                found.setdefault(owner, float(cosines[row]))
            if len(found) == limit:
                break
        return list(found.items())

    def cosine(self, document: int, vector: Vector) -> float | None:
        place = self.places.get(document)
        if place is None:
            return None
        return float(np.max(self.rows[place.start : place.stop] @ vector))


@dataclass
class VectorTable:
    """The matrix of one index file. Rows are only added behind the others or marked as gone, so a search may go on
    reading while another thread takes in new rows."""

    dimension: int
    _rows: Matrix = field(init=False)
    _owners: npt.NDArray[np.int64] = field(init=False)
    _count: int = 0
    _gone: int = 0
    _seen: int = 0
    _names: dict[int, str] = field(default_factory=dict)
    _places: dict[int, range] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._allocate(_FIRST_CAPACITY)

    def refreshed(self, connection: sqlite3.Connection) -> Snapshot:
        """Take in what changed since the last call, and return what there is. Call inside a read transaction."""
        changes = read_changes(connection)
        with self._lock:
            if changes > self._seen:
                self._take_in(connection)
                self._seen = changes
            return Snapshot(self._rows, self._owners, self._count, self._names, self._places)

    def _take_in(self, connection: sqlite3.Connection) -> None:
        names, places = dict(self._names), dict(self._places)  # snapshots keep the old ones
        since = (self._seen,)
        for (document,) in connection.execute("SELECT document FROM deletions WHERE changed > ?", since):
            self._remove(places.pop(document, None))
            names.pop(document, None)
        changed = connection.execute("SELECT id, article_id, vectors FROM documents WHERE changed > ?", since)
        for document, article_id, data in changed:
            self._remove(places.pop(document, None))
            names[document] = article_id
            if data is not None:
                places[document] = self._append(document, unpack(data, self.dimension))
        self._names, self._places = names, places
        if self._gone > max(_FIRST_CAPACITY, self._count // 3):
            self._compact()

    def _append(self, document: int, vectors: Matrix) -> range:
        end = self._count + len(vectors)
        if end > len(self._rows):
            self._allocate(max(end, 2 * len(self._rows)))
        self._rows[self._count : end] = vectors
        self._owners[self._count : end] = document
        place = range(self._count, end)
        self._count = end
        return place

    def _remove(self, place: range | None) -> None:
        if place is not None:
            self._owners[place.start : place.stop] = _GONE
            self._gone += len(place)

    def _allocate(self, capacity: int) -> None:
        rows = np.zeros((capacity, self.dimension), dtype=np.float32)
        owners = np.full(capacity, _GONE, dtype=np.int64)
        if self._count:
            rows[: self._count] = self._rows[: self._count]
            owners[: self._count] = self._owners[: self._count]
        self._rows, self._owners = rows, owners

    def _compact(self) -> None:
        old, places = self._rows, self._places
        self._count = self._gone = 0
        live = sum(len(place) for place in places.values())
        self._allocate(max(_FIRST_CAPACITY, live * 3 // 2))
        self._places = {
            document: self._append(document, old[place.start : place.stop]) for document, place in places.items()
        }
