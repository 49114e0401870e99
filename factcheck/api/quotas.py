"""How often who calls may ask, counted for all processes of a `web`."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from factcheck.api.callers import Caller
from factcheck.counts import SharedStorage

ANYBODY = 240
"""Operations a minute of a network that sends no secret."""
MATCHES = 20
"""Messages a minute that a network may have compared, and an app ten times as many: each takes some 50 ms."""
ALL_MATCHES = 120
"""Messages a minute that all networks together may have compared, as on the pages."""
SEARCH_COST = 4
"""Operations that a search counts for: it asks the index and the model."""
WRITES = 60
"""Contributions of a person an hour, as on the pages."""


EVERYBODY = RateLimitItemPerMinute(ALL_MATCHES, namespace="api-match-all")


@dataclass(frozen=True)
class Left:
    """What is left of a quota."""

    most: int
    window: int
    """Seconds."""
    remaining: int
    resets_in: int
    """Seconds."""
    is_over: bool = False

    @property
    def refusal(self) -> str:
        return f"Too many requests. Please wait {self.resets_in} seconds."

    @property
    def headers(self) -> dict[str, str]:
        """Writes the fields of the IETF's draft on rate limits, and when to come again."""
        told = {
            "RateLimit-Policy": f'"default";q={self.most};w={self.window}',
            "RateLimit": f'"default";r={self.remaining};t={self.resets_in}',
        }
        return {**told, "Retry-After": str(max(1, self.resets_in))} if self.is_over else told


class Quotas:
    """Counts by app, or else by network. `network` names the one of the present request."""

    def __init__(self, network: Callable[[], str], *, enabled: Callable[[], bool] = lambda: True) -> None:
        self._network, self._enabled = network, enabled
        self._storage = SharedStorage()
        self._counts = FixedWindowRateLimiter(self._storage)

    def take(self, caller: Caller, operations: int = 1) -> Left:
        most = caller.requests_a_minute if caller.app_id else ANYBODY
        return self._take(RateLimitItemPerMinute(most, namespace="api"), self._name(caller), operations)

    def take_match(self, caller: Caller) -> Left:
        most = MATCHES * 10 if caller.app_id else MATCHES
        left = self._take(RateLimitItemPerMinute(most, namespace="api-match"), self._name(caller), 1)
        if caller.app_id or left.is_over:
            return left
        return replace(left, is_over=self._take(EVERYBODY, "everybody", 1).is_over)

    def take_search(self, caller: Caller) -> Left:
        return self.take(caller, SEARCH_COST)

    def take_write(self, caller: Caller) -> Left:
        return self._take(RateLimitItemPerHour(WRITES, namespace="api-write"), f"{caller.app_id} {caller.stored_id}", 1)

    def _name(self, caller: Caller) -> str:
        return f"app {caller.app_id}" if caller.app_id else self._network()

    def _take(self, item: RateLimitItem, name: str, cost: int) -> Left:
        is_over = self._enabled() and not self._counts.hit(item, name, cost=cost)
        resets_at, remaining = self._counts.get_window_stats(item, name)
        resets_in = max(0, round(resets_at - self._storage.clock().timestamp()))
        return Left(item.amount, item.get_expiry(), 0 if is_over else max(0, remaining), resets_in, is_over)
