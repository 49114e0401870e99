import json
import secrets
import sqlite3
from dataclasses import dataclass

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.database import Database, dump

FIRST_MESSAGE_ID = 461_230_966_842_064_000
_QUOTABLE = frozenset({"text", "textV2", "sticker", "image", "video", "template", "flex"})


@dataclass(frozen=True)
class Message:
    id: str
    chat_id: str
    direction: str
    """in: to the bot; out: from the bot; shown: only on the screen (the display text of a button)"""
    sender_id: str | None
    time: float
    content: JSONObject
    """LINE's JSON; ids and tokens of an incoming one are added when its event is built."""
    quote_token: str | None
    read_token: str | None
    is_read: bool
    unsent: bool

    @property
    def from_bot(self) -> bool:
        return self.direction == "out"


@dataclass(frozen=True)
class Media:
    mime: str
    body: bytes


class History:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, chat_id: str, direction: str, content: JSONObject, now: float, sender_id: str | None = None
    ) -> Message:
        quote_token = secrets.token_urlsafe(60) if content.get("type") in _QUOTABLE and direction != "shown" else None
        read_token = secrets.token_urlsafe(30) if direction == "in" else None
        with self._database.write() as connection:
            row = connection.execute("SELECT MAX(id) AS last FROM messages").fetchone()
            message_id = max(row["last"] or 0, FIRST_MESSAGE_ID) + 1
            connection.execute(
                """INSERT INTO messages (id, chat_id, direction, sender_id, time, content, quote_token, read_token)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                (message_id, chat_id, direction, sender_id, now, dump(content), quote_token, read_token),
            )
        return Message(
            str(message_id), chat_id, direction, sender_id, now, content, quote_token, read_token, False, False
        )

    def of_chat(self, chat_id: str, limit: int | None = None) -> list[Message]:
        """Return messages in order; with a limit, only the newest."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM messages WHERE chat_id = ? ORDER BY id DESC LIMIT ?", (chat_id, limit or -1)
            ).fetchall()
        return [_message(row) for row in reversed(rows)]

    def find(self, message_id: str) -> Message | None:
        if not (message_id.isascii() and message_id.isdigit() and len(message_id) < 19):
            return None
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM messages WHERE id = ?", (int(message_id),)).fetchone()
        return _message(row) if row else None

    def of_quote_token(self, chat_id: str, token: str) -> Message | None:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM messages WHERE chat_id = ? AND quote_token = ?", (chat_id, token)
            ).fetchone()
        return _message(row) if row else None

    def last_heard(self, chat_id: str) -> float:
        """Return the time of the last message of a person; 0 if none."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT MAX(time) AS time FROM messages WHERE chat_id = ? AND direction = 'in'", (chat_id,)
            ).fetchone()
        return float(row["time"] or 0)

    def mark_unsent(self, message_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE messages SET unsent = 1 WHERE id = ?", (int(message_id),))

    def replace_content(self, message_id: str, content: JSONObject) -> None:
        """Edit a message; its quote token changes, too."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE messages SET content = ?, quote_token = ? WHERE id = ?",
                (dump(content), secrets.token_urlsafe(60), int(message_id)),
            )

    def mark_read(self, read_token: str) -> bool:
        """Mark this message and those before it. False if the token is unknown."""
        with self._database.write() as connection:
            row = connection.execute("SELECT id, chat_id FROM messages WHERE read_token = ?", (read_token,)).fetchone()
            if row is None:
                return False
            connection.execute(
                "UPDATE messages SET is_read = 1 WHERE chat_id = ? AND direction = 'in' AND id <= ?",
                (row["chat_id"], row["id"]),
            )
        return True

    def store_media(self, message_id: str, mime: str, body: bytes) -> None:
        with self._database.write() as connection:
            connection.execute(
                """INSERT INTO media (message_id, mime, body) VALUES (?, ?, ?) ON CONFLICT (message_id)
                   DO UPDATE SET mime = excluded.mime, body = excluded.body""",
                (int(message_id), mime, body),
            )

    def media(self, message_id: str) -> Media | None:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM media WHERE message_id = ?", (int(message_id),)).fetchone()
        return Media(row["mime"], row["body"]) if row else None

    def script_media(self, message_id: str, steps: list[JSONObject]) -> None:
        """Script what downloads answer in turn; the last step stays. See `content.py`."""
        with self._database.write() as connection:
            connection.execute(
                """INSERT INTO media (message_id, mime, body, script) VALUES (?, '', x'', ?)
                   ON CONFLICT (message_id) DO UPDATE SET script = excluded.script""",
                (int(message_id), dump(steps)),
            )

    def next_media_step(self, message_id: str) -> JSONObject:
        """Take the next scripted step; {} if none is scripted."""
        with self._database.write() as connection:
            row = connection.execute("SELECT script FROM media WHERE message_id = ?", (int(message_id),)).fetchone()
            steps: list[JSONObject] = json.loads(row["script"]) if row else []
            if len(steps) > 1:
                connection.execute(
                    "UPDATE media SET script = ? WHERE message_id = ?", (dump(steps[1:]), int(message_id))
                )
        return steps[0] if steps else {}


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=str(row["id"]),
        chat_id=row["chat_id"],
        direction=row["direction"],
        sender_id=row["sender_id"],
        time=row["time"],
        content=json.loads(row["content"]),
        quote_token=row["quote_token"],
        read_token=row["read_token"],
        is_read=bool(row["is_read"]),
        unsent=bool(row["unsent"]),
    )
