"""Counts of long lists, remembered for a while: to count a hundred thousand messages takes longer than all else that a
page needs, and nobody sees a few more or less."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

LONG = 2_000
"""Shorter lists are counted each time, so that one that somebody works off tells how far they are."""
KEPT_SECONDS = 60.0
MOST_KEPT = 500

Counted = TypeVar("Counted")


class Counts:
    """What was counted of late, for all threads of a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def of(self, key: Hashable, count: Callable[[], Counted], size: Callable[[Counted], int]) -> Counted:
        """Gives what `count` gave, now or of late. `size`: how many messages that are in all."""
        now = self._clock()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        counted = count()
        if size(counted) >= LONG:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = now, counted
        else:
            self._kept.pop(key, None)
        return counted
