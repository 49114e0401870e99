"""Pages that are the same for everybody, kept for a moment.

The moment bounds for how long we show what was hidden or erased meanwhile, so nothing need tell the cache. While there
is no room to make a page, one of the last minute serves.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from editor_ui.front.lanes import BusyError

LIFE_SECONDS = 2.0
OLD_SECONDS = 60.0
"""Half of what `editor_ui.sharing` allows to others."""
MAY_BE_OLD = "stale-while-revalidate"
FAULT = 500
MAX_BYTES = 64_000_000
MAX_PAGE_BYTES = 1_000_000
MAX_WAITING = 500
"""Visitors who wait for pages in the making; more would fill the door."""


@dataclass(frozen=True)
class Answer:
    """What a process behind said."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def is_shared(self) -> bool:
        """Tells whether it is the same for everybody, as the app said."""
        public = self.status == 200 and self.header("cache-control").startswith("public")
        return public and not self.header("set-cookie") and len(self.body) <= MAX_PAGE_BYTES


class Cache:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Answer]] = {}
        """Oldest first: when it was asked for, and the answer."""
        self._bytes = 0
        self._in_the_making: dict[Hashable, asyncio.Task[Answer]] = {}
        self._waiting = 0

    def get(self, key: Hashable) -> Answer | None:
        kept = self._kept.get(key)
        return kept[1] if kept and self._clock() - kept[0] <= LIFE_SECONDS else None

    def get_old(self, key: Hashable) -> Answer | None:
        kept = self._kept.get(key)
        is_old = kept is not None and self._clock() - kept[0] <= OLD_SECONDS
        return kept[1] if kept and is_old and MAY_BE_OLD in kept[1].header("cache-control") else None

    async def make(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Makes an answer and keeps it, unless somebody else just does. Raises what `make` does, and BusyError."""
        task = self._in_the_making.get(key)
        if task is not None:
            answer = await self._waited_for(task)
            return answer if answer.is_shared else await make()
        task = asyncio.create_task(self._made(key, make))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to be told
        self._in_the_making[key] = task
        return await asyncio.shield(task)

    async def _waited_for(self, task: asyncio.Task[Answer]) -> Answer:
        if self._waiting >= MAX_WAITING:
            raise BusyError
        self._waiting += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting -= 1

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        asked_at = self._clock()
        try:
            answer = await make()
        finally:
            del self._in_the_making[key]
        if answer.status < FAULT:  # or it says nothing of the page
            self._drop(key)
        if answer.is_shared:
            self._keep(key, asked_at, answer)
        return answer

    def _keep(self, key: Hashable, asked_at: float, answer: Answer) -> None:
        self._kept[key] = (asked_at, answer)
        self._bytes += len(answer.body)
        oldest = self._clock() - OLD_SECONDS
        while self._kept and (self._bytes > MAX_BYTES or self._kept[next(iter(self._kept))][0] < oldest):
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self._bytes -= len(self._kept.pop(key)[1].body)
