"""How often a network or an account may ask for what costs something. One process counts, so the count is the whole
web's."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from editor_ui.front.networks import network_of
from factcheck.counts import SharedStorage

PAGES = RateLimitItemPerMinute(300, namespace="pages")
"""Pages that must be made, of an account or else a network. Many may share an address, and what is in the cache is not
counted."""

API = RateLimitItemPerMinute(300, namespace="api")
"""Answers to programs of a network. The app counts more exactly, and by app."""
API_OF_APPS = RateLimitItemPerMinute(6_000, namespace="api of apps")
"""Answers of a network that sends a secret, which the app looks at: as many as the largest quota."""

WATCHING = RateLimitItemPerMinute(300, namespace="watching")
"""Looks of a network at how the service is."""

DOWNLOADS = 2
"""Files of the dataset at once, of a network: a slow reader keeps a place as long as the file takes."""

BAD_SIGNATURES = RateLimitItemPerMinute(20, namespace="signatures")


class Rates:
    def __init__(self) -> None:
        self._counts = FixedWindowRateLimiter(SharedStorage())
        self._downloads: Counter[str] = Counter()

    def may_ask(self, address: str, account: str = "") -> bool:
        return self._counts.hit(PAGES, f"account {account}" if account else network_of(address))

    def may_call(self, address: str, *, has_secret: bool) -> bool:
        return self._counts.hit(API_OF_APPS if has_secret else API, network_of(address))

    def may_watch(self, address: str) -> bool:
        return self._counts.hit(WATCHING, network_of(address))

    def may_knock(self, address: str) -> bool:
        """Tells whether a caller of the webhook is listened to. LINE's signatures are good, unless our
        secret is wrong."""
        return self._counts.test(BAD_SIGNATURES, network_of(address))

    @contextmanager
    def download(self, address: str) -> Iterator[bool]:
        """Counts a file while it is read, and tells whether it may be."""
        network = network_of(address)
        self._downloads[network] += 1
        try:
            yield self._downloads[network] <= DOWNLOADS
        finally:
            self._downloads[network] -= 1
            self._downloads += Counter()  # forgets those with none

    def was_unsigned(self, address: str) -> None:
        self._counts.hit(BAD_SIGNATURES, network_of(address))
