import json
import re
import time
import zlib
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.simulator.page.message_view import Press, Shown, quick_replies, safe_url, show, to_press
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import Chat
from bot.simulator.world.history import Message
from bot.simulator.world.pressing import pressables, visible_text
from bot.simulator.world.store import Store
from factcheck.graphemes import first

SHOWN_MESSAGES = 200
QUOTED_LENGTH = 80
_URL = re.compile(r"https?://[^\s<>\"'，。！？、；：「」『』（）【】《》]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Row:
    message: Message
    shown: Shown
    mine: bool
    """On the right: said by the person who is played."""
    name: str
    icon: str
    clock: str
    day: str
    """Set where a new day begins."""
    version: str
    """Changes when the row has to be drawn again."""
    can_forward: bool
    can_unsend: bool
    can_quote: bool
    can_edit: bool
    quoted: str


@dataclass(frozen=True)
class MenuArea:
    """An area of a rich menu, in percent of its picture."""

    style: str
    press: Press


@dataclass(frozen=True)
class ChatView:
    chat: Chat
    person: Chat
    """In a group one of its members."""
    members: list[Chat]
    rows: list[Row]
    older: bool
    quick_replies: list[Press]
    hidden_quick_replies: bool
    """The bot offers some, but this device does not show them."""
    loading: bool
    menu_bar_text: str
    menu_id: str
    menu_areas: list[MenuArea]

    @property
    def version(self) -> str:
        return str(self.loading)


def printable(text: str) -> str:
    """Replace lone surrogates, which no page can carry."""
    return _SURROGATE.sub("\ufffd", text)


def linkify(text: str) -> Markup:
    text = printable(text)
    pieces, end = [], 0
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,:;!?)")
        pieces += [escape(text[end : match.start()]), _anchor(url)]
        end = match.start() + len(url)
    return Markup("").join([*pieces, escape(text[end:])])


def _anchor(url: str) -> Markup:
    return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(url)


def initial(name: str) -> str:
    """Return the first grapheme, for an avatar."""
    return first(name.strip() or "?", 1)


def hue(identity: str) -> int:
    """Return an avatar's colour, in degrees."""
    return zlib.crc32(identity.encode()) % 360


def chat_view(store: Store, chat: Chat, person: Chat, bot_name: str) -> ChatView:
    messages = store.history.of_chat(chat.id, SHOWN_MESSAGES + 1)
    older, messages = len(messages) > SHOWN_MESSAGES, messages[-SHOWN_MESSAGES:]
    members = store.chats.members(chat.id) if not chat.is_person else []
    names = {one.id: one.name for one in members}
    last = messages[-1] if messages else None
    offered = quick_replies(last) if last and last.from_bot else []
    menu = store.menus.shown_to(chat.id) if chat.is_person and person.on_phone else None
    return ChatView(
        chat=chat,
        person=person,
        members=members,
        rows=_rows(store, messages, person, names, bot_name),
        older=older,
        quick_replies=offered if person.on_phone else [],
        hidden_quick_replies=bool(offered) and not person.on_phone,
        loading=store.chats.loading_until(chat.id) > store.clock(),
        menu_bar_text=str(menu.menu["chatBarText"]) if menu else "",
        menu_id=menu.id if menu else "",
        menu_areas=_menu_areas(menu.id, menu.menu) if menu else [],
    )


def excerpt(message: Message | None) -> str:
    if message is None:
        return ""
    words = visible_text(message.content) or f"({message.content.get('type')})"
    if message.unsent:
        return "(unsent)"
    line = printable(" ".join(words.split()))
    short = first(line, QUOTED_LENGTH)
    return short if short == line else short + "…"


def _quoted(store: Store, message: Message) -> Message | None:
    """People quote by id, bots by token."""
    identity, token = message.content.get("quotedMessageId"), message.content.get("quoteToken")
    if isinstance(identity, str):
        return store.history.find(identity)
    return store.history.of_quote_token(message.chat_id, token) if isinstance(token, str) else None


def _rows(store: Store, messages: list[Message], person: Chat, names: dict[str, str], bot_name: str) -> list[Row]:
    rows, day_before = [], ""
    for message in messages:
        moment = time.localtime(message.time)
        day = time.strftime("%Y-%m-%d", moment)
        sender = message.content.get("sender")
        sender = sender if isinstance(sender, dict) and message.from_bot else {}
        name = str(sender.get("name") or bot_name) if message.from_bot else names.get(message.sender_id or "", "")
        mine = not message.from_bot and message.sender_id == person.id
        said = message.direction == "in" and not message.unsent
        is_text = message.content.get("type") == "text"
        rows.append(
            Row(
                message=message,
                shown=show(message),
                mine=mine,
                name=name,
                icon=safe_url(sender.get("iconUrl")) if sender else "",
                clock=time.strftime("%H:%M", moment),
                day=day if day != day_before else "",
                version=f"{message.unsent:d}{message.is_read:d}{zlib.crc32(json.dumps(message.content).encode()):x}",
                can_forward=is_text and not message.unsent,
                can_unsend=mine and said,
                can_quote=bool(message.quote_token) and not message.unsent,
                can_edit=mine and said and is_text and message.chat_id != person.id,
                quoted=excerpt(_quoted(store, message)),
            )
        )
        day_before = day
    return rows


def _menu_areas(menu_id: str, menu: JSONObject) -> list[MenuArea]:
    size, areas = menu["size"], menu["areas"]
    found = []
    for one in pressables({"areas": areas}):
        area = areas[int(one.path.split(".")[1])] if isinstance(areas, list) else {}
        press = to_press(menu_id, one.path, one.action)
        if press is None or not isinstance(size, dict):
            continue
        bounds, wide, high = area["bounds"], size["width"], size["height"]
        style = (
            f"left:{100 * bounds['x'] / wide:.3f}%;top:{100 * bounds['y'] / high:.3f}%;"
            f"width:{100 * bounds['width'] / wide:.3f}%;height:{100 * bounds['height'] / high:.3f}%"
        )
        found.append(MenuArea(style, press))
    return found
