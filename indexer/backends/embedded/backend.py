"""The search index of the default profile: files in a directory, no server."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from factcheck.errors import EmbedderUnavailableError, IndexLostError, SearchUnavailableError
from factcheck.ports import (
    Hit,
    IndexStatus,
    Matrix,
    SearchDocument,
    SearchQuery,
    UnfinishedBuild,
    WordHits,
    WordQuery,
)
from indexer.backends.embedded import checks, file
from indexer.backends.embedded.directory import (
    IndexDirectory,
    damage,
    errors,
    locked,
    marking,
    remove_file,
    size_bytes,
    transaction,
)
from indexer.backends.embedded.lists import BATCH, Lists, catch_up, commit, open_lists
from indexer.backends.embedded.salvage import salvaged
from indexer.backends.embedded.search import candidates, containing
from indexer.backends.identity import Expected, IndexIdentity, check_dimension

Found = TypeVar("Found")

SALVAGED = 200
"""Documents taken over in one transaction."""

_ATTEMPTS = 5
"""An index may be replaced while it is opened or read."""


@dataclass
class _Opened:
    path: Path
    connection: sqlite3.Connection
    identity: IndexIdentity
    process: int


class EmbeddedSearch:
    """Implements `ports.SearchBackend`. Safe for many threads and processes of one machine."""

    def __init__(self, directory: Path, expected: Expected) -> None:
        self._directory = IndexDirectory(directory)
        self._expected = expected
        self._local = threading.local()
        self._opened_lists: dict[tuple[Path, int], Lists] = {}
        self._lists_lock = threading.Lock()

    def index(self, documents: Sequence[SearchDocument]) -> None:
        if documents:
            with self._writing(len(documents)) as opened:
                self._write(opened, lambda: file.write_documents(opened.connection, opened.identity, documents))

    def delete(self, article_ids: Sequence[str]) -> None:
        if article_ids and self._is_there():
            with self._writing() as opened:
                self._write(opened, lambda: file.delete_documents(opened.connection, article_ids))

    def purge(self) -> bool:
        if self._is_there():
            with self._writing() as opened:
                with transaction(opened.connection, "IMMEDIATE"):
                    file.all_pending(opened.connection)
                catch_up(opened.path, opened.connection)
                opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return True

    def candidates(self, query: SearchQuery) -> list[Hit]:
        return self._again(lambda: self._candidates(query))

    def containing(self, query: WordQuery) -> WordHits:
        return self._again(lambda: self._containing(query))

    def _again(self, search: Callable[[], Found]) -> Found:
        """Searches once more when the index was replaced meanwhile."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return search()
            except SearchUnavailableError:
                if not self._replaced():
                    raise
        return search()

    def _containing(self, query: WordQuery) -> WordHits:
        with self._reading(check=True) as opened:
            return containing(opened.connection, self._lists(opened), query) if opened else WordHits(0, ())

    def _candidates(self, query: SearchQuery) -> list[Hit]:
        with self._reading(check=True) as opened:
            if opened is None:
                return []
            if query.vector is not None:
                check_dimension(opened.identity, len(query.vector))
            return candidates(opened.connection, self._lists(opened), query)

    def vectors(self, article_id: str) -> Matrix | None:
        with self._reading() as opened:
            return file.vectors_of(opened.connection, article_id) if opened else None

    def versions(self) -> dict[str, int]:
        with self._reading() as opened:
            return dict(opened.connection.execute("SELECT article_id, version FROM documents")) if opened else {}

    def rebuild(self, *, fresh: bool = False, salvage: bool = False) -> "EmbeddedBuild":
        identity = self._expected.get()
        with errors(), self._directory.exclusive():
            self._directory.remove_abandoned()
            for file_beside in self._directory.beside():
                if fresh or damage(file_beside):
                    remove_file(file_beside)
            found = [path for path, kept, _ in self._beside() if kept == identity]
            path = found[0] if found else self._directory.new_file()
            if not found:
                file.create_file(path, identity)
        build = EmbeddedBuild(self._directory, path, identity)
        live = self._directory.live()
        if salvage and live is not None:
            build.take_over(live)
        return build

    def status(self) -> IndexStatus:
        wanted, unfinished = self._expected.describe(), self._unfinished()
        try:
            with self._reading() as opened:
                if opened is None:
                    return IndexStatus("embedded", "", wanted, 0, False, unfinished=unfinished)
                (count,) = opened.connection.execute("SELECT count(*) FROM documents").fetchone()
                size, differs = size_bytes(opened.path), self._expected.differences(opened.identity)
                return IndexStatus("embedded", str(opened.identity), wanted, count, True, size, differs, unfinished)
        except IndexLostError as error:
            return IndexStatus("embedded", "", wanted, 0, False, unfinished=unfinished, fault=error.reason)

    def ping(self) -> None:
        with self._reading() as opened:
            if opened is not None:
                file.read_identity(opened.connection)
                self._lists(opened).check_lengths(file.count_rows(opened.connection))

    def verify(self) -> None:
        with errors():
            opened = self._open()
            if opened is None:
                self._expected.check_absent()
                return
            # Pages that a connection has read once it need not read again.
            with marking(opened.path), errors(), closing(file.open_file(opened.path)) as connection:
                checks.verify(opened.path, connection, self._lists(opened))

    def _beside(self) -> Iterator[tuple[Path, IndexIdentity, int]]:
        for path in self._directory.beside():
            with suppress(IndexLostError), errors(), closing(file.open_file(path)) as connection:
                (count,) = connection.execute("SELECT count(*) FROM documents").fetchone()
                yield path, file.read_identity(connection), count

    def _unfinished(self) -> tuple[UnfinishedBuild, ...]:
        try:
            wanted = self._expected.get()
        except EmbedderUnavailableError:
            wanted = None
        return tuple(UnfinishedBuild(p.name, str(found), count, found == wanted) for p, found, count in self._beside())

    @contextmanager
    def _writing(self, bringing: int = 0) -> Iterator[_Opened]:
        with errors(), self._directory.exclusive():
            if not self._is_there(bringing):
                path = self._directory.new_file()
                file.create_file(path, self._expected.get())
                self._directory.point_to(path)
            opened = self._open()
            if opened is None:
                raise SearchUnavailableError(f"The search index in {self._directory.path} was removed meanwhile.")
            self._expected.check_written(opened.identity)
            with marking(opened.path), errors():
                self._lists(opened)
                with locked(opened.path):
                    yield opened

    def _write(self, opened: _Opened, change: Callable[[], file.Rows]) -> None:
        commit(opened.connection, self._lists(opened).vectors, change)
        catch_up(opened.path, opened.connection)

    @contextmanager
    def _reading(self, check: bool = False) -> Iterator[_Opened | None]:
        """Opens one state of the index for all statements inside; None while there is nothing to index."""
        with errors():
            opened = self._open()
            if opened is None:
                self._expected.check_absent()
                yield None
                return
            if check:
                self._expected.check_searched(opened.identity)
            with marking(opened.path), errors():
                self._lists(opened)
                with transaction(opened.connection, "DEFERRED"):
                    yield opened

    def _is_there(self, bringing: int = 0) -> bool:
        """Raises IndexLostError where one should be."""
        if self._directory.live() is None:
            self._expected.check_absent(bringing)
            return False
        return True

    def _replaced(self) -> bool:
        opened: _Opened | None = getattr(self._local, "opened", None)
        return opened is not None and opened.path != self._directory.live()

    def _open(self) -> _Opened | None:
        """This thread's connection, opened anew when another file is in use."""
        for _ in range(_ATTEMPTS):
            path = self._directory.live()
            if path is None:
                return None
            if fault := damage(path):
                raise IndexLostError(fault)
            kept: _Opened | None = getattr(self._local, "opened", None)
            is_there = path.exists()  # a connection keeps a file that was removed
            if is_there and kept is not None and kept.path == path and kept.process == os.getpid():
                return kept
            if kept is not None and kept.process == os.getpid():
                kept.connection.close()
            self._local.opened = None
            if is_there:  # else it was replaced just now
                with marking(path), errors():
                    connection = file.open_file(path)
                    identity = file.read_identity(connection)
                self._local.opened = _Opened(path, connection, identity, os.getpid())
                return self._local.opened
            time.sleep(0.01)
        raise IndexLostError(f"The search index in {self._directory.path} has lost its file.")

    def _lists(self, opened: _Opened) -> Lists:
        """Brings the lists in line with the file when this process opens it."""
        with self._lists_lock:
            key = (opened.path, opened.process)
            if key not in self._opened_lists:
                dimension = opened.identity.model.dimension
                self._opened_lists = {key: open_lists(opened.path, opened.connection, dimension)}
            return self._opened_lists[key]


