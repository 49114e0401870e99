"""Counts who opens which page, also where the cache answers: in memory, and every half minute into the database."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from urllib.parse import unquote

import structlog

from editor_ui.front.networks import network_of
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, transaction
from factcheck.ids import is_public_id
from factcheck.models import Channel, DocType
from factcheck.services.visits import Visit, note_visits

log = structlog.get_logger()

FLUSH_SECONDS = 30.0
MOST_WAITING = 20_000
"""Different visitors of different pages until the next flush. Of those beyond, nobody is told from others."""
PAGE = re.compile(r"/(article|reply)/([^/?#]+)")
ROBOT = re.compile(
    r"bot|crawl|spider|slurp|preview|facebookexternalhit|monitor|headless|curl|wget|python|http|scan|feed",
    re.IGNORECASE,
)
"""In the name of what is no reader's browser."""
SEEN = (200, 304)

Store = Callable[[Collection[Visit]], None]


def document_of(path: str) -> tuple[DocType, str] | None:
    """Reads the path of a request, as it was sent."""
    found = PAGE.fullmatch(path)
    doc_id = unquote(found[2]) if found else ""
    return (DocType(found[1]), doc_id) if found and is_public_id(doc_id) else None


class Visits:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: Counter[tuple[DocType, str, str]] = Counter()

    def note(self, method: str, path: str, status: int, *, address: str, browser: str, purpose: str = "") -> None:
        """Counts what a reader was shown. `purpose`: what the browser says if nobody looks yet."""
        document = document_of(path) if method == "GET" and status in SEEN else None
        if document is None or not browser or ROBOT.search(browser) or "prefetch" in purpose:
            return
        visitor = f"{network_of(address)} {browser}"
        known = (*document, visitor) in self._waiting or len(self._waiting) < MOST_WAITING
        self._waiting[(*document, visitor if known else "")] += 1

    async def keep_storing(self) -> None:
        """Runs until it is cancelled, and stores what is left then."""
        try:
            while True:
                await asyncio.sleep(FLUSH_SECONDS)
                await self.flush()
        finally:
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self.flush())

    async def flush(self) -> None:
        """Stores what waits. What cannot be stored now waits on."""
        waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        visits = [Visit(Channel.WEB, kind, doc_id, who, count) for (kind, doc_id, who), count in waiting.items()]
        try:
            await asyncio.to_thread(self._store, visits)
        except Exception as error:
            log.warning("visits_not_stored", error=type(error).__name__, visits=len(visits))
            if len(self._waiting) + len(waiting) <= 2 * MOST_WAITING:
                self._waiting.update(waiting)


def storing(factory: SessionFactory, clock: Clock) -> Store:
    def store(visits: Collection[Visit]) -> None:
        with transaction(factory, durable=False) as session:
            note_visits(session, visits, now=clock())

    return store
