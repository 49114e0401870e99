"""One file of the embedded index: its tables, and the statements that write them.

The file is the truth; two `lists` derived from it only propose. Row n of `vectors` belongs to the window of that
number; `words` lacks what `pending` names. What they name is looked up here in the same transaction, so no deleted
article or older text comes back.

A document's checksum covers its row and its URLs, a window's its row and that of the vector file (`checks`).

Document ids are never used twice. Rows of vectors are, after the commit that freed them, so that a killed writer spoils
no row in use.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from factcheck.errors import IndexLostError
from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Matrix, SearchDocument, Vector
from indexer.backends.embedded.checksums import of_document, of_window
from indexer.backends.embedded.vectors import encode, pack, unpack
from indexer.backends.identity import IndexIdentity, ModelIdentity, check_dimension

BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    text TEXT NOT NULL,
    replies TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE INDEX documents_fingerprint ON documents (fingerprint);
CREATE TABLE windows (
    row INTEGER PRIMARY KEY,
    document INTEGER NOT NULL,
    vector BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE INDEX windows_document ON windows (document);
CREATE TABLE free_rows (row INTEGER PRIMARY KEY);
CREATE TABLE urls (url TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (url, document)) WITHOUT ROWID;
CREATE INDEX urls_document ON urls (document);
CREATE TABLE pending (document INTEGER PRIMARY KEY);
"""


def create_file(path: Path, identity: IndexIdentity) -> None:
    """Creates an empty index file, which must not exist."""
    connection = _connect(path, "rwc")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        model = {"name": identity.model.name, "dimension": identity.model.dimension}
        value = {**model, "mapping": identity.mapping, "texts": identity.texts}
        connection.execute("INSERT INTO meta VALUES ('identity', ?)", (json.dumps(value),))
    finally:
        connection.close()


def open_file(path: Path) -> sqlite3.Connection:
    """A connection without automatic transactions. Raises IndexLostError when the file is not there."""
    if not path.exists():
        raise IndexLostError(f"The search index {path} has lost its file.")
    connection = _connect(path, "rw")
    connection.execute("PRAGMA synchronous=NORMAL")  # all of it can be built again from the database
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    # Another thread may close it when its own is gone.
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def read_identity(connection: sqlite3.Connection) -> IndexIdentity:
    """Raises IndexLostError for what no release wrote."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
    try:
        data = json.loads(row[0])
        return IndexIdentity(ModelIdentity(data["name"], data["dimension"]), data.get("texts", ""), data["mapping"])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise IndexLostError("The search index does not say what it was built for.") from error


def written(documents: Sequence[SearchDocument]) -> list[object]:
    """Tables and documents as `indexer.golden` digests them."""
    vectors = [pack(one.vectors) if one.vectors is not None else [] for one in documents]
    return [
        _SCHEMA,
        *(
            [one.fingerprint, one.text, one.replies, one.urls, bigrams(one.text), [data.hex() for data in packed]]
            for one, packed in zip(documents, vectors, strict=True)
        ),
    ]


def count_rows(connection: sqlite3.Connection) -> int:
    """Counts the rows that the vector file must have."""
    statement = (
        "SELECT max(coalesce((SELECT max(row) FROM windows), -1), coalesce((SELECT max(row) FROM free_rows), -1))"
    )
    (last,) = connection.execute(statement).fetchone()
    return int(last) + 1


@dataclass
class Rows:
    """Rows of the vector file that one transaction takes and frees. It takes none that it freed: others use them until
    it commits."""

    free: list[int]
    end: int
    taken: list[tuple[int, Vector]] = field(default_factory=list)
    freed: list[int] = field(default_factory=list)

    def take(self, vector: Vector) -> int:
        if self.free:
            row = self.free.pop()
        else:
            row, self.end = self.end, self.end + 1
        self.taken.append((row, vector))
        return row


def write_documents(
    connection: sqlite3.Connection, identity: IndexIdentity, documents: Iterable[SearchDocument]
) -> Rows:
    """Writes in the caller's transaction, which must write the rows before it commits. Skips versions lower than the
    stored one. Raises IndexMismatchError when vectors have another dimension."""
    rows = _rows(connection)
    for document in documents:
        known = connection.execute(
            "SELECT id, version FROM documents WHERE article_id = ?", (document.article_id,)
        ).fetchone()
        if known is not None and known[1] > document.version:
            continue
        if known is not None:
            _forget_parts(connection, known[0], rows)
        _write(connection, identity, document, rows)
    return rows


def delete_documents(connection: sqlite3.Connection, article_ids: Iterable[str]) -> Rows:
    """Deletes in the caller's transaction."""
    rows = _rows(connection)
    for article_id in article_ids:
        known = connection.execute("SELECT id FROM documents WHERE article_id = ?", (article_id,)).fetchone()
        if known is not None:
            _forget_parts(connection, known[0], rows)
            connection.execute("DELETE FROM documents WHERE id = ?", known)
            connection.execute("INSERT OR IGNORE INTO pending VALUES (?)", known)
    return rows


