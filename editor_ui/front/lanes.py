"""How many requests of a kind may be in the hands of the processes behind, so that none takes another's room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote


class Kind(StrEnum):
    WEBHOOK = "webhook"
    HEALTH = "health"
    WATCH = "watch"
    """What people and Prometheus look at; it asks the database."""
    DOWNLOAD = "download"
    """A file of the dataset: as long as its reader takes."""
    TRIAL = "trial"
    """The simulated LINE of a trial."""
    MEMBER = "member"
    """A page for somebody who is logged in."""
    API = "api"
    """GraphQL and `/api/`: programs, which never tire."""
    PAGE = "page"


@dataclass(frozen=True)
class Room:
    at_once: int
    waiting: int
    patience: float
    """Seconds that one may wait. LINE gives up after two; its event is kept all the same."""


ROOMS = {
    Kind.WEBHOOK: Room(8, 1000, 15),
    Kind.HEALTH: Room(2, 1000, 10),
    Kind.WATCH: Room(2, 20, 10),
    Kind.DOWNLOAD: Room(8, 0, 0),
    Kind.TRIAL: Room(4, 100, 10),
    Kind.MEMBER: Room(4, 40, 5),
    Kind.API: Room(4, 40, 2),
    Kind.PAGE: Room(8, 40, 2),
}
THREADS = sum(room.at_once for kind, room in ROOMS.items() if kind != Kind.WEBHOOK)
"""What the processes behind need, so that whoever has room is answered at once."""

HEALTH_PATH = "/healthz"
WATCH_PATHS = ("/readyz", "/metrics")
API_PREFIXES = ("/graphql", "/api/")
TRIAL_PREFIX = "/simulator/"
FILES_PREFIX = "/static/"
"""Style and scripts, which are the same for everybody."""


def kind_of(path: str, *, trial: bool, is_member: bool = False) -> Kind:
    """Takes the path as it was sent, and reads it as the app does: `/%64ata/` is `/data/`."""
    path = unquote(path)
    if path == "/callback":
        return Kind.WEBHOOK
    if path == HEALTH_PATH:
        return Kind.HEALTH
    if path in WATCH_PATHS:
        return Kind.WATCH
    if path.startswith(API_PREFIXES):
        return Kind.API
    if path.startswith("/data/") and path.count("/") > 2 and not path.endswith("/"):
        return Kind.DOWNLOAD
    if trial and path.startswith(TRIAL_PREFIX):
        return Kind.TRIAL
    return Kind.MEMBER if is_member and not path.startswith(FILES_PREFIX) else Kind.PAGE


class BusyError(Exception):
    """Raised when there is no room and none is expected soon."""


class Lane:
    def __init__(self, room: Room) -> None:
        self._room = room
        self._free = asyncio.Semaphore(room.at_once)
        self._waiting = 0

    @property
    def is_full(self) -> bool:
        return self._free.locked()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Takes a place, or waits for one. Raises BusyError."""
        await self._enter()
        try:
            yield
        finally:
            self._free.release()

    async def _enter(self) -> None:
        if self.is_full and self._waiting >= self._room.waiting:
            raise BusyError
        self._waiting += 1
        try:
            async with asyncio.timeout(self._room.patience or None):
                await self._free.acquire()
        except TimeoutError:
            raise BusyError from None
        finally:
            self._waiting -= 1
