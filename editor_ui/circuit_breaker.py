"""Skipping an index or a model after a failure, so that not every page waits for its time-out."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from factcheck.clock import Clock
from factcheck.errors import EmbedderUnavailableError, SearchUnavailableError

SLOW = timedelta(seconds=2)
"""A longer call counts as a failure, though its answer is used: whatever it waits for may be hanging."""

SKIP = timedelta(seconds=10)
"""How long nothing is asked after a failure."""

Answer = TypeVar("Answer")


class Breaker:
    """Guards one part in one process; threads share it. Some time after a failure one call tries again, and others are
    skipped until it succeeds."""

    def __init__(
        self,
        clock: Clock,
        failure: type[SearchUnavailableError] | type[EmbedderUnavailableError],
        *,
        slow: timedelta | None = SLOW,
    ) -> None:
        """Takes the error that the part raises when it is away, which skipped calls raise too. `slow`: None for what
        takes the processor's time and waits for nobody, so that a crowd alone makes it slow."""
        self._clock = clock
        self._failure = failure
        self._slow = slow
        self._lock = threading.Lock()
        self._failed_at: datetime | None = None

    def call(self, ask: Callable[[], Answer]) -> Answer:
        """Returns or raises what `ask` does, or raises `failure` without asking."""
        if not self._may_ask():
            raise self._failure("It was in trouble a moment ago and is left alone for a while.")
        started = self._clock()
        try:
            answer = ask()
        except self._failure:
            self._note(well=False)
            raise
        self._note(well=self._slow is None or self._clock() - started <= self._slow)
        return answer

    def _may_ask(self) -> bool:
        now = self._clock()
        with self._lock:
            if self._failed_at is None:
                return True
            if timedelta(0) <= now - self._failed_at < SKIP:  # a clock set back ends it, too
                return False
            self._failed_at = now
            return True

    def _note(self, *, well: bool) -> None:
        now = self._clock()
        with self._lock:
            self._failed_at = None if well else now
