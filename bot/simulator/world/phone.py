"""What people do on their devices. Methods change what the chat shows and return LINE's webhook events, for the caller
to send, delay, repeat or reorder."""

import mimetypes
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.simulator.validation.node import JSONObject
from bot.simulator.world import events
from bot.simulator.world.chats import Chat
from bot.simulator.world.history import Message
from bot.simulator.world.media import placeholder_png
from bot.simulator.world.pressing import Pressable
from bot.simulator.world.store import Store
from bot.simulator.world.typed import marks

_MOMENT_FORMATS = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}


@dataclass(frozen=True)
class Said:
    message: Message
    event: JSONObject


class Phone:
    """All people's devices on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def event(
        self,
        kind: str,
        chat: Chat,
        person: Chat | None = None,
        *,
        mode: str = "active",
        at: float | None = None,
        **fields: object,
    ) -> JSONObject:
        """Make an event, with a reply token where LINE gives one. `at`: its time (default now)."""
        now = self._store.clock()
        happened = now if at is None else at
        token = None
        if mode != "standby" and (kind in events.ANSWERABLE or kind not in events.KNOWN):
            token = self._store.reply_tokens.issue(chat.id, happened, now)
        source = events.source_of(chat, person, kind)
        return events.build(kind, source, happened, reply_token=token, mode=mode, fields=fields)

    def say(
        self,
        person: Chat,
        content: JSONObject,
        *,
        chat: Chat | None = None,
        mode: str = "active",
        at: float | None = None,
    ) -> Said:
        """Send a message of any kind, in the person's own chat or in a group."""
        where = chat or person
        message = self._store.history.add(where.id, "in", content, self._store.clock(), person.id)
        body = events.message_body(message)
        return Said(message, self.event("message", where, person, mode=mode, at=at, message=body))

    def text(
        self,
        person: Chat,
        text: str,
        *,
        chat: Chat | None = None,
        mode: str = "active",
        at: float | None = None,
        **extra: object,
    ) -> Said:
        """Send a text with `extra` fields such as `emojis`, `mention`, `quotedMessageId`."""
        return self.say(person, {"type": "text", "text": text, **extra}, chat=chat, mode=mode, at=at)

    def typed(
        self, person: Chat, text: str, *, chat: Chat | None = None, bot_name: str, quoted: Message | None = None
    ) -> Said:
        """Send a text as typed: `@name` in a group is a mention, `(brown)` one of LINE's emoji."""
        people: dict[str, JSONObject] = {}
        if chat is not None and not chat.is_person:
            members = self._store.chats.members(chat.id)
            people = {one.name: {"userId": one.id, "isSelf": False} for one in members}
            people[bot_name] = {"userId": self._store.bot_user_id(), "isSelf": True}
        extra = marks(text, people)
        if quoted is not None:
            extra["quotedMessageId"] = quoted.id
        return self.say(person, {"type": "text", "text": text, **extra}, chat=chat)

    def sticker(self, person: Chat, *, chat: Chat | None = None, **extra: object) -> Said:
        sticker = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC", "keywords": ["hello"]}
        return self.say(person, {"type": "sticker", **sticker, **extra}, chat=chat)

    def location(self, person: Chat, *, chat: Chat | None = None) -> Said:
        place = {"title": "臺北車站", "address": "臺北市中正區北平西路3號", "latitude": 25.0478, "longitude": 121.517}
        return self.say(person, {"type": "location", **place}, chat=chat)

    def attach(
        self, person: Chat, name: str, body: bytes, mime: str = "", chat: Chat | None = None, **extra: object
    ) -> Said:
        """Send a file; LINE shows pictures, films and sounds as such. `extra` is for example `imageSet`."""
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        family = mime.partition("/")[0]
        content: JSONObject = {"type": "file", "fileName": name, "fileSize": len(body)}
        if family in ("image", "video", "audio"):
            content = {"type": family, "contentProvider": {"type": "line"}}
            if family != "image":
                content["duration"] = 10_000
        with self._store.transaction():
            said = self.say(person, {**content, **extra}, chat=chat)
            self._store.history.store_media(said.message.id, mime, body)
        return said

    def image(self, person: Chat, *, chat: Chat | None = None, **extra: object) -> Said:
        return self.attach(person, "photo.png", placeholder_png(), "image/png", chat, **extra)

    def album(self, person: Chat, count: int, *, chat: Chat | None = None, numbered: bool = True) -> list[Said]:
        """Each picture is a webhook of its own. Old apps do not number them."""
        name = str(secrets.randbits(60))
        sets = [
            {"id": name, "index": index, "total": count} if numbered else {"id": name} for index in range(1, count + 1)
        ]
        return [self.image(person, chat=chat, imageSet=one) for one in sets]

    def unsend(self, message: Message) -> JSONObject | None:
        """Take a message back; None if it is gone already."""
        chat = self._store.chats.find(message.chat_id)
        if chat is None or message.unsent:
            return None
        self._store.history.mark_unsent(message.id)
        return self.event("unsend", chat, unsend={"messageId": message.id})

    def edit(self, message: Message, text: str, **extra: object) -> JSONObject | None:
        """Change a text in a group; its id stays, its quote token changes."""
        chat = self._store.chats.find(message.chat_id)
        if chat is None or message.unsent:
            return None
        self._store.history.replace_content(message.id, {"type": "text", "text": text, **extra})
        edited = self._store.history.find(message.id)
        body = events.message_body(edited or message)
        body.pop("markAsReadToken", None)
        return self.event("messageEdited", chat, message=body)

    def follow(self, person: Chat) -> JSONObject:
        """Add the bot as a friend, or unblock it."""
        unblocked = self._current(person).status == "blocked"
        self._store.chats.set_status(person.id, "friend")
        return self.event("follow", person, follow={"isUnblocked": unblocked})

    def block(self, person: Chat) -> JSONObject:
        self._store.chats.set_status(person.id, "blocked")
        return self.event("unfollow", person)

    def join(self, group: Chat) -> JSONObject:
        self._store.chats.set_status(group.id, "joined")
        return self.event("join", group)

    def leave(self, group: Chat) -> JSONObject:
        self._store.chats.set_status(group.id, "left")
        return self.event("leave", group)

    def member_joined(self, group: Chat, person: Chat) -> JSONObject:
        self._store.chats.add_member(group.id, person.id)
        return self.event("memberJoined", group, joined={"members": [{"type": "user", "userId": person.id}]})

    def member_left(self, group: Chat, person: Chat) -> JSONObject:
        self._store.chats.remove_member(group.id, person.id)
        return self.event("memberLeft", group, left={"members": [{"type": "user", "userId": person.id}]})

    def postback(
        self, person: Chat, data: str, *, chat: Chat | None = None, shown: str = "", params: JSONObject | None = None
    ) -> JSONObject:
        """Press something that sends data; `shown` appears as the person's words without being sent."""
        where = chat or person
        if shown:
            content: JSONObject = {"type": "text", "text": shown}
            self._store.history.add(where.id, "shown", content, self._store.clock(), person.id)
        body: JSONObject = {"data": data} | ({"params": params} if params else {})
        return self.event("postback", where, person, postback=body)

    def press(self, person: Chat, pressable: Pressable, *, chat: Chat | None = None) -> list[JSONObject]:
        """Do what an action says. Links and the clipboard make no event."""
        action = pressable.action
        kind = action.get("type")
        if kind == "message":
            return [self.text(person, str(action.get("text", "")), chat=chat).event]
        if kind in ("camera", "cameraRoll"):
            return [self.image(person, chat=chat).event]
        if kind == "location":
            return [self.location(person, chat=chat).event]
        if kind not in ("postback", "datetimepicker", "richmenuswitch"):
            return []
        said = action.get("text") if kind == "postback" else None
        if isinstance(said, str):
            spoken = [self.text(person, said, chat=chat).event]
            return [self.postback(person, str(action["data"]), chat=chat), *spoken]
        shown = str(action.get("displayText") or "")
        params = self._params(action)
        return [self.postback(person, str(action["data"]), chat=chat, shown=shown, params=params)]

    def _params(self, action: JSONObject) -> JSONObject | None:
        if action.get("type") == "richmenuswitch":
            return {"newRichMenuAliasId": action.get("richMenuAliasId"), "status": "SUCCESS"}
        if action.get("type") != "datetimepicker":
            return None
        mode = str(action.get("mode"))
        now = datetime.fromtimestamp(self._store.clock(), UTC)
        return {mode: action.get("initial") or now.strftime(_MOMENT_FORMATS[mode])}

    def _current(self, person: Chat) -> Chat:
        return self._store.chats.find(person.id) or person
