"""LINE's reply tokens, retry keys, monthly quota and rate of calls."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.database import Database, dump

REPLY_TOKEN_SECONDS = 60.0
"""After delivery, in which a token can be used."""
REDELIVERY_SECONDS = 20 * 60.0
RETRY_KEY_SECONDS = 24 * 3600.0
DEFAULT_RATES = {
    "multicast": (200.0, 200.0),
    "broadcast": (60 / 3600, 60.0),
    "loading": (100.0, 100.0),
    "richmenu": (100 / 3600, 100.0),
    "webhook-test": (60 / 3600, 60.0),
}
"""Endpoint -> (calls a second, calls at once). The others have `OTHER_RATE`."""
OTHER_RATE = (2000.0, 2000.0)


def month_of(now: float) -> str:
    """Return the month of the quota; LINE's months are Japan's."""
    return datetime.fromtimestamp(now, UTC).astimezone(timezone(timedelta(hours=9))).strftime("%Y-%m")


def refill(level: float, seconds: float, per_second: float, burst: float) -> float:
    return min(burst, level + max(0.0, seconds) * per_second)


@dataclass(frozen=True)
class Accepted:
    """A request that a retry key stands for."""

    request_id: str
    answer: JSONObject


class ReplyTokens:
    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, chat_id: str, event_at: float, now: float) -> str:
        token = secrets.token_hex(16)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO reply_tokens (token, chat_id, event_at, issued_at) VALUES (?, ?, ?, ?)",
                (token, chat_id, event_at, now),
            )
        return token

    def deliver_again(self, token: str, now: float) -> None:
        """Make the token usable again, unless it was used or the event is too old."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE reply_tokens SET issued_at = ? WHERE token = ? AND used_at IS NULL AND event_at >= ?",
                (now, token, now - REDELIVERY_SECONDS),
            )

    def chat_of_usable(self, token: str, now: float) -> str | None:
        """Return None for a token that is unknown, used or expired."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT chat_id FROM reply_tokens WHERE token = ? AND used_at IS NULL AND issued_at >= ?",
                (token, now - REPLY_TOKEN_SECONDS),
            ).fetchone()
        return row["chat_id"] if row else None

    def use(self, token: str, now: float) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE reply_tokens SET used_at = ? WHERE token = ?", (now, token))

    def expire_all(self) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE reply_tokens SET issued_at = 0, event_at = 0")


class RetryKeys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str, now: float) -> Accepted | None:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT request_id, answer FROM retry_keys WHERE key = ? AND accepted_at > ?",
                (key.lower(), now - RETRY_KEY_SECONDS),
            ).fetchone()
        return Accepted(row["request_id"], json.loads(row["answer"])) if row else None

    def remember(self, key: str, request_id: str, answer: JSONObject, now: float) -> None:
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO retry_keys VALUES (?, ?, ?, ?)",
                (key.lower(), request_id, dump(answer), now),
            )


class Quota:
    def __init__(self, database: Database) -> None:
        self._database = database

    def limit(self) -> int | None:
        """Messages a month; None is unlimited."""
        found = self._database.get_meta("quota_limit", "")
        return int(found) if found else None

    def set_limit(self, limit: int | None) -> None:
        self._database.set_meta("quota_limit", "" if limit is None else str(limit))

    def used(self, now: float) -> int:
        with self._database.read() as connection:
            row = connection.execute("SELECT used FROM quota WHERE month = ?", (month_of(now),)).fetchone()
        return row["used"] if row else 0

    def has_room(self, recipients: int, now: float) -> bool:
        limit = self.limit()
        return limit is None or self.used(now) + recipients <= limit

    def count(self, recipients: int, now: float) -> None:
        with self._database.write() as connection:
            connection.execute(
                """INSERT INTO quota (month, used) VALUES (?, ?)
                   ON CONFLICT (month) DO UPDATE SET used = used + excluded.used""",
                (month_of(now), recipients),
            )


class Rates:
    """One token bucket an endpoint."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, endpoint: str, per_second: float, burst: float) -> None:
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO rates VALUES (?, ?, ?)", (endpoint, per_second, burst))
            connection.execute("DELETE FROM buckets WHERE endpoint = ?", (endpoint,))

    def take(self, endpoint: str, now: float) -> bool:
        """Return False if the bucket is empty."""
        with self._database.write() as connection:
            rate = connection.execute("SELECT * FROM rates WHERE endpoint = ?", (endpoint,)).fetchone()
            per_second, burst = (rate["per_second"], rate["burst"]) if rate else DEFAULT_RATES.get(endpoint, OTHER_RATE)
            row = connection.execute("SELECT * FROM buckets WHERE endpoint = ?", (endpoint,)).fetchone()
            level = refill(row["level"], now - row["updated_at"], per_second, burst) if row else burst
            allowed = level >= 1
            connection.execute(
                "INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)", (endpoint, level - 1 if allowed else level, now)
            )
        return allowed
