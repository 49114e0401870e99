"""People who use the bot, each by a script that is drawn from a seed, and the account of what each must get for it.

An answer is what one call of the API brings into a chat: one to five messages with the same time. It is known by words
that only answers of its kind have. Nobody says the same thing twice, and everybody waits for an answer before going
on, except where the point is not to.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.simulator.testing import FakeLine
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import Chat
from bot.simulator.world.phone import Said
from bot.simulator.world.pressing import Pressable, pressables, visible_text
from bot.understanding.private_text import Kind, understand
from tests.e2e.network import Network
from tests.pictures import jpeg
from tests.trial import rows

PATIENCE = 150.0
"""Seconds that a person waits for an answer before they go on without it."""

BREATH = 3.5
"""Seconds between two texts of one person: more than the moment in which texts belong together."""

LOOK_SECONDS = 0.1
GREETING, PICTURE, UNKNOWN, DECLINED, PUBLISHED, THANKS, WAIT = (
    "greeting",
    "picture",
    "unknown",
    "declined",
    "published",
    "thanks",
    "told to wait",
)
WORDS: dict[str, tuple[str, ...]] = {
    GREETING: ("您好！我是 Factline", "歡迎回來！"),
    PICTURE: ("我還不認得這張圖片。",),
    UNKNOWN: ("我不太確定，不過資料庫裡有", "可以公開這則訊息嗎？"),
    DECLINED: ("什麼都沒有公開",),
    PUBLISHED: ("訊息已經送出，等待查證",),
    THANKS: ("要不要把回應轉傳給",),
    WAIT: ("🔍",),
}
SYLLABLES = "藍杯河燈雲椅鹿橋麥鼓紙船傘鐘梨窗笛沙竹鞋星網糖旗蛙牆鏡雪葉瓦琴絲塔禮棋鍋巷鴿泉鈴柚籃帆谷鐵樓霧鯨井蓮"


@dataclass(frozen=True)
class Known:
    """A message that the trial texts have an answer to."""

    text: str
    replies: tuple[str, ...]
    """The beginning of each reply to it."""


def known_messages() -> list[Known]:
    """Trial messages in Chinese, as they are known, with their replies: these are answered without a question. (One of
    them is nothing but a question; to that the bot says what to send.)"""
    replies = {row["key"]: row["text"][:14] for row in rows("replies")}
    links = sorted((row["article"], row["reply"]) for row in rows("article_replies"))
    of_article = {key: tuple(replies[reply] for _, reply in group) for key, group in groupby(links, lambda row: row[0])}
    chinese = [row for row in rows("articles") if row["lang"] == "zh-Hant" and row["key"] in of_article]
    looked_up = [row for row in chinese if understand(row["text"], ()).kind == Kind.LOOK_UP]
    known = {of_article[row["key"]]: Known(row["text"], of_article[row["key"]]) for row in looked_up}
    shared = {reply for reply, times in Counter(reply for one in known for reply in one).items() if times > 1}
    return [message for replies, message in known.items() if not shared & set(replies)]


def unknown_text(chance: random.Random) -> str:
    """Words without sense, so that no two of them are alike."""
    words = ["".join(chance.sample(SYLLABLES, 2)) for _ in range(16)]
    return f"{'、'.join(words[:8])}，{'、'.join(words[8:])}。"


@dataclass
class Account:
    """What one chat must get: so many answers of a kind, and so many more that may come or not."""

    must: Counter[str] = field(default_factory=Counter)
    may: Counter[str] = field(default_factory=Counter)
    words: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(WORDS))

    def got(self, line: FakeLine, chat: Chat) -> Counter[str]:
        return Counter(self._kind(answer) for answer in answers(line, chat))

    def _kind(self, answer: str) -> str:
        found = (kind for kind, words in self.words.items() if any(word in answer for word in words))
        return next(found, f"something else: {answer[:60]!r}")


def answers(line: FakeLine, chat: Chat) -> list[str]:
    """The words of each answer, in order."""
    messages = [message for message in line.store.history.of_chat(chat.id) if message.from_bot]
    grouped = groupby(messages, lambda message: message.time)
    return ["\n".join(visible_text(message.content) for message in group) for _, group in grouped]


class Person:
    """Someone with a phone. `live` goes through a script of about so many events."""

    def __init__(
        self, line: FakeLine, network: Network, name: str, seed: str, known: Sequence[Known], *, pictures: bool = True
    ) -> None:
        self.chance = random.Random(f"{seed} {name}")  # noqa: S311 -- to be repeated, not to be secret
        self._sends_pictures = pictures
        self.chat = line.person(name, "zh-TW", "phone")
        self.account = Account()
        self.published: list[str] = []
        """Texts they agreed to publish."""
        self.pictures = 0
        """Pictures they agreed to publish."""
        self.waits: list[float] = []
        """Seconds from what they did to its answer, LINE's delays included; PATIENCE if it took longer."""
        self._line, self._network = line, network
        self._known = list(known)
        self.chance.shuffle(self._known)
        self._left = 0
        self._spoke_at = 0.0

    def live(self, events: int) -> None:
        self._left = events
        ways: list[tuple[int, int, Callable[[], None]]] = [
            (1, 1, self._follow),
            (2, 5, self._ask_about_known),
            (3, 4, self._ask_about_unknown),
            (2, 1, self._take_back_later),
            (2, 1, self._take_back_at_once),
            (3, 2, self._rate_and_follow),
        ]
        if self._sends_pictures:
            ways += [(2, 2, self._ask_about_picture), (2, 1, self._take_picture_back)]
        while self._left > 0:
            able = [way for way in ways if way[0] <= self._left and (self._known or way[2] == self._follow)]
            self.chance.choices([way for _, _, way in able], [weight for _, weight, _ in able])[0]()

    # What people do

    def _follow(self) -> None:
        self._do(GREETING, self._line.phone.follow(self.chat))

    def _ask_about_known(self) -> None:
        said, kind = self._say_known()
        self._do(kind, said.event)
        if self._left > 0 and self.chance.random() < 0.5:
            self._press("👍 有幫助", THANKS)

    def _rate_and_follow(self) -> None:
        """Two things at once, in any order."""
        said, kind = self._say_known()
        self._do(kind, said.event)
        pressed = self._pressing("👍 有幫助")
        if pressed is not None:
            self._send(pressed)
            self.account.must[THANKS] += 1
        self._do(GREETING, self._line.phone.follow(self.chat))

    def _ask_about_unknown(self) -> None:
        text = unknown_text(self.chance)
        if not self._do(UNKNOWN, self._say(text).event):
            return  # the newest buttons are those of an earlier question
        if self._button("都不是") is not None:
            self._press("都不是", UNKNOWN)
        if self.chance.random() < 0.3:
            self.published.append(text)
            self._press("好，公開並請志工查證", PUBLISHED)
        else:
            self._press("不要公開", DECLINED)

    def _ask_about_picture(self) -> None:
        if not self._do(PICTURE, self._show_picture().event):
            return
        if self.chance.random() < 0.3:
            self.pictures += 1
            self._press("好，公開並請志工查證", PUBLISHED)
        else:
            self._press("不要公開", DECLINED)

    def _take_picture_back(self) -> None:
        said = self._show_picture()
        if self._do(PICTURE, said.event):
            self._unsend(said)

    def _take_back_later(self) -> None:
        """After the answer: who takes a message back before it, gets none."""
        said, kind = self._say_known()
        if self._do(kind, said.event):
            self._unsend(said)

    def _take_back_at_once(self) -> None:
        """Whether the answer was on its way already is a matter of luck; it never comes twice."""
        said, kind = self._say_known()
        self.account.may[kind] += 1
        events = [said.event, self._line.phone.unsend(said.message) or {}]
        self.chance.shuffle(events)
        for event in events:
            self._send(event)

    # How they do it

    def _say_known(self) -> tuple[Said, str]:
        known = self._known.pop()
        kind = f"reply {known.replies[0]}"
        self.account.words[kind] = known.replies
        return self._say(known.text), kind

    def _say(self, text: str) -> Said:
        time.sleep(max(0.0, self._spoke_at + BREATH - time.monotonic()))
        said = self._line.phone.text(self.chat, text)
        self._spoke_at = time.monotonic()
        return said

    def _show_picture(self) -> Said:
        """Sends a picture that nobody else has."""
        time.sleep(max(0.0, self._spoke_at + BREATH - time.monotonic()))
        said = self._line.phone.attach(self.chat, "photo.jpg", jpeg(self.chance.randrange(2**31)), "image/jpeg")
        self._spoke_at = time.monotonic()
        return said

    def _unsend(self, said: Said) -> None:
        self._send(self._line.phone.unsend(said.message) or {})

    def _press(self, label: str, kind: str) -> None:
        """Nothing happens where the button is missing: then an answer is missing, and is counted as such."""
        event = self._pressing(label)
        if event is not None:
            self._do(kind, event)

    def _pressing(self, label: str) -> JSONObject | None:
        button = self._button(label)
        return self._line.phone.press(self.chat, button)[0] if button else None

    def _button(self, label: str) -> Pressable | None:
        """Of the newest answer that has buttons."""
        messages = [message for message in self._line.store.history.of_chat(self.chat.id) if message.from_bot]
        for _, answer in groupby(reversed(messages), lambda message: message.time):
            buttons = [one for message in answer for one in pressables(message.content)]
            if buttons:
                return next((one for one in buttons if one.label == label), None)
        return None

    def _do(self, kind: str, event: JSONObject) -> bool:
        """Send an event and wait for its answer. False when it did not come in time; it may come later."""
        self.account.must[kind] += 1
        started = time.monotonic()
        self._send(event)
        while self.account.got(self._line, self.chat)[kind] < self.account.must[kind]:
            if time.monotonic() - started > PATIENCE:
                self.waits.append(PATIENCE)
                return False
            time.sleep(LOOK_SECONDS)
        self.waits.append(time.monotonic() - started)
        return True

    def _send(self, event: JSONObject) -> None:
        self._left -= 1
        self._network.send(event, self.chance)


class Group:
    """A group with the bot in it: chatter, and now and then a known message. In time, one answer; else silence."""

    def __init__(self, line: FakeLine, network: Network, name: str, seed: str, known: Sequence[Known]) -> None:
        self.chance = random.Random(f"{seed} {name}")  # noqa: S311 -- to be repeated, not to be secret
        self._members = [line.person(f"{name} {n}", "zh-TW", "phone", "stranger") for n in range(3)]
        self.chat = line.group(name, self._members)
        self.account = Account()
        self._line, self._network = line, network
        self._known = list(known)
        self.chance.shuffle(self._known)

    def live(self, events: int) -> None:
        for n in range(events):
            if n % 3 == 2 and self._known:
                known = self._known.pop()
                kind = f"reply {known.replies[0]}"
                self.account.words[kind] = known.replies
                self.account.may[kind] += 1
                text = known.text
            else:
                text = unknown_text(self.chance)
            said = self._line.phone.text(self.chance.choice(self._members), text, chat=self.chat)
            self._network.send(said.event, self.chance)
            time.sleep(self.chance.uniform(1, 4))