def vectors_of(connection: sqlite3.Connection, article_id: str) -> Matrix | None:
    rows = connection.execute(
        "SELECT vector FROM windows WHERE document = (SELECT id FROM documents WHERE article_id = ?) ORDER BY row",
        (article_id,),
    ).fetchall()
    return unpack([data for (data,) in rows]) if rows else None


def stored_vectors(connection: sqlite3.Connection) -> Iterator[tuple[int, Vector]]:
    for row, data in connection.execute("SELECT row, vector FROM windows ORDER BY row"):
        yield row, unpack([data])[0]


def pending_texts(connection: sqlite3.Connection, limit: int) -> list[tuple[int, str | None, str | None]]:
    """(document, text, replies) that the word index lacks; None: the document is gone."""
    return connection.execute(
        "SELECT pending.document, documents.text, documents.replies"
        " FROM pending LEFT JOIN documents ON documents.id = pending.document"
        " ORDER BY pending.document LIMIT ?",
        (limit,),
    ).fetchall()


def count_pending(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM pending").fetchone()
    return int(count)


def all_pending(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT OR IGNORE INTO pending SELECT id FROM documents")


def drop_pending(connection: sqlite3.Connection, documents: Iterable[int]) -> None:
    connection.executemany("DELETE FROM pending WHERE document = ?", [(number,) for number in documents])


def _rows(connection: sqlite3.Connection) -> Rows:
    free = connection.execute("SELECT row FROM free_rows ORDER BY row DESC LIMIT 10000")
    return Rows([row for (row,) in free], count_rows(connection))


def _write(connection: sqlite3.Connection, identity: IndexIdentity, document: SearchDocument, rows: Rows) -> None:
    head = (document.article_id, document.version, document.fingerprint, document.text, document.replies)
    ((number,),) = connection.execute(
        "INSERT INTO documents (article_id, version, fingerprint, text, replies, checksum) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (article_id) DO UPDATE SET version = excluded.version, fingerprint = excluded.fingerprint,"
        " text = excluded.text, replies = excluded.replies, checksum = excluded.checksum RETURNING id",
        (*head, of_document(*head, document.urls)),
    ).fetchall()
    connection.execute("INSERT OR IGNORE INTO pending VALUES (?)", (number,))
    connection.executemany("INSERT OR IGNORE INTO urls VALUES (?, ?)", [(url, number) for url in document.urls])
    vectors: Matrix | None = document.vectors
    if vectors is not None and len(vectors):
        check_dimension(identity, vectors.shape[1])
        packed = pack(vectors)
        kept = [unpack([data])[0] for data in packed]  # so that the vector file can be made again, bit by bit
        numbers = [rows.take(vector) for vector in kept]
        connection.executemany("DELETE FROM free_rows WHERE row = ?", [(row,) for row in numbers])
        connection.executemany(
            "INSERT INTO windows VALUES (?, ?, ?, ?)",
            [
                (row, number, data, of_window(number, data, encode(vector).tobytes()))
                for row, data, vector in zip(numbers, packed, kept, strict=True)
            ],
        )


def _forget_parts(connection: sqlite3.Connection, number: int, rows: Rows) -> None:
    freed = connection.execute("DELETE FROM windows WHERE document = ? RETURNING row", (number,)).fetchall()
    connection.executemany("INSERT INTO free_rows VALUES (?)", freed)
    connection.execute("DELETE FROM urls WHERE document = ?", (number,))
    rows.freed.extend(row for (row,) in freed)
