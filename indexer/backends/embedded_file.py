"""One file of the embedded index: its tables, and the statements that read and write them.

Words lie in an FTS5 table over the tokens of `matching.tokens.bigrams`, vectors as float32 blobs, several rows an
article. `changed` numbers every write, so that another process sees what it has to read again. Ids are never used
twice, so that a deletion and a new document cannot be confused.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from factcheck.matching.tokens import bigrams
from factcheck.ports import Matrix, SearchDocument
from indexer.backends.identity import IndexIdentity, ModelIdentity, check_dimension

BUSY_SECONDS = 10.0
# The default categories leave out marks, which Thai is full of, and letters younger than SQLite's Unicode tables.
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    tokens TEXT NOT NULL,
    vectors BLOB,
    changed INTEGER NOT NULL
);
CREATE INDEX documents_fingerprint ON documents (fingerprint);
CREATE INDEX documents_changed ON documents (changed);
CREATE TABLE urls (url TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (url, document)) WITHOUT ROWID;
CREATE INDEX urls_document ON urls (document);
CREATE TABLE deletions (document INTEGER PRIMARY KEY, changed INTEGER NOT NULL);
CREATE INDEX deletions_changed ON deletions (changed);
CREATE VIRTUAL TABLE words USING fts5 (
    tokens, content='documents', content_rowid='id',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn' tokenchars '.,:/'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');
"""


def create_file(path: Path, identity: IndexIdentity) -> None:
    """Make an empty index file. It must not exist."""
    connection = _connect(path, "rwc")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        value = {"name": identity.model.name, "dimension": identity.model.dimension, "mapping": identity.mapping}
        with connection:
            connection.execute("INSERT INTO meta VALUES ('identity', ?)", (json.dumps(value),))
            connection.execute("INSERT INTO meta VALUES ('changes', 0)")
    finally:
        connection.close()


def open_file(path: Path) -> sqlite3.Connection:
    """A connection without automatic transactions. Raises sqlite3.OperationalError when the file is not there."""
    connection = _connect(path, "rw")
    connection.execute("PRAGMA synchronous=NORMAL")  # all of it can be built again from the database
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    # Threads have their own; only closing may happen in another one, when its thread is gone.
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def read_identity(connection: sqlite3.Connection) -> IndexIdentity:
    (value,) = connection.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
    data = json.loads(value)
    return IndexIdentity(ModelIdentity(data["name"], data["dimension"]), data["mapping"])


def read_changes(connection: sqlite3.Connection) -> int:
    """The number of the last write."""
    (value,) = connection.execute("SELECT value FROM meta WHERE key = 'changes'").fetchone()
    return int(value)


def write_documents(
    connection: sqlite3.Connection, identity: IndexIdentity, documents: Iterable[SearchDocument]
) -> None:
    """In the caller's transaction. A document with a lower version than the stored one is left out."""
    changed = _next_change(connection)
    for document in documents:
        known = connection.execute(
            "SELECT id, version, tokens FROM documents WHERE article_id = ?", (document.article_id,)
        ).fetchone()
        if known is None:
            _insert(connection, identity, document, changed)
        elif known[1] <= document.version:
            _update(connection, identity, document, changed, known[0], known[2])


def delete_documents(connection: sqlite3.Connection, article_ids: Iterable[str]) -> None:
    """In the caller's transaction."""
    changed = _next_change(connection)
    for article_id in article_ids:
        known = connection.execute("SELECT id, tokens FROM documents WHERE article_id = ?", (article_id,)).fetchone()
        if known is not None:
            _forget_words(connection, *known)
            connection.execute("DELETE FROM urls WHERE document = ?", known[:1])
            connection.execute("DELETE FROM documents WHERE id = ?", known[:1])
            connection.execute("INSERT INTO deletions VALUES (?, ?)", (known[0], changed))


def pack(identity: IndexIdentity, vectors: Matrix | None) -> bytes | None:
    """Raises IndexMismatchError when the rows have another dimension."""
    if vectors is None or not len(vectors):
        return None
    check_dimension(identity, vectors.shape[1])
    return np.ascontiguousarray(vectors, dtype="<f4").tobytes()


def unpack(data: bytes, dimension: int) -> Matrix:
    return np.frombuffer(data, dtype="<f4").reshape(-1, dimension).astype(np.float32)


def _next_change(connection: sqlite3.Connection) -> int:
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'changes'")
    return read_changes(connection)


def _insert(connection: sqlite3.Connection, identity: IndexIdentity, document: SearchDocument, changed: int) -> None:
    tokens = " ".join(bigrams(document.text))
    cursor = connection.execute(
        "INSERT INTO documents (article_id, version, fingerprint, tokens, vectors, changed) VALUES (?, ?, ?, ?, ?, ?)",
        (*_head(document), tokens, pack(identity, document.vectors), changed),
    )
    _add_words_and_urls(connection, int(cursor.lastrowid or 0), tokens, document.urls)


def _update(
    connection: sqlite3.Connection,
    identity: IndexIdentity,
    document: SearchDocument,
    changed: int,
    number: int,
    old_tokens: str,
) -> None:
    tokens = " ".join(bigrams(document.text))
    _forget_words(connection, number, old_tokens)
    connection.execute("DELETE FROM urls WHERE document = ?", (number,))
    connection.execute(
        "UPDATE documents SET article_id = ?, version = ?, fingerprint = ?, tokens = ?, vectors = ?, changed = ?"
        " WHERE id = ?",
        (*_head(document), tokens, pack(identity, document.vectors), changed, number),
    )
    _add_words_and_urls(connection, number, tokens, document.urls)


def _head(document: SearchDocument) -> tuple[str, int, str]:
    return document.article_id, document.version, document.fingerprint


def _add_words_and_urls(connection: sqlite3.Connection, number: int, tokens: str, urls: Sequence[str]) -> None:
    connection.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (number, tokens))
    connection.executemany("INSERT OR IGNORE INTO urls VALUES (?, ?)", [(url, number) for url in urls])


def _forget_words(connection: sqlite3.Connection, number: int, tokens: str) -> None:
    """FTS5 over an outside table wants the old content to take it out."""
    connection.execute("INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, ?)", (number, tokens))
