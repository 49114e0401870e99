"""LINE's dots in a private chat while a message is worked on. Nothing waits for them, and failures are only logged."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog

from bot.line.client import Line, LineError, LineUnreachableError

log = structlog.get_logger()

THREADS = 2
AT_ONCE = 20
"""Chats that are waited for."""

SHOW_AFTER = 0.3
"""Seconds. Most answers are faster, and dots shown after the answer would stay until they run out."""

SHOW_FOR = 30
"""Seconds; then the bot says itself that it takes long (`bot.inbound.still_working`)."""


class Loading:
    def __init__(self, line: Line, *, show_after: float = SHOW_AFTER) -> None:
        self._line = line
        self._show_after = show_after
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="loading")
        self._lock = threading.Lock()
        self._chats: set[str] = set()

    @property
    def pending(self) -> int:
        with self._lock:
            return len(self._chats)

    @contextmanager
    def shown(self, user_id: str) -> Iterator[None]:
        """Show dots if the block takes long; once for several blocks at a time."""
        done = threading.Event()
        with self._lock:
            wanted = user_id not in self._chats and len(self._chats) < AT_ONCE
            if wanted:
                self._chats.add(user_id)
        if wanted:
            self._pool.submit(self._show, user_id, done)
        try:
            yield
        finally:
            done.set()

    def _show(self, user_id: str, done: threading.Event) -> None:
        try:
            if not done.wait(self._show_after):
                self._line.show_loading(user_id, SHOW_FOR)
        except (LineError, LineUnreachableError) as error:
            log.info("no_loading_animation", error=type(error).__name__)
        finally:
            with self._lock:
                self._chats.discard(user_id)
