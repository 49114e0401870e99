"""The forms of the chat page: each does what a person does, sends the webhook and leads back."""

import secrets
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from bot.simulator.validation.limits import utf16_units
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import DEVICES, Chat
from bot.simulator.world.history import Message
from bot.simulator.world.phone import Phone
from bot.simulator.world.pressing import Pressable, find_pressable
from bot.simulator.world.store import Store
from bot.simulator.world.traffic import FAULT_KINDS
from bot.simulator.world.webhook import platform

ALBUM_PICTURES = 3
TYPED_TEXT_LIMIT = 10_000
"""UTF-16 units that LINE's own app lets a person send at once."""
UPLOAD_BYTES = 20 * 1024 * 1024


def register_actions(blueprint: Blueprint) -> None:
    actions = _Actions()
    for name in ("text", "sticker", "image", "album", "location", "attach", "press", "forward", "unsend", "edit"):
        blueprint.add_url_rule(f"/chat/<chat_id>/{name}", name, getattr(actions, name), methods=["POST"])
    for name in ("follow", "block", "join", "leave", "invite", "quit", "device"):
        blueprint.add_url_rule(f"/chat/<chat_id>/{name}", name, getattr(actions, name), methods=["POST"])
    blueprint.add_url_rule("/people", "people", actions.people, methods=["POST"])
    blueprint.add_url_rule("/chat/<chat_id>/redeliver", "redeliver", actions.redeliver, methods=["POST"])
    blueprint.add_url_rule("/chat/<chat_id>/trouble", "trouble", actions.trouble, methods=["POST"])
    blueprint.before_request(_allow_uploads)


def _allow_uploads() -> None:
    request.max_content_length = UPLOAD_BYTES
    request.max_form_memory_size = UPLOAD_BYTES


