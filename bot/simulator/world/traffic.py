"""The log of all traffic between platform and bot, and faults to inject."""

import json
import random
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.database import Database, dump

KEPT = 2000
FOREVER = 1_000_000_000
FAULT_KINDS = ("delay", "drop", "status", "empty", "html", "json", "done_then_500")
_SECRET_HEADERS = frozenset({"authorization", "cookie"})


@dataclass(frozen=True)
class Entry:
    """A request: `webhook` from the platform to the bot, or `call` from the bot to the platform."""

    id: int
    time: float
    direction: str
    method: str
    path: str
    status: int | None
    """None while it is under way, or when no answer came."""
    headers: dict[str, str]
    request: object
    response: object
    note: str
    seconds: float | None


@dataclass(frozen=True)
class Fault:
    kind: str
    params: JSONObject

    def number(self, name: str, default: float) -> float:
        found = self.params.get(name, default)
        return float(found) if isinstance(found, int | float | str) else default

    def flag(self, name: str, default: bool) -> bool:
        return bool(self.params.get(name, default))


class Traffic:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, direction: str, method: str, path: str, headers: Mapping[str, str], request: object, now: float
    ) -> int:
        """Note a request before it is answered, as the answer may never come."""
        shown = {name.lower(): value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}
        with self._database.write() as connection:
            cursor = connection.execute(
                """INSERT INTO traffic (time, direction, method, path, headers, request, response)
                   VALUES (?, ?, ?, ?, ?, ?, 'null')""",
                (now, direction, method, path, dump(shown), dump(request)),
            )
            number = cursor.lastrowid or 0
            connection.execute("DELETE FROM traffic WHERE id <= ?", (number - KEPT,))
        return number

    def finish(
        self, number: int, status: int | None, response: object, *, note: str = "", seconds: float | None = None
    ) -> None:
        with self._database.write() as connection:
            connection.execute(
                "UPDATE traffic SET status = ?, response = ?, note = ?, seconds = ? WHERE id = ?",
                (status, dump(response), note, seconds, number),
            )

    def newest(self, limit: int) -> list[Entry]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM traffic ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [_entry(row) for row in rows]

    def find(self, number: int) -> Entry | None:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM traffic WHERE id = ?", (number,)).fetchone()
        return _entry(row) if row else None

    def of(self, direction: str, pattern: str = "*") -> list[Entry]:
        """A pattern without wildcards is the end of the path."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM traffic WHERE direction = ? ORDER BY id", (direction,)).fetchall()
        return [entry for entry in map(_entry, rows) if _matches(entry.path, pattern)]

    def clear(self) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM traffic")


class Faults:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, pattern: str, kind: str, times: int | None = 1, **params: object) -> None:
        """Let the next `times` calls (None: all) whose path matches `pattern` go wrong. Raises ValueError for an
        unknown kind.

        Kinds and their params: `delay` (seconds); `drop` closes the connection; `status` (status, retry_after, body);
        `empty`, `html` and `json` (status=200, body) answer that instead; `done_then_500`. With `done=True` the call
        takes effect first, as it does anyway for a 2xx. With `share` (0 to 1) only that part of the calls goes wrong,
        by chance; the same `seed` chooses the same ones.
        """
        if kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {kind!r}; known: {', '.join(FAULT_KINDS)}")
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO faults (pattern, kind, remaining, params) VALUES (?, ?, ?, ?)",
                (pattern, kind, FOREVER if times is None else times, dump(params)),
            )

    def take(self, path: str) -> Fault | None:
        """Count the fault for this path down."""
        with self._database.read() as connection:
            waiting = connection.execute("SELECT 1 FROM faults").fetchone()
        if waiting is None:
            return None
        with self._database.write() as connection:
            for row in connection.execute("SELECT * FROM faults WHERE remaining > 0 ORDER BY id").fetchall():
                if _matches(path, row["pattern"]) and self._drawn(connection, row):
                    connection.execute("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", (row["id"],))
                    connection.execute("DELETE FROM faults WHERE remaining <= 0")
                    return Fault(row["kind"], json.loads(row["params"]))
        return None

    @staticmethod
    def _drawn(connection: sqlite3.Connection, row: sqlite3.Row) -> bool:
        params = json.loads(row["params"])
        if "share" not in params:
            return True
        calls = params.get("calls", 0)
        params["calls"] = calls + 1
        connection.execute("UPDATE faults SET params = ? WHERE id = ?", (dump(params), row["id"]))
        chance = random.Random(f"{params.get('seed', 0)} {calls}")  # noqa: S311 -- to be repeated, not to be secret
        return chance.random() < params["share"]

    def waiting(self) -> list[tuple[str, str, int]]:
        """Return pattern, kind and times left of each fault."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM faults ORDER BY id").fetchall()
        return [(row["pattern"], row["kind"], row["remaining"]) for row in rows]

    def clear(self) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM faults")


def _matches(path: str, pattern: str) -> bool:
    if re.search(r"[*?\[]", pattern):
        return fnmatchcase(path, pattern)
    return path.endswith(pattern)


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        time=row["time"],
        direction=row["direction"],
        method=row["method"],
        path=row["path"],
        status=row["status"],
        headers=json.loads(row["headers"]),
        request=json.loads(row["request"]),
        response=json.loads(row["response"]),
        note=row["note"],
        seconds=row["seconds"],
    )
