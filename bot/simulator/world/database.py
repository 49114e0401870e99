"""The simulator's own SQLite file, shared by several processes."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS chats (
        id TEXT PRIMARY KEY, position INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
        language TEXT NOT NULL, device TEXT NOT NULL, status TEXT NOT NULL, loading_until REAL NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS members (
        chat_id TEXT NOT NULL, person_id TEXT NOT NULL, PRIMARY KEY (chat_id, person_id))""",
    """CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY, chat_id TEXT NOT NULL, direction TEXT NOT NULL, sender_id TEXT, time REAL NOT NULL,
        content TEXT NOT NULL, quote_token TEXT, read_token TEXT, is_read INTEGER NOT NULL DEFAULT 0,
        unsent INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX IF NOT EXISTS messages_of_chat ON messages (chat_id, id)",
    "CREATE INDEX IF NOT EXISTS messages_by_read_token ON messages (read_token)",
    """CREATE TABLE IF NOT EXISTS media (
        message_id INTEGER PRIMARY KEY, mime TEXT NOT NULL, body BLOB NOT NULL, script TEXT NOT NULL DEFAULT '[]')""",
    """CREATE TABLE IF NOT EXISTS reply_tokens (
        token TEXT PRIMARY KEY, chat_id TEXT NOT NULL, event_at REAL NOT NULL, issued_at REAL NOT NULL,
        used_at REAL)""",
    """CREATE TABLE IF NOT EXISTS retry_keys (
        key TEXT PRIMARY KEY, request_id TEXT NOT NULL, answer TEXT NOT NULL, accepted_at REAL NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS quota (month TEXT PRIMARY KEY, used INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS buckets (
        endpoint TEXT PRIMARY KEY, level REAL NOT NULL, updated_at REAL NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS rates (endpoint TEXT PRIMARY KEY, per_second REAL NOT NULL, burst REAL NOT NULL)",
    """CREATE TABLE IF NOT EXISTS traffic (
        id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, direction TEXT NOT NULL, method TEXT NOT NULL,
        path TEXT NOT NULL, status INTEGER, headers TEXT NOT NULL, request TEXT NOT NULL, response TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '', seconds REAL)""",
    """CREATE TABLE IF NOT EXISTS faults (
        id INTEGER PRIMARY KEY AUTOINCREMENT, pattern TEXT NOT NULL, kind TEXT NOT NULL, remaining INTEGER NOT NULL,
        params TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS rich_menus (
        id TEXT PRIMARY KEY, menu TEXT NOT NULL, mime TEXT NOT NULL DEFAULT '', image BLOB)""",
    "CREATE TABLE IF NOT EXISTS menu_links (chat_id TEXT PRIMARY KEY, menu_id TEXT NOT NULL)",
)
_BUSY_SECONDS = 15.0


def dump(value: object) -> str:
    """Escape to ASCII, since a lone surrogate cannot be stored otherwise."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


class Database:
    """Each outermost transaction has a connection, so it works from any thread and over a fork. An inner transaction
    joins the outer one of its thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._resting: dict[int, list[sqlite3.Connection]] = {}
        """By process; the parent's stay open, since closing them would take its locks away."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._use_wal()
        with self.write() as connection:
            for statement in _TABLES:
                connection.execute(statement)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        outer = self._current()
        if outer is not None:
            yield outer
            return
        with self._connected() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock from the start. Advances `sequence()` at the commit."""
        outer = self._current()
        if outer is not None:
            yield outer
            return
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._local.connection = connection
            try:
                yield connection
                connection.execute(_ADVANCE)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            finally:
                self._local.connection = None

    def sequence(self) -> int:
        """Return a number that grows with every change, by whichever process."""
        return int(self.get_meta("sequence", "0"))

    def get_meta(self, key: str, default: str) -> str:
        with self.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row["value"] if row else default

    def set_meta(self, key: str, value: str) -> None:
        with self.write() as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def _current(self) -> sqlite3.Connection | None:
        return getattr(self._local, "connection", None)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Takes one that rests: the last to close has SQLite empty its log, which takes longer than what is asked."""
        resting = self._resting.setdefault(os.getpid(), [])
        try:
            connection = resting.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        resting.append(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        # A trial survives the death of a process; surviving a power cut is not worth the wait.
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    def _use_wal(self) -> None:
        """Switching to WAL needs the file alone for a moment, and does not wait for it by itself."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                with closing(self._open()) as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
                    return
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


_ADVANCE = """INSERT INTO meta (key, value) VALUES ('sequence', '1')
    ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"""
