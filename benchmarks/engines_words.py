"""The word indexes that `benchmarks.engines` compares. Each looks for the rarest tokens of a query."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from indexer.backends.embedded import words

Entry = tuple[int, Sequence[str]]
"""(document, tokens)"""


class WordEngine(Protocol):
    """Two of one folder share an index, as two processes would."""

    name: ClassVar[str]

    def __init__(self, folder: Path) -> None: ...

    def add(self, entries: Iterable[Entry]) -> None:
        """One commit."""

    def finish(self) -> None:
        """After the last of a build."""

    def search(self, tokens: Sequence[str], limit: int) -> list[int]:
        """Documents, best first. Sees every commit that came before."""


class Fts5:
    name: ClassVar[str] = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "words.sqlite", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # as the embedded index has it
        # The tokenizer must only cut at white space. It knows few of the newer letters ("Cn": not assigned).
        tokenizer = "unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn' tokenchars '.,:/'"
        self._connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (tokens, content='', tokenize=\"{tokenizer}\")"
        )
        self._connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, words, 'row')")

    def add(self, entries: Iterable[Entry]) -> None:
        rows = ((number, " ".join(tokens)) for number, tokens in entries)
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")

    def finish(self) -> None:
        self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rarest(self, tokens: Sequence[str]) -> list[str]:
        statement = (
            "SELECT term, doc FROM json_each(?) AS wanted JOIN temp.vocabulary ON vocabulary.term = wanted.value"
        )
        wanted = list(dict.fromkeys(tokens))[: words.MOST_LOOKED_UP]
        counts = dict(self._connection.execute(statement, (json.dumps(wanted),)))
        return sorted(counts, key=lambda token: int(counts[token]))[: words.MOST_TERMS]

    def search(self, tokens: Sequence[str], limit: int) -> list[int]:
        wanted = " OR ".join(f'"{token}"' for token in self.rarest(tokens))  # no token holds a quotation mark
        if not wanted:
            return []
        statement = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
        return [number for (number,) in self._connection.execute(statement, (wanted, limit))]


class Tantivy:
    """As the embedded backend uses it."""

    name: ClassVar[str] = "tantivy (in use)"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "words"
        if not self._path.exists():
            words.create(self._path)
        self._index = words.WordIndex(self._path)

    def add(self, entries: Iterable[Entry]) -> None:
        words.update(self._path, (), ((number, tokens, ()) for number, tokens in entries))

    def finish(self) -> None:
        pass  # a commit waits for the merges

    def search(self, tokens: Sequence[str], limit: int) -> list[int]:
        return [number for number, _ in self._index.search(tokens, limit)]


WORD_ENGINES: tuple[type[WordEngine], ...] = (Fts5, Tantivy)