class _Actions:
    @property
    def _store(self) -> Store:
        return platform().store

    @property
    def _phone(self) -> Phone:
        return Phone(self._store)

    def _speaker(self, chat_id: str) -> tuple[Chat, Chat]:
        """Finds chat and speaker; the bot must be neither blocked nor gone."""
        chat, person = self._who(chat_id)
        if chat.status in ("blocked", "left"):
            abort(self._back(chat, "The bot is blocked." if chat.is_person else "The bot is not in this group."))
        return chat, person

    def _who(self, chat_id: str) -> tuple[Chat, Chat]:
        chat = self._store.chats.find(chat_id) or abort(404)
        if chat.is_person:
            return chat, chat
        members = self._store.chats.members(chat.id)
        wanted = request.form.get("as", "")
        person = next((one for one in members if one.id == wanted), members[0] if members else None)
        return chat, person or abort(404)

    def _back(self, chat: Chat, error: str = "") -> Response:
        query = {name: value for name, value in (("as", request.form.get("as")), ("error", error)) if value}
        target = url_for("simulator.chat", chat_id=chat.id) + (f"?{urlencode(query)}" if query else "")
        return redirect(target, 303)

    def _sent(self, chat: Chat, events: Iterable[JSONObject]) -> Response:
        for event in events:
            platform().deliver_in_background(event)
        return self._back(chat)

    def text(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        text = self._typed(chat)
        quoted = self._message_in(chat, "quote")
        name = platform().bot_name
        return self._sent(chat, [self._phone.typed(person, text, chat=chat, bot_name=name, quoted=quoted).event])

    def edit(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        message = self._message_in(chat, "message")
        if message is None or chat.is_person or message.sender_id != person.id or message.content.get("type") != "text":
            return self._back(chat, "This message cannot be edited.")
        event = self._phone.edit(message, self._typed(chat))
        return self._sent(chat, [event] if event else [])

    def _typed(self, chat: Chat) -> str:
        # Browsers send line breaks as CR LF; LINE's apps send LF.
        text = request.form.get("text", "").replace("\r\n", "\n")
        if not text.strip():
            abort(self._back(chat, "Write something first."))
        if utf16_units(text) > TYPED_TEXT_LIMIT:
            abort(self._back(chat, f"LINE sends at most {TYPED_TEXT_LIMIT} characters at once."))
        return text

    def _message_in(self, chat: Chat, field: str) -> Message | None:
        message = self._store.history.find(request.form.get(field, ""))
        return message if message is not None and message.chat_id == chat.id and not message.unsent else None

    def sticker(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        return self._sent(chat, [self._phone.sticker(person, chat=chat).event])

    def image(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        return self._sent(chat, [self._phone.image(person, chat=chat).event])

    def album(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        return self._sent(chat, [said.event for said in self._phone.album(person, ALBUM_PICTURES, chat=chat)])

    def location(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        return self._sent(chat, [self._phone.location(person, chat=chat).event])

    def attach(self, chat_id: str) -> Response:
        chat, person = self._speaker(chat_id)
        try:
            upload = request.files.get("file")
        except RequestEntityTooLarge:
            return self._back(chat, f"At most {UPLOAD_BYTES // 1024**2} MB here.")
        if upload is None or not upload.filename:
            return self._back(chat, "Choose a file first.")
        said = self._phone.attach(person, upload.filename, upload.read(), upload.mimetype, chat=chat)
        return self._sent(chat, [said.event])

    def press(self, chat_id: str) -> Response:
        """Press a button: the form names the message or rich menu, and the action's path in it."""
        chat, person = self._speaker(chat_id)
        owner, _, path = request.form.get("press", "").partition(":")
        pressable = self._find_pressable(chat, owner, path)
        if pressable is None:
            return self._back(chat, "This button is gone.")
        return self._sent(chat, self._phone.press(person, pressable, chat=chat))

    def _find_pressable(self, chat: Chat, owner: str, path: str) -> Pressable | None:
        menu = self._store.menus.find(owner)
        if menu is not None:
            return find_pressable(menu.menu, path)
        message = self._store.history.find(owner)
        if message is None or message.chat_id != chat.id or not message.from_bot:
            return None
        return find_pressable(message.content, path)

    def forward(self, chat_id: str) -> Response:
        chat, _ = self._who(chat_id)
        message = self._store.history.find(request.form.get("message", ""))
        receiver = self._store.chats.find(request.form.get("to", ""))
        text = message.content.get("text") if message and not message.unsent else None
        if receiver is None or receiver.kind != "user" or receiver.status == "blocked" or not isinstance(text, str):
            return self._back(chat, "This message cannot be forwarded.")
        return self._sent(receiver, [self._phone.text(receiver, text).event])

    def unsend(self, chat_id: str) -> Response:
        chat, person = self._who(chat_id)
        message = self._store.history.find(request.form.get("message", ""))
        if message is None or message.chat_id != chat.id or message.sender_id != person.id or message.direction != "in":
            return self._back(chat, "This message cannot be unsent.")
        event = self._phone.unsend(message)
        return self._sent(chat, [event] if event else [])

    def follow(self, chat_id: str) -> Response:
        chat, person = self._who(chat_id)
        if chat.is_person and chat.status != "friend":
            platform().deliver_in_background(self._phone.follow(person))
        return self._back(chat)

    def block(self, chat_id: str) -> Response:
        chat, person = self._who(chat_id)
        if chat.is_person and chat.status != "blocked":
            platform().deliver_in_background(self._phone.block(person))
        return self._back(chat)

    def join(self, chat_id: str) -> Response:
        chat, _ = self._who(chat_id)
        if chat.status == "left":
            platform().deliver_in_background(self._phone.join(chat))
        return self._back(chat)

    def leave(self, chat_id: str) -> Response:
        chat, _ = self._who(chat_id)
        if chat.status == "joined":
            platform().deliver_in_background(self._phone.leave(chat))
        return self._back(chat)

    def invite(self, chat_id: str) -> Response:
        chat, _ = self._who(chat_id)
        newcomer = self._store.chats.find(request.form.get("member", ""))
        if chat.is_person or newcomer is None or not newcomer.is_person:
            return self._back(chat, "Choose whom to add.")
        return self._sent(chat, [self._phone.member_joined(chat, newcomer)])

    def quit(self, chat_id: str) -> Response:
        chat, person = self._who(chat_id)
        if chat.is_person or len(self._store.chats.members(chat.id)) < 2:
            return self._back(chat, "Somebody must stay.")
        return self._sent(chat, [self._phone.member_left(chat, person)])

    def device(self, chat_id: str) -> Response:
        chat, person = self._who(chat_id)
        if request.form.get("device") in DEVICES:
            self._store.chats.set_device(person.id, request.form["device"])
        return self._back(chat)

    def people(self) -> Response:
        name = request.form.get("name", "").strip()[:50] or "Someone"
        language = request.form.get("language", "zh-TW")[:10]
        device = request.form.get("device", "phone")
        status = "friend" if request.form.get("friend") else "stranger"
        person = self._store.chats.add_person(name, language, device if device in DEVICES else "phone", status)
        if status == "friend":
            platform().deliver_in_background(self._phone.follow(person))
        return self._back(person)

    def redeliver(self, chat_id: str) -> Response:
        chat, _ = self._who(chat_id)
        entry = self._store.traffic.find(request.form.get("entry", 0, int))
        body = entry.request if entry and entry.direction == "webhook" else None
        events = body.get("events") if isinstance(body, dict) else None
        if not isinstance(events, list):
            return self._back(chat, "This webhook cannot be sent again.")
        platform().redeliver_in_background(*events)
        return self._back(chat)

    def trouble(self, chat_id: str) -> Response:
        chat, _ = self._who(chat_id)
        what = request.form.get("what", "")
        if what == "expire":
            self._store.reply_tokens.expire_all()
        elif what == "clear":
            self._store.faults.clear()
        elif what == "quota":
            limit = request.form.get("limit", "").strip()
            if limit and not (limit.isascii() and limit.isdigit() and len(limit) < 10):
                return self._back(chat, "The quota is a number, or empty for no limit.")
            self._store.quota.set_limit(int(limit) if limit else None)
        elif what == "fault" and request.form.get("kind") in FAULT_KINDS:
            times = min(max(request.form.get("times", 1, int), 1), 1000)
            percent = min(max(request.form.get("percent", 100, int), 1), 100)
            chance = {"share": percent / 100, "seed": secrets.randbits(30)} if percent < 100 else {}
            self._store.add_fault(request.form.get("pattern") or "*", request.form["kind"], times, seconds=3, **chance)
        return self._back(chat)
