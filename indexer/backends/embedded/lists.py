"""The two lists beside an index file, and how they are brought in line with it.

A writer commits the file first, then the word index. If it is killed in between, the next process goes on with
`pending`. A list that is missing or too short is made again.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from factcheck.errors import IndexLostError, SearchUnavailableError
from factcheck.matching.text.tokens import bigrams
from indexer.backends.embedded import file, words
from indexer.backends.embedded.directory import locked, transaction, try_locked, vectors_path, words_path
from indexer.backends.embedded.vectors import VectorFile
from indexer.backends.embedded.words import WordIndex

BATCH = 50_000
"""Documents in one commit of the word index."""


@dataclass(frozen=True)
class Lists:
    words: WordIndex
    vectors: VectorFile

    def check_lengths(self, rows: int) -> None:
        """Raises IndexLostError for a list that is gone or was cut short."""
        self.words.check_lengths()
        if not self.vectors.holds(rows):
            raise IndexLostError("The vector file is gone or too short.")


def open_lists(path: Path, connection: sqlite3.Connection, dimension: int) -> Lists:
    """Waits for another process only to repair a list. Call it outside of transactions."""
    vectors = VectorFile(vectors_path(path), dimension)
    if path.exists() and (not words_path(path).exists() or not vectors.holds(file.count_rows(connection))):
        with locked(path):
            _repair(path, connection, vectors)
    if path.exists() and file.count_pending(connection):
        with try_locked(path) as mine:  # else a writer is at it now
            if mine:
                catch_up(path, connection)
    return Lists(WordIndex(words_path(path)), vectors)


def commit(connection: sqlite3.Connection, vectors: VectorFile, change: Callable[[], file.Rows]) -> None:
    """Commits a transaction with its rows of vectors. Call it inside `locked`, then `catch_up`."""
    with transaction(connection, "IMMEDIATE"):
        rows = change()
        if rows.taken:
            vectors.write(rows.taken)
    vectors.clear(rows.freed)


def catch_up(path: Path, connection: sqlite3.Connection) -> None:
    """Brings the word index in line. Call it inside `locked`, outside of transactions."""
    while pending := file.pending_texts(connection, BATCH):
        numbers = [number for number, _, _ in pending]
        added = (
            (number, bigrams(text), bigrams(replies or "")) for number, text, replies in pending if text is not None
        )
        words.update(words_path(path), numbers, added)
        with transaction(connection, "IMMEDIATE"):
            file.drop_pending(connection, numbers)


def _repair(path: Path, connection: sqlite3.Connection, vectors: VectorFile) -> None:
    if not path.exists():
        raise SearchUnavailableError(f"The index {path} was replaced just now.")
    if not words_path(path).exists():
        # Renamed when done: an existing directory is complete.
        with transaction(connection, "IMMEDIATE"):
            file.all_pending(connection)
        draft = words_path(path).with_name(words_path(path).name + "-draft")
        shutil.rmtree(draft, ignore_errors=True)
        words.create(draft)
        draft.rename(words_path(path))
        catch_up(path, connection)
    if not vectors.holds(file.count_rows(connection)):
        with transaction(connection, "DEFERRED"):
            vectors.replace(file.stored_vectors(connection), file.count_rows(connection))
