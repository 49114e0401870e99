"""Reads a whole index file and its lists, and compares them with their checksums."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from factcheck.errors import IndexLostError
from indexer.backends.embedded.checksums import of_document, of_window
from indexer.backends.embedded.directory import locked, transaction, words_path
from indexer.backends.embedded.file import count_rows
from indexer.backends.embedded.lists import Lists
from indexer.backends.embedded.vectors import VectorFile
from indexer.backends.embedded.word_files import damaged_files


def verify(path: Path, connection: sqlite3.Connection, lists: Lists) -> None:
    """Looks again while nobody writes before it believes in damage: rows are used again, files are merged. Raises
    IndexLostError. Call it outside of transactions."""
    if _first_fault(path, connection, lists):
        with locked(path):
            fault = _first_fault(path, connection, lists)
        if fault:
            raise IndexLostError(f"The search index {path} is damaged: {fault}.")


def _first_fault(path: Path, connection: sqlite3.Connection, lists: Lists) -> str:
    with transaction(connection, "DEFERRED"):
        return next(_faults(path, connection, lists), "")


def _faults(path: Path, connection: sqlite3.Connection, lists: Lists) -> Iterator[str]:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        yield str(found)
    for name in damaged_files(words_path(path)):
        yield f"{name} of the word index"
    if has_checksums(connection):
        yield from _wrong_documents(connection)
        yield from _wrong_windows(connection, lists.vectors)


def has_checksums(connection: sqlite3.Connection) -> bool:
    """False in an index that a release before them made."""
    statement = "SELECT count(*) FROM pragma_table_info('documents') WHERE name = 'checksum'"
    return bool(connection.execute(statement).fetchone()[0])


def _wrong_documents(connection: sqlite3.Connection) -> Iterator[str]:
    statement = (
        "SELECT id, checksum, article_id, version, fingerprint, text, replies,"
        " (SELECT json_group_array(url) FROM urls WHERE document = id) FROM documents"
    )
    for number, checksum, article_id, version, mark, text, replies, urls in connection.execute(statement):
        if of_document(article_id, version, mark, text, replies, json.loads(urls)) != checksum:
            yield f"document {number}"


def _wrong_windows(connection: sqlite3.Connection, vectors: VectorFile) -> Iterator[str]:
    windows = connection.execute("SELECT row, document, vector, checksum FROM windows ORDER BY row")
    window = windows.fetchone()
    start = 0
    for codes in vectors.chunks(count_rows(connection)):
        while window is not None and window[0] < start + len(codes):
            row, document, vector, checksum = window
            if row < start or of_window(document, vector, codes[row - start].tobytes()) != checksum:
                yield f"window {row}"
            window = windows.fetchone()
        start += len(codes)
