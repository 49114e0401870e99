import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from bot.simulator.world.database import Database

DEVICES = ("phone", "desktop")
PREFIXES = {"user": "U", "group": "C", "room": "R"}
_SEED = (
    ("陳阿嬤", "zh-TW", "phone"),
    ("林先生", "zh-TW", "desktop"),
    ("Mary", "en", "phone"),
    ("佐藤さん", "ja", "phone"),
    ("สมชาย", "th", "phone"),
)


@dataclass(frozen=True)
class Chat:
    """A person's chat with the bot, or a group or room."""

    id: str
    """U, C or R and 32 hex digits. For a person it is also the user id."""
    kind: str
    """user, group or room"""
    name: str
    language: str
    device: str
    """phone or desktop, which shows no quick replies"""
    status: str
    """friend, stranger or blocked; of a group or room: joined or left (by the bot)"""

    @property
    def is_person(self) -> bool:
        return self.kind == "user"

    @property
    def on_phone(self) -> bool:
        return self.device == "phone"


class Chats:
    def __init__(self, database: Database) -> None:
        self._database = database

    def seed(self) -> None:
        """Add the first people and a group, once in the life of the file."""
        with self._database.write():
            if self._database.get_meta("seeded", ""):
                return
            people = [self.add_person(name, language, device) for name, language, device in _SEED]
            self.add_group("家族群組", people[:2], language="zh-TW")
            self._database.set_meta("seeded", "yes")

    def add_person(self, name: str, language: str, device: str = "phone", status: str = "friend") -> Chat:
        return self._add("user", name, language, device, status)

    def add_group(self, name: str, members: Iterable[Chat], *, kind: str = "group", language: str = "zh-TW") -> Chat:
        with self._database.write():
            group = self._add(kind, name, language, "phone", "joined")
            for person in members:
                self.add_member(group.id, person.id)
        return group

    def _add(self, kind: str, name: str, language: str, device: str, status: str) -> Chat:
        chat = Chat(PREFIXES[kind] + secrets.token_hex(16), kind, name, language, device, status)
        with self._database.write() as connection:
            connection.execute(
                """INSERT INTO chats (id, kind, name, language, device, status, position)
                   VALUES (?, ?, ?, ?, ?, ?, (SELECT COUNT(*) FROM chats))""",
                (chat.id, kind, name, language, device, status),
            )
        return chat

    def add_member(self, chat_id: str, person_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO members VALUES (?, ?)", (chat_id, person_id))

    def remove_member(self, chat_id: str, person_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM members WHERE chat_id = ? AND person_id = ?", (chat_id, person_id))

    def members(self, chat_id: str) -> list[Chat]:
        with self._database.read() as connection:
            rows = connection.execute(
                """SELECT chats.* FROM chats JOIN members ON chats.id = members.person_id
                   WHERE members.chat_id = ? ORDER BY chats.position""",
                (chat_id,),
            ).fetchall()
        return [_chat(row) for row in rows]

    def all(self) -> list[Chat]:
        with self._database.read() as connection:
            return [_chat(row) for row in connection.execute("SELECT * FROM chats ORDER BY position")]

    def people(self) -> list[Chat]:
        return [chat for chat in self.all() if chat.is_person]

    def find(self, chat_id: str) -> Chat | None:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM chats WHERE id = ?", (chat_id,)).fetchone()
        return _chat(row) if row else None

    def set_status(self, chat_id: str, status: str) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE chats SET status = ? WHERE id = ?", (status, chat_id))

    def set_device(self, chat_id: str, device: str) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE chats SET device = ? WHERE id = ?", (device, chat_id))

    def show_loading(self, chat_id: str, until: float) -> None:
        """Show it until a time in seconds; 0 ends it."""
        with self._database.write() as connection:
            connection.execute("UPDATE chats SET loading_until = ? WHERE id = ?", (until, chat_id))

    def loading_until(self, chat_id: str) -> float:
        with self._database.read() as connection:
            row = connection.execute("SELECT loading_until FROM chats WHERE id = ?", (chat_id,)).fetchone()
        return float(row["loading_until"]) if row else 0.0


def _chat(row: sqlite3.Row) -> Chat:
    return Chat(row["id"], row["kind"], row["name"], row["language"], row["device"], row["status"])