class EmbeddedBuild:
    """Implements `ports.IndexBuild`. Several processes may fill one. The next rebuild removes a damaged one."""

    def __init__(self, directory: IndexDirectory, path: Path, identity: IndexIdentity) -> None:
        self._directory = directory
        self._path = path
        self._identity = identity
        with self._errors():
            self._connection = file.open_file(path)
            self._vectors = open_lists(path, self._connection, identity.model.dimension).vectors

    def take_over(self, live: Path) -> None:
        """Writes what is sound in another index of the same identity and missing here."""
        known = self.versions()
        with salvaged(live, self._identity, known) as documents:
            while batch := list(islice(documents, SALVAGED)):
                self.index(batch)

    def index(self, documents: Sequence[SearchDocument]) -> None:
        with self._errors(), locked(self._path):
            change = partial(file.write_documents, self._connection, self._identity, documents)
            commit(self._connection, self._vectors, change)
            if file.count_pending(self._connection) >= BATCH:
                catch_up(self._path, self._connection)

    def versions(self) -> dict[str, int]:
        with self._errors():
            return dict(self._connection.execute("SELECT article_id, version FROM documents"))

    def finish(self) -> None:
        with self._errors(), locked(self._path):
            catch_up(self._path, self._connection)
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def switch(self) -> None:
        self.finish()
        with errors():
            self._connection.close()
            self._directory.replace_live(self._path)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with marking(self._path), errors():
            yield
