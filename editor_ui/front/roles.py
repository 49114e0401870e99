"""What each process of `web` does: one front, which all requests reach first, and those behind it.

gunicorn starts, watches and replaces them as its workers, all of one class.
"""

import asyncio
import os
import resource
import signal
import socket
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

import structlog
from aiohttp import web
from gunicorn.workers.gthread import ThreadWorker

from editor_ui.front.behind import Behind
from editor_ui.front.door import Door
from editor_ui.front.front import ANSWERS, Front
from editor_ui.front.inner_sockets import is_there, path_of
from editor_ui.front.visitor import VisitorServer
from editor_ui.front.visits import Visits, storing
from editor_ui.sessions import reader
from factcheck.clock import utc_now
from factcheck.db.session import open_database
from factcheck.long_running import PAGES_NICE, give_way
from factcheck.settings import Settings

log = structlog.get_logger()


class Role(StrEnum):
    PAGES = "pages"
    WEBHOOK = "webhook"
    FRONT = "front"


Inner = Mapping[Role, socket.socket]
"""Where the processes behind the front listen."""

PROCESSES: Mapping[Role, int] = {Role.PAGES: 2, Role.WEBHOOK: 2, Role.FRONT: 1}
"""Two of those behind, should one hang. Either takes what comes next: limits count for both (`factcheck.counts`)."""

READ_ON_SECONDS = 0.8
"""How long the front, once it is told to stop, still reads requests that have begun."""
STOP_SECONDS = 1.0
"""How much later those behind it stop, so that these requests still reach them."""
SHUTDOWN_SECONDS = 15.0
SIGN_SECONDS = 0.25
CONNECTIONS = 2000
CONNECTIONS_OF_NETWORK = 64
"""A browser opens six."""
OTHER_FILES = 500
"""Descriptors that are no visitors' connections."""


def next_role(present: Iterable[Role]) -> Role:
    """The role of which most are missing. While all processes are replaced, those to come have the same roles."""
    counts = Counter(present)
    return min(Role, key=lambda role: counts[role] / PROCESSES[role])


class WebProcess(ThreadWorker):
    """gunicorn's worker with threads, or in its place the front. `given` is called before the fork."""

    role: Role
    settings: Settings
    inner: Inner
    sockets: list[Any]
    has_asked = False

    def given(self, role: Role, settings: Settings, inner: Inner) -> None:
        self.role, self.settings, self.inner = role, settings, inner

    def run(self) -> None:
        self.log.info("This process is %s", self.role)
        if self.role == Role.FRONT:
            asyncio.run(self._serve())
        else:
            for public in self.sockets:  # or it would still take connections when the front has gone
                public.close()
            self.sockets = [self.inner[self.role]]
            os.setsid()  # where sessions get equal shares of the processor, those who answer LINE have one each
            give_way(PAGES_NICE if self.role == Role.PAGES else 0)
            super().run()

    def _look_after_sockets(self) -> None:
        """Has all processes replaced, with sockets that can be reached, when one of the present ones cannot be."""
        if not self.has_asked and not all(map(is_there, self.inner.values())):
            self.has_asked = True
            log.error("inner_sockets_lost")
            os.kill(self.ppid, signal.SIGHUP)

    def handle_exit(self, sig: int, frame: Any) -> None:
        if self.role == Role.FRONT:
            self.alive = False
        else:
            threading.Timer(STOP_SECONDS, super().handle_exit, (sig, frame)).start()

    async def _serve(self) -> None:
        settings = self.settings
        behind = Behind(path_of(self.inner[Role.PAGES]), path_of(self.inner[Role.WEBHOOK]))
        proxies = settings.trusted_proxies
        factory = open_database(settings, pool_size=1, patient=True)
        visits = Visits(storing(factory, utc_now))
        of_site, trial = settings.default_locale, settings.trial
        front = Front(behind, reader(self.wsgi), visits, proxies=proxies, of_site=of_site, trial=trial)
        door = Door(
            total=connections(), of_network=CONNECTIONS_OF_NETWORK, on_shut=ANSWERS.labels("connection_shut").inc
        )
        runner = web.ServerRunner(
            VisitorServer(front.handle, door, is_proxied=bool(proxies)), shutdown_timeout=SHUTDOWN_SECONDS
        )
        await runner.setup()
        sites = [web.SockSite(runner, public.sock, backlog=2048) for public in self.sockets]
        for site in sites:
            await site.start()
        counting = asyncio.create_task(visits.keep_storing())
        while self.alive and self.ppid == os.getppid():
            self.notify()
            self._look_after_sockets()
            await asyncio.sleep(SIGN_SECONDS)
        for site in sites:
            await site.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(front.is_idle(), READ_ON_SECONDS)
        await runner.cleanup()
        counting.cancel()
        with suppress(asyncio.CancelledError):
            await counting
        await behind.close()


def connections() -> int:
    """Says how many there may be, and raises the limit of open files as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(100, min(CONNECTIONS, (soft - OTHER_FILES) // 2)) if soft > 0 else CONNECTIONS


def present_roles(workers: Iterable[object]) -> list[Role]:
    return [worker.role for worker in workers if isinstance(worker, WebProcess)]
