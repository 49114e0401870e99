import json
import secrets
import struct
from dataclasses import dataclass

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.database import Database, dump

EVERYONE = "all"
"""All people who have no menu of their own."""


@dataclass(frozen=True)
class RichMenu:
    id: str
    menu: JSONObject
    mime: str
    image: bytes | None

    def as_json(self) -> JSONObject:
        return {"richMenuId": self.id, **self.menu}


def image_size(image: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG; None for anything else."""
    if image[:8] == b"\x89PNG\r\n\x1a\n" and len(image) >= 24:
        width, height = struct.unpack(">II", image[16:24])
        return width, height
    return _jpeg_size(image) if image[:2] == b"\xff\xd8" else None


def _jpeg_size(image: bytes) -> tuple[int, int] | None:
    """Walks the segments up to the frame header, which holds the size."""
    position = 2
    while position + 9 <= len(image) and image[position] == 0xFF:
        marker, length = image[position + 1], int.from_bytes(image[position + 2 : position + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", image[position + 5 : position + 9])
            return width, height
        position += 2 + max(length, 2)
    return None


class Menus:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, menu: JSONObject) -> str:
        menu_id = "richmenu-" + secrets.token_hex(16)
        with self._database.write() as connection:
            connection.execute("INSERT INTO rich_menus (id, menu) VALUES (?, ?)", (menu_id, dump(menu)))
        return menu_id

    def find(self, menu_id: str) -> RichMenu | None:
        return next((menu for menu in self.all() if menu.id == menu_id), None)

    def all(self) -> list[RichMenu]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM rich_menus ORDER BY rowid").fetchall()
        return [RichMenu(row["id"], json.loads(row["menu"]), row["mime"], row["image"]) for row in rows]

    def set_image(self, menu_id: str, mime: str, image: bytes) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE rich_menus SET mime = ?, image = ? WHERE id = ?", (mime, image, menu_id))

    def delete(self, menu_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM rich_menus WHERE id = ?", (menu_id,))
            connection.execute("DELETE FROM menu_links WHERE menu_id = ?", (menu_id,))

    def link(self, chat_id: str, menu_id: str) -> None:
        """Show a menu to a person, or as the default to `EVERYONE`."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO menu_links VALUES (?, ?)", (chat_id, menu_id))

    def unlink(self, chat_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM menu_links WHERE chat_id = ?", (chat_id,))

    def linked(self, chat_id: str) -> str | None:
        """Return the menu of exactly this chat id, or of `EVERYONE`."""
        with self._database.read() as connection:
            row = connection.execute("SELECT menu_id FROM menu_links WHERE chat_id = ?", (chat_id,)).fetchone()
        return row["menu_id"] if row else None

    def shown_to(self, chat_id: str) -> RichMenu | None:
        menu_id = self.linked(chat_id) or self.linked(EVERYONE)
        return self.find(menu_id) if menu_id else None
