"""The search index of the default profile: a directory, no server. See `embedded_directory` and `embedded_file`."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from factcheck.errors import SearchUnavailableError
from factcheck.matching.tokens import MOST_WINDOWS
from factcheck.ports import Hit, IndexStatus, Matrix, SearchDocument, SearchQuery
from indexer.backends import embedded_file as file
from indexer.backends import embedded_search as search
from indexer.backends.embedded_directory import IndexDirectory, errors, remove_file, size_bytes, transaction
from indexer.backends.embedded_vectors import Snapshot, VectorTable
from indexer.backends.identity import Expected, IndexIdentity, check_dimension


@dataclass
class _Opened:
    """A connection of one thread to one file."""

    path: Path
    connection: sqlite3.Connection
    identity: IndexIdentity
    process: int


class EmbeddedSearch:
    """Implements `ports.SearchBackend` in a directory. Safe for many threads and processes of one machine."""

    def __init__(self, directory: Path, expected: Expected) -> None:
        self._directory = IndexDirectory(directory)
        self._expected = expected
        self._local = threading.local()
        self._tables: dict[Path, VectorTable] = {}
        self._tables_lock = threading.Lock()

    def index(self, documents: Sequence[SearchDocument]) -> None:
        if documents:
            with self._writing() as opened:
                file.write_documents(opened.connection, opened.identity, documents)

    def delete(self, article_ids: Sequence[str]) -> None:
        if article_ids and self._directory.live() is not None:
            with self._writing() as opened:
                file.delete_documents(opened.connection, article_ids)

    def candidates(self, query: SearchQuery) -> list[Hit]:
        with self._reading(check=True) as opened:
            return _candidates(opened, self._table(opened), query) if opened else []

    def vectors(self, article_id: str) -> Matrix | None:
        with self._reading() as opened:
            if opened is None:
                return None
            statement = "SELECT vectors FROM documents WHERE article_id = ?"
            row = opened.connection.execute(statement, (article_id,)).fetchone()
            return file.unpack(row[0], opened.identity.model.dimension) if row and row[0] else None

    def versions(self) -> dict[str, int]:
        with self._reading() as opened:
            return dict(opened.connection.execute("SELECT article_id, version FROM documents")) if opened else {}

    def rebuild(self) -> "EmbeddedBuild":
        identity = self._expected.get()
        with errors():
            self._directory.remove_orphans()
            path = self._directory.new_file()
            file.create_file(path, identity)
        return EmbeddedBuild(self._directory, path, identity)

    def status(self) -> IndexStatus:
        wanted = self._expected.describe()
        with self._reading() as opened:
            if opened is None:
                return IndexStatus("embedded", "", wanted, 0, False)
            (count,) = opened.connection.execute("SELECT count(*) FROM documents").fetchone()
            return IndexStatus("embedded", str(opened.identity), wanted, count, True, size_bytes(opened.path))

    def ping(self) -> None:
        with self._reading() as opened:
            if opened is not None:
                file.read_changes(opened.connection)

    @contextmanager
    def _writing(self) -> Iterator[_Opened]:
        with errors(), self._directory.exclusive():
            if self._directory.live() is None:
                path = self._directory.new_file()
                file.create_file(path, self._expected.get())
                self._directory.point_to(path)
            opened = self._open()
            if opened is None:
                raise SearchUnavailableError(f"The search index in {self._directory.path} was removed meanwhile.")
            self._expected.check(opened.identity)
            with transaction(opened.connection, "IMMEDIATE"):
                yield opened

    @contextmanager
    def _reading(self, check: bool = False) -> Iterator[_Opened | None]:
        """One state of the index for all statements inside. None while nothing was ever indexed."""
        with errors():
            opened = self._open()
            if opened is None:
                yield None
                return
            if check:
                self._expected.check(opened.identity)
            with transaction(opened.connection, "DEFERRED"):
                yield opened

    def _open(self) -> _Opened | None:
        """This thread's connection to the file in use, opened again when that changed."""
        for _ in range(5):
            path = self._directory.live()
            if path is None:
                return None
            kept: _Opened | None = getattr(self._local, "opened", None)
            if kept is not None and kept.path == path and kept.process == os.getpid():
                return kept
            if kept is not None and kept.process == os.getpid():
                kept.connection.close()
            self._local.opened = None
            if path.exists():  # else it was replaced just now, and `current` names another one
                connection = file.open_file(path)
                self._local.opened = _Opened(path, connection, file.read_identity(connection), os.getpid())
                return self._local.opened
            time.sleep(0.01)
        raise SearchUnavailableError(f"The search index in {self._directory.path} has lost its file.")

    def _table(self, opened: _Opened) -> VectorTable:
        with self._tables_lock:
            if opened.path not in self._tables:
                self._tables = {opened.path: VectorTable(opened.identity.model.dimension)}
            return self._tables[opened.path]


class EmbeddedBuild:
    """Implements `ports.IndexBuild`."""

    def __init__(self, directory: IndexDirectory, path: Path, identity: IndexIdentity) -> None:
        self._directory = directory
        self._path = path
        self._identity = identity
        self._connection = file.open_file(path)

    def index(self, documents: Sequence[SearchDocument]) -> None:
        with errors(), transaction(self._connection, "IMMEDIATE"):
            file.write_documents(self._connection, self._identity, documents)

    def switch(self) -> None:
        with errors():
            self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()
            self._directory.replace_live(self._path)

    def abort(self) -> None:
        self._connection.close()
        with errors():
            remove_file(self._path)


def _candidates(opened: _Opened, table: VectorTable, query: SearchQuery) -> list[Hit]:
    connection = opened.connection
    found: dict[int, dict[str, object]] = {}
    names: dict[int, str] = {}
    for rank, (number, article_id, score) in enumerate(search.by_words(connection, query), 1):
        names[number] = article_id
        found.setdefault(number, {}).update(bm25=score, bm25_rank=rank)
    for number, article_id in search.by_fingerprint(connection, query):
        names[number] = article_id
        found.setdefault(number, {}).update(same_fingerprint=True)
    for number, article_id, shared in search.by_urls(connection, query):
        names[number] = article_id
        found.setdefault(number, {}).update(shared_urls=shared)
    if query.vector is not None:
        check_dimension(opened.identity, len(query.vector))
        snapshot = table.refreshed(connection)
        _add_cosines(found, names, snapshot, query)
    return [Hit(names[number], **values) for number, values in found.items()]  # type: ignore[arg-type]


def _add_cosines(
    found: dict[int, dict[str, object]], names: dict[int, str], snapshot: Snapshot, query: SearchQuery
) -> None:
    """Ranks for the nearest, and the cosine of every other candidate too: the decision needs it for all."""
    if query.vector is None:
        return
    for rank, (number, cosine) in enumerate(snapshot.nearest(query.vector, query.limit, MOST_WINDOWS), 1):
        names[number] = snapshot.names[number]
        found.setdefault(number, {}).update(cosine=cosine, cosine_rank=rank)
    for number, values in found.items():
        values.setdefault("cosine", snapshot.cosine(number, query.vector))
