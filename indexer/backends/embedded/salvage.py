"""Reads the sound documents of a damaged index file, so that only the others must be embedded again."""

import sqlite3
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from factcheck.errors import IndexLostError
from factcheck.ports import SearchDocument
from indexer.backends.embedded.checks import has_checksums
from indexer.backends.embedded.checksums import of_document, of_window
from indexer.backends.embedded.directory import errors
from indexer.backends.embedded.file import open_file, read_identity
from indexer.backends.embedded.vectors import encode, unpack
from indexer.backends.identity import IndexIdentity


@contextmanager
def salvaged(path: Path, identity: IndexIdentity, known: Container[str]) -> Iterator[Iterator[SearchDocument]]:
    """Gives the unknown documents, and nothing of an index that cannot be opened or has another identity."""
    with suppress(IndexLostError), errors(), closing(open_file(path)) as connection:
        if read_identity(connection) == identity and has_checksums(connection):
            numbers = [number for number, article_id in _listed(connection) if article_id not in known]
            yield (document for number in numbers if (document := _sound(connection, number)) is not None)
            return
    yield iter(())


def _listed(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    with suppress(sqlite3.DatabaseError, UnicodeDecodeError):  # what comes after the damage is embedded again
        yield from connection.execute("SELECT id, article_id FROM documents ORDER BY id")


def _sound(connection: sqlite3.Connection, number: int) -> SearchDocument | None:
    try:
        return _read(connection, number)
    except (sqlite3.DatabaseError, IndexLostError, ValueError, TypeError):
        return None


def _read(connection: sqlite3.Connection, number: int) -> SearchDocument | None:
    checksum, article_id, version, fingerprint, text, replies = connection.execute(
        "SELECT checksum, article_id, version, fingerprint, text, replies FROM documents WHERE id = ?", (number,)
    ).fetchone()
    urls = [url for (url,) in connection.execute("SELECT url FROM urls WHERE document = ? ORDER BY url", (number,))]
    windows = connection.execute(
        "SELECT vector, checksum FROM windows WHERE document = ? ORDER BY row", (number,)
    ).fetchall()
    packed = [data for data, _ in windows]
    vectors = unpack(packed) if packed else None
    found = [of_window(number, data, encode(unpack([data])[0]).tobytes()) for data in packed]
    if of_document(article_id, version, fingerprint, text, replies, urls) != checksum or found != [
        one for _, one in windows
    ]:
        return None
    return SearchDocument(article_id, version, text, fingerprint, tuple(urls), vectors, replies)
