"""Embeddings on disk, so that measuring the same texts again takes seconds."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import numpy as np
import xxhash

from factcheck.ports import Embedder, Matrix

PROBES = ("a", "流感疫苗含有水銀，打了會致命", "drinking hot water cures the flu")
"""A cache belongs to a model only if the model still gives these the same vectors."""
SAME_VECTOR = 1e-4
"""Threads and batches move a component by about 1e-7, another precision of the weights by 1e-3 or more."""
BATCH = 256
"""Texts embedded between two writes to the disk: what an interruption loses."""

QUERY, PASSAGE = "query", "passage"
Progress = Callable[[int], object]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (kind TEXT, digest BLOB, vector BLOB, PRIMARY KEY (kind, digest)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS probes (number INTEGER PRIMARY KEY, vector BLOB);
"""


class CachedEmbedder:
    """Implements `ports.Embedder`. Models or precisions never share a file, even under one name."""

    def __init__(self, embedder: Embedder, directory: Path) -> None:
        """`directory` holds the caches of all models. Raises EmbedderUnavailableError: the model is asked."""
        self._embedder = embedder
        self._path = _file_of(embedder, directory)
        self._known: dict[tuple[str, bytes], Matrix] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(QUERY, texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(PASSAGE, texts)

    def missing(self, kind: str, texts: Sequence[str]) -> list[str]:
        """Lists the texts that `prepare` would embed, each once."""
        self._load(kind, texts)
        return [text for text in dict.fromkeys(texts) if (kind, _digest(text)) not in self._known]

    def prepare(self, kind: str, texts: Sequence[str], progress: Progress = lambda _count: None) -> None:
        """Embeds what is missing in batches of like length; can be interrupted."""
        embed = self._embedder.embed_queries if kind == QUERY else self._embedder.embed_passages
        # The longest first: memory that suffices at the start suffices to the end.
        left = sorted(self.missing(kind, texts), key=len, reverse=True)
        for at in range(0, len(left), BATCH):
            batch = left[at : at + BATCH]
            rows = embed(batch)
            self._store(kind, batch, rows)
            progress(len(batch))

    def _embed(self, kind: str, texts: Sequence[str]) -> Matrix:
        if any((kind, _digest(text)) not in self._known for text in texts):
            self.prepare(kind, texts)
        rows = [self._known[kind, _digest(text)] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _load(self, kind: str, texts: Sequence[str]) -> None:
        wanted = {_digest(text) for text in texts if (kind, _digest(text)) not in self._known}
        statement = "SELECT vector FROM vectors WHERE kind = ? AND digest = ?"
        with closing(_open(self._path)) as connection:
            for digest in wanted:
                row = connection.execute(statement, (kind, digest)).fetchone()
                if row:
                    self._known[kind, digest] = np.frombuffer(row[0], dtype=np.float32)

    def _store(self, kind: str, texts: Sequence[str], rows: Matrix) -> None:
        found = [(kind, _digest(text), row) for text, row in zip(texts, rows, strict=True)]
        self._known.update({(kind, digest): row for kind, digest, row in found})
        with closing(_open(self._path)) as connection, connection:
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [(k, digest, row.tobytes()) for k, digest, row in found],
            )


def _file_of(embedder: Embedder, directory: Path) -> Path:
    """The file whose probes this model still gives, else a new one."""
    probes = np.concatenate([embedder.embed_queries(PROBES), embedder.embed_passages(PROBES)]).astype(np.float32)
    directory.mkdir(parents=True, exist_ok=True)
    for path in _names(embedder, directory):
        with closing(_open(path)) as connection, connection:
            # One process at a time decides what this file is for.
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute("SELECT vector FROM probes ORDER BY number").fetchall()
            if not rows:
                connection.executemany("INSERT INTO probes VALUES (?, ?)", enumerate(p.tobytes() for p in probes))
                return path
            stored = np.stack([np.frombuffer(row[0], dtype=np.float32) for row in rows])
            if stored.shape == probes.shape and np.abs(stored - probes).max() < SAME_VECTOR:
                return path
    raise AssertionError("there is always one more name")


def _names(embedder: Embedder, directory: Path) -> Iterator[Path]:
    name = re.sub(r"[^A-Za-z0-9.@]+", "-", f"{embedder.name}-{embedder.dimension}")
    return (directory / f"{name}-{number}.sqlite" for number in count(1))


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60.0)
    connection.execute("PRAGMA synchronous = OFF")  # it can always be made again
    connection.executescript(_SCHEMA)
    return connection


def _digest(text: str) -> bytes:
    return xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass"))
