"""Everything the simulated platform remembers, in one SQLite file."""

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bot.simulator.world.chats import Chats
from bot.simulator.world.database import Database
from bot.simulator.world.history import History
from bot.simulator.world.ledger import Quota, Rates, ReplyTokens, RetryKeys
from bot.simulator.world.menus import Menus
from bot.simulator.world.traffic import Faults, Traffic


class Store:
    """Safe to use from several threads and processes on one file. `clock` gives seconds since 1970."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time, seed: bool = True) -> None:
        self._database = Database(path)
        self.clock = clock
        self.chats = Chats(self._database)
        self.history = History(self._database)
        self.reply_tokens = ReplyTokens(self._database)
        self.retry_keys = RetryKeys(self._database)
        self.quota = Quota(self._database)
        self.rates = Rates(self._database)
        self.traffic = Traffic(self._database)
        self.faults = Faults(self._database)
        self.menus = Menus(self._database)
        if seed:
            self.chats.seed()

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Make what is done inside, over all parts, happen together or not at all."""
        return self._database.write()

    def sequence(self) -> int:
        """Return a number that grows with every change."""
        return self._database.sequence()

    def bot_user_id(self) -> str:
        """Return the `destination` of webhooks, chosen once in the life of the file."""
        found = self._database.get_meta("bot_user_id", "")
        if found:
            return found
        with self._database.write():
            found = self._database.get_meta("bot_user_id", "")
            if not found:
                found = "U" + secrets.token_hex(16)
                self._database.set_meta("bot_user_id", found)
        return found

    def add_fault(self, pattern: str, kind: str, times: int | None = 1, **params: object) -> None:
        self.faults.add(pattern, kind, times, **params)
