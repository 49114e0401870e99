"""The strict fake LINE of the test suite: the simulator on a free port."""

import base64
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from werkzeug.serving import make_server

from bot.simulator.app import API_PREFIX, standalone_app
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import Chat
from bot.simulator.world.history import Message
from bot.simulator.world.phone import Phone, Said
from bot.simulator.world.pressing import Pressable, pressables, visible_text
from bot.simulator.world.store import Store
from bot.simulator.world.traffic import Entry
from bot.simulator.world.webhook import EXTENSION, Platform, WebhookDelivery

ACCESS_TOKEN = "simulated-access-token"  # noqa: S105 -- not a real one
CHANNEL_SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"  # noqa: S105
Predicate = Callable[[list[JSONObject]], bool]


class LineServer:
    """Serves fake LINEs one after the other: making its app takes longer than most tests."""

    def __init__(self) -> None:
        self.app = standalone_app(ACCESS_TOKEN)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, platform: Platform) -> None:
        """Serve this platform from now on; requests in progress stay with the one before."""
        self.app.extensions[EXTENSION] = platform

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class FakeLine:
    """A LINE platform at `base_url`. Webhooks are sent at once and their answer is awaited.

    `send_*`, `postback`, `press`, `follow` … do what people do and deliver the webhook; `phone` only makes the events,
    for `deliver` and `redeliver`; `received` and `wait_for` tell what arrived.
    """

    def __init__(
        self,
        directory: Path,
        *,
        bot_name: str = "Bot",
        clock: Callable[[], float] = time.time,
        server: LineServer | None = None,
    ) -> None:
        """Prepare a platform. `server`: where it is served while the block lasts; None: a new one."""
        self.store = Store(directory / "line.sqlite", clock=clock, seed=False)
        self.platform = Platform(self.store, channel_secret=CHANNEL_SECRET, webhook_url="", bot_name=bot_name)
        self.phone = Phone(self.store)
        self.channel_secret = CHANNEL_SECRET
        self.access_token = ACCESS_TOKEN
        self._given_server = server
        self._server: LineServer | None = None

    def __enter__(self) -> Self:
        self._server = self._given_server or LineServer()
        self._server.serve(self.platform)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._server is not self._given_server:
            self._server.close()

    @property
    def root_url(self) -> str:
        if self._server is None:
            raise RuntimeError("use FakeLine in a with statement")
        return self._server.url

    @property
    def base_url(self) -> str:
        """The value for LINE_API_BASE, in place of https://api.line.me and https://api-data.line.me."""
        return self.root_url + API_PREFIX

    @property
    def webhook_url(self) -> str:
        return self.platform.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self.platform.webhook_url = url

    # People

    def person(
        self, name: str = "Somebody", language: str = "zh-TW", device: str = "phone", status: str = "friend"
    ) -> Chat:
        """Add a person; no event is sent. `status`: friend, stranger or blocked."""
        return self.store.chats.add_person(name, language, device, status)

    def group(self, name: str, members: Sequence[Chat], kind: str = "group") -> Chat:
        """Add a group or room with the bot in it; no event is sent."""
        return self.store.chats.add_group(name, members, kind=kind)

    # What people do

    def send_text(self, person: Chat, text: str, *, chat: Chat | None = None, **extra: object) -> WebhookDelivery:
        return self.deliver(self.phone.text(person, text, chat=chat, **extra))  # type: ignore[arg-type]

    def mention(self, person: Chat, text: str, *, chat: Chat, quoted: Message | None = None) -> WebhookDelivery:
        text = f"@{self.platform.bot_name} {text}"
        return self.deliver(self.phone.typed(person, text, chat=chat, bot_name=self.platform.bot_name, quoted=quoted))

    def send_album(self, person: Chat, count: int, *, chat: Chat | None = None) -> list[WebhookDelivery]:
        return [self.deliver(said) for said in self.phone.album(person, count, chat=chat)]

    def send_file(self, person: Chat, name: str, body: bytes, mime: str = "") -> WebhookDelivery:
        return self.deliver(self.phone.attach(person, name, body, mime))

    def postback(self, person: Chat, data: str, *, chat: Chat | None = None, **extra: object) -> WebhookDelivery:
        return self.deliver(self.phone.postback(person, data, chat=chat, **extra))  # type: ignore[arg-type]

    def follow(self, person: Chat) -> WebhookDelivery:
        return self.deliver(self.phone.follow(person))

    def block(self, person: Chat) -> WebhookDelivery:
        return self.deliver(self.phone.block(person))

    def unsend(self, person: Chat, message: Message | None = None) -> WebhookDelivery:
        """Take back a message, by default the newest."""
        own = [one for one in self.store.history.of_chat(person.id) if one.direction == "in" and not one.unsent]
        event = self.phone.unsend(message or own[-1])
        if event is None:
            raise AssertionError("this message is unsent already")
        return self.deliver(event)

    def press(self, person: Chat, label: str, *, chat: Chat | None = None) -> WebhookDelivery:
        """Press the newest button with this label. Raises AssertionError if the person sees none."""
        found = self._find_button(person, label, chat or person)
        made = self.phone.press(person, found, chat=chat)
        if not made:
            raise AssertionError(f"pressing {label!r} ({found.action.get('type')}) sends nothing; see `link`")
        deliveries = [self.deliver(event) for event in made]
        return deliveries[0]

    def link(self, person: Chat, label: str, *, chat: Chat | None = None) -> str:
        """Find a button as `press` does."""
        return str(self._find_button(person, label, chat or person).action.get("uri", ""))

    def labels(self, person: Chat, *, chat: Chat | None = None) -> list[str]:
        """List what the person could press now, newest message first."""
        return [one.label for one in self._buttons(person, chat or person) if one.label]

    def _find_button(self, person: Chat, label: str, chat: Chat) -> Pressable:
        found = next((one for one in self._buttons(person, chat) if one.label == label), None)
        if found is None:
            raise AssertionError(f"{person.name} sees no button {label!r}, only {self.labels(person, chat=chat)}")
        return found

    def _buttons(self, person: Chat, chat: Chat) -> list[Pressable]:
        """Quick replies count only on a phone and only of the newest message, as in LINE."""
        messages = self.store.history.of_chat(chat.id)
        on_phone = (self.store.chats.find(person.id) or person).on_phone
        found = []
        for message in reversed(messages):
            quick = on_phone and message is messages[-1]
            if message.from_bot:
                found += [one for one in pressables(message.content) if quick or not one.in_quick_reply]
        return found

    def edit(self, message: Message, text: str) -> WebhookDelivery:
        event = self.phone.edit(message, text)
        if event is None:
            raise AssertionError("this message is unsent")
        return self.deliver(event)

    # Webhooks

    def deliver(self, *events: JSONObject | Said) -> WebhookDelivery:
        return self.platform.deliver(*_events(events))

    def redeliver(self, *events: JSONObject | Said) -> WebhookDelivery:
        return self.platform.redeliver(*_events(events))

    def send_raw(
        self, body: bytes, *, signature: str | None = None, headers: dict[str, str] | None = None
    ) -> WebhookDelivery:
        """Send any bytes; see `Platform.post`."""
        return self.platform.post(body, signature=signature, headers=headers)

    # What arrived

    def received(self, chat: Chat) -> list[JSONObject]:
        """Return the bot's messages in a chat, in order, as LINE's JSON."""
        return [message.content for message in self.store.history.of_chat(chat.id) if message.from_bot]

    def texts(self, chat: Chat) -> list[str]:
        """Return the words of each of the bot's messages: texts, card contents, button labels."""
        return [visible_text(content) for content in self.received(chat)]

    def wait_for(self, chat: Chat, what: int | str | Predicate, timeout: float = 10.0) -> list[JSONObject]:
        """Wait for so many messages of the bot, or one with these words, or until a predicate over all of them holds;
        returns them all. Raises AssertionError with what there was instead."""
        deadline = time.monotonic() + timeout
        while True:
            messages = self.received(chat)
            if _holds(what, messages):
                return messages
            if time.monotonic() > deadline:
                calls = [f"{entry.method} {entry.path} -> {entry.status}" for entry in self.calls()[-5:]]
                seen = [visible_text(message) for message in messages]
                raise AssertionError(f"waited {timeout} s for {what!r}; {chat.name} got {seen}; last calls: {calls}")
            time.sleep(0.02)

    def calls(self, pattern: str = "*") -> list[Entry]:
        """A pattern without `*` is the end of the path, as `message/push`."""
        return self.store.traffic.of("call", pattern)

    def webhooks(self) -> list[Entry]:
        return self.store.traffic.of("webhook")

    def is_loading(self, person: Chat) -> bool:
        return self.store.chats.loading_until(person.id) > self.store.clock()

    # Troubles

    def add_fault(self, pattern: str, kind: str, times: int | None = 1, **params: object) -> None:
        self.store.add_fault(pattern, kind, times, **params)

    def expire_reply_tokens(self) -> None:
        self.store.reply_tokens.expire_all()

    def script_content(self, message: Message | Said, steps: Sequence[int | JSONObject]) -> None:
        """Script what downloads answer in turn: status codes or the steps of `content.py`, `body` as bytes."""
        found = message.message if isinstance(message, Said) else message
        self.store.history.script_media(found.id, [_step(step) for step in steps])


def _events(given: Sequence[JSONObject | Said]) -> list[JSONObject]:
    return [one.event if isinstance(one, Said) else one for one in given]


def _step(step: int | JSONObject) -> JSONObject:
    if isinstance(step, int):
        return {"status": step}
    body = step.get("body")
    return {**step, "body": base64.b64encode(body).decode()} if isinstance(body, bytes) else step


def _holds(what: int | str | Predicate, messages: list[JSONObject]) -> bool:
    if isinstance(what, int):
        return len(messages) >= what
    if isinstance(what, str):
        return any(what in visible_text(message) for message in messages)
    return what(messages)
