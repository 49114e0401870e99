"""What can happen to a file of the index, and a bot that lives through it, in a process that may die of it."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.services.indexing import count_shown
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.factory import healing_job_kinds
from tests.bot.chatting import Chatting, words
from tests.conftest import MovableClock
from tests.indexer.conftest import expecting

TEXTS = [
    "Put a cut onion in every room and the flu will never enter your house, says a doctor from Vienna",
    "Elephants are afraid of mice because mice crawl up their trunks at night",
    "A bank in Osaka pays ten thousand yen to whoever forwards this message to five friends",
]
ASKED = TEXTS[0].replace("Put a cut", "Place one cut").replace("doctor", "physician")
REPLY = "Onions do not take viruses out of the air."

PARTS = {
    "pointer": "current",
    "file": "index-*.sqlite",
    "log": "*-wal",
    "words": "*-words/*",
    "vectors": "*-vectors",
    "locks": "*lock",
    "all": "**/*",
}
SHARED_MEMORY = "*-shm"
"""SQLite's own, which it maps: whoever has it open dies when it is cut short."""


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def shortened(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def garbled(path: Path) -> None:
    """Changes 200 bytes all over it."""
    content = bytearray(path.read_bytes())
    chance = random.Random(path.suffix)  # noqa: S311
    for at in chance.choices(range(len(content)), k=200 if content else 0):
        content[at] ^= chance.randrange(1, 256)
    with path.open("r+b") as file:
        file.write(content)


HARMS: dict[str, Callable[[Path], None]] = {
    "emptied": emptied,
    "shortened": shortened,
    "removed": Path.unlink,
    "garbled": garbled,
}


class Living:
    """A bot and its worker, on a database and an index that are there."""

    def __init__(self, url: str, directory: Path) -> None:
        factory = make_session_factory(make_engine(url))
        self.factory = factory
        self.search = EmbeddedSearch(directory, expecting(articles=partial(count_shown, factory)))
        self.chat = Chatting(factory, MovableClock(), self.search)
        self.kinds = healing_job_kinds(factory, self.search, self.chat.embedder, clock=self.chat.clock)
        handlers = {**self.chat.handlers, **handlers_of(self.kinds, self.chat.clock)}
        self.chat.worker = Worker(factory, handlers, clock=self.chat.clock)

    def followed(self, url: str, directory: Path) -> "Living":
        """Another process, later, in the same chat."""
        other = Living(url, directory)
        other.chat.clock.now, other.chat._events = self.chat.clock.now, self.chat._events
        return other

    def start_worker(self) -> None:
        with transaction(self.chat.factory) as session:
            plan(session, self.kinds, now=self.chat.clock())

    def said_later(self) -> str:
        """What LINE is given within a minute, in which the worker looks after the index."""
        before = len(self.chat.line.sent)
        for _ in range(6):
            self.chat.clock.advance(seconds=10)
            self.chat.worker.run_due_jobs()
        return words([messages for _, _, messages in self.chat.line.sent[before:]])


def spoil(directory: Path, pattern: str, harm: str) -> None:
    for path in [path for path in directory.glob(pattern) if path.is_file() and not path.match(SHARED_MEMORY)]:
        HARMS[harm](path)


def live_through(url: str, directory: Path, part: str, harm: str, *, restarted: bool) -> None:
    """Loses a part of the index while it is open, or before it is opened again. A wrong answer must never be given; the
    right one comes by itself."""
    living = Living(url, directory)
    assert REPLY in words(living.chat.say(ASKED))
    spoil(directory, PARTS[part], harm)
    if restarted:
        living = living.followed(url, directory)
    if restarted or harm == "garbled":  # which only shows when all of it is looked at, now and then
        living.start_worker()
    at_once = words(living.chat.say(ASKED + "!!"))
    assert at_once == "" or REPLY in at_once
    living.start_worker()
    assert REPLY in at_once + living.said_later()
    living.search.verify()
    for search in (living.search, living.followed(url, directory).search):
        assert len(search.versions()) == len(TEXTS)
    assert REPLY in words(living.chat.say(ASKED + "??"))


def answer_what_waits(url: str, directory: Path) -> None:
    living = Living(url, directory)
    living.chat.clock.advance(minutes=1)
    assert REPLY in living.said_later()


def die_of_it(url: str, directory: Path) -> None:
    living = Living(url, directory)
    assert REPLY in words(living.chat.say(ASKED))
    for path in directory.glob(SHARED_MEMORY):
        emptied(path)
    living.chat.say(ASKED + "!!")
