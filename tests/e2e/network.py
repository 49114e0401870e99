"""The way of webhooks from LINE to the bot on a bad day: late, twice, out of order, several in one, and again until
somebody says 200."""

import heapq
import itertools
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from bot.simulator.testing import FakeLine
from bot.simulator.validation.node import JSONObject

TWICE, LATE, SHARED = 0.10, 0.15, 0.3
"""Shares of events that are sent a second time, that are late, and that travel with others in one webhook."""
LATE_SECONDS = 4.0
SHARING_SECONDS = 0.5
"""How long events that travel together wait for each other."""

MOST_SHARED = 5
"""Events in one webhook."""

SENDERS = 16


class Network:
    """`send` returns at once; `idle` tells when LINE has got a 200 for everything."""

    def __init__(self, line: FakeLine) -> None:
        self.counts: Counter[str] = Counter()
        """events, webhooks, sent twice, late, not answered 200"""
        self._line = line
        self._waiting: list[tuple[float, int, JSONObject, bool]] = []
        self._numbers = itertools.count()
        self._under_way = 0
        self._changed = threading.Condition()
        self._stopped = False
        self._pool = ThreadPoolExecutor(SENDERS)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def send(self, event: JSONObject, chance: random.Random) -> None:
        """Everything that is left to chance is drawn here, from the sender's own numbers."""
        late = chance.random() < LATE
        delay = chance.uniform(0.3, LATE_SECONDS) if late else 0.0
        twice = chance.random() < TWICE
        again = chance.choice([0.0, chance.uniform(0, 2 * LATE_SECONDS)])
        alone = chance.random() >= SHARED
        delay += 0.0 if alone else SHARING_SECONDS - time.monotonic() % SHARING_SECONDS
        with self._changed:
            self.counts.update(["events"] + ["late"] * late + ["sent twice"] * twice)
            self._put(delay, event, alone)
            if twice:
                self._put(delay + again, event, True)

    def idle(self) -> bool:
        with self._changed:
            return not self._waiting and not self._under_way

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _put(self, delay: float, event: JSONObject, alone: bool) -> None:
        heapq.heappush(self._waiting, (time.monotonic() + delay, next(self._numbers), event, alone))
        self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and not (batch := self._take_due()):
                    due = self._waiting[0][0] - time.monotonic() if self._waiting else None
                    self._changed.wait(due)
                if self._stopped:
                    return
                self._under_way += 1
            self._pool.submit(self._deliver, batch)

    def _take_due(self) -> list[JSONObject]:
        """One event, or several that may travel together; those in turned order."""
        now = time.monotonic()
        batch: list[JSONObject] = []
        while self._waiting and self._waiting[0][0] <= now and len(batch) < MOST_SHARED:
            alone = self._waiting[0][3]
            if alone and batch:
                break
            batch.append(heapq.heappop(self._waiting)[2])
            if alone:
                break
        return batch[::-1]

    def _deliver(self, batch: list[JSONObject]) -> None:
        status = self._line.deliver(*batch).status
        while status != 200 and not self._stopped:
            with self._changed:
                self.counts["not answered 200"] += 1
            time.sleep(random.uniform(0.5, 3))  # noqa: S311 -- LINE does not tell its intervals
            status = self._line.redeliver(*batch).status
        with self._changed:
            self._under_way -= 1
            self.counts["webhooks"] += 1
