"""How many connections may be open, and which one is closed for a new one.

Only those without a whole request give way, the one that has waited longest first: a real visitor's request arrives
within a moment, so it is whoever holds connections that loses them. LINE's are never closed for a stranger's.
"""

from collections import Counter
from collections.abc import Callable
from typing import Protocol


class Connection(Protocol):
    network: str
    """Whose it is; '' is nobody's, and then only the total counts."""

    def shut(self) -> None: ...


class Door:
    def __init__(self, *, total: int, of_network: int, on_shut: Callable[[], None] = lambda: None) -> None:
        self._total, self._of_network, self._on_shut = total, of_network, on_shut
        self._open: Counter[str] = Counter()
        self._all = 0
        self._waiting: dict[Connection, None] = {}
        """Longest first."""
        self._waiting_of: dict[str, dict[Connection, None]] = {}
        self._trusted: set[Connection] = set()

    def enter(self, connection: Connection) -> None:
        self._open[connection.network] += 1
        self._all += 1
        self.waits(connection)
        if connection.network and self._open[connection.network] > self._of_network:
            self._shut_first(self._waiting_of[connection.network])
        elif self._all > self._total:
            self._shut_first(self._waiting)

    def trusts(self, connection: Connection) -> None:
        """Notes that something signed came by it."""
        self._trusted.add(connection)

    def waits(self, connection: Connection) -> None:
        """Notes that it has no request in hand."""
        self.works(connection)
        if connection in self._trusted:
            return
        self._waiting[connection] = None
        self._waiting_of.setdefault(connection.network, {})[connection] = None

    def works(self, connection: Connection) -> None:
        """Notes that its request has come."""
        self._waiting.pop(connection, None)
        of_network = self._waiting_of.get(connection.network, {})
        of_network.pop(connection, None)
        if not of_network:
            self._waiting_of.pop(connection.network, None)

    def left(self, connection: Connection) -> None:
        self.works(connection)
        self._trusted.discard(connection)
        self._all -= 1
        self._open[connection.network] -= 1
        if self._open[connection.network] <= 0:
            del self._open[connection.network]

    def _shut_first(self, waiting: dict[Connection, None]) -> None:
        first = next(iter(waiting))
        self.works(first)
        self._on_shut()
        first.shut()
