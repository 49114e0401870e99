"""The running service that is measured, with the fake LINE beside it and the trial texts in it."""

import itertools
import logging
import os
import platform
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import func, select

from benchmarks.articles import FIXTURES, asked_texts, fill, read_texts
from benchmarks.line_server import FakeLineApart
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, open_database, read_only, transaction
from factcheck.jobs.queue import bring_forward
from factcheck.models import Article, ArticleFacts, Job
from factcheck.settings import Settings, load_settings
from indexer.sync import CHECK_INDEX
from tests.e2e.profiles import profile_settings
from tests.e2e.service import LATER_JOBS, Service
from tests.postgresql import own_schema
from tests.waiting import wait_until


def machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load}"


def heading(profile: str) -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, profile {profile}"


class Setting:
    """The database of the elasticsearch profile is a schema of its own, which is dropped at the end; its index is
    not, since Elasticsearch is a test server's."""

    def __init__(self, folder: Path, profile: str, known: Sequence[str] = (), asked: Sequence[str] = ()) -> None:
        """`known`: texts of more articles; `asked`: messages to ask about them."""
        self.folder, self.profile = folder, profile
        self._known, self._asked = known, asked
        self._open = ExitStack()

    def __enter__(self) -> "Setting":
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the service must not live on without us
        with ExitStack() as opened:
            (self.folder / "line").mkdir()
            self.line = opened.enter_context(FakeLineApart(self.folder / "line"))
            database = opened.enter_context(own_schema()) if self.profile == "elasticsearch" else None
            settings = {
                **profile_settings(self.profile, database),
                "TRIAL": "1",
                "TRUSTED_PROXIES": "1",  # strangers have addresses of their own
                "LINE_CHANNEL_SECRET": self.line.channel_secret,
                "LINE_CHANNEL_ACCESS_TOKEN": self.line.access_token,
                "LINE_API_BASE": self.line.base_url,
            }
            self.service = opened.enter_context(Service(self.folder / "service", settings))
            self.line.webhook_url = f"{self.service.base_url}/callback"
            self.service.load_trial()
            self._wait_idle()
            if self._known:
                fill(self.settings, self.factory, self._known)
                self._wait_idle()
                wait_until(self._is_derived, 240, "what is compared of articles")
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def factory(self) -> SessionFactory:
        return open_database(self.settings)

    @cached_property
    def settings(self) -> Settings:
        """Those of the service."""
        return load_settings(**{name.lower(): value for name, value in self.service.environment.items()})

    def messages(self) -> Iterator[str]:
        """Distinct ones without end, to ask about articles."""
        return asked_texts(self._known or read_texts([FIXTURES / "rewordings.jsonl"]), self._asked)

    def known_messages(self) -> Iterator[str]:
        """Gives those of the articles, word for word, one after the other and again."""
        return itertools.cycle(self._known)

    def _wait_idle(self) -> None:
        """What checks a new index comes a minute later by itself."""
        with transaction(self.factory) as session:
            bring_forward(session, CHECK_INDEX, now=utc_now())
        wait_until(self.is_idle, 240, "indexing, and the check of the index")

    def _is_derived(self) -> bool:
        with read_only(self.factory) as session:
            lacking = select(func.count(Article.id)).outerjoin(ArticleFacts).where(ArticleFacts.article_id.is_(None))
            return not session.scalar(lacking)

    def is_idle(self) -> bool:
        """No job left but the ones that repeat themselves."""
        with read_only(self.factory) as session:
            left = select(func.count()).select_from(Job).where(Job.kind.not_in(LATER_JOBS))
            return not session.scalar(left)


def row(name: str, values: Sequence[float]) -> str:
    """One line of a table: milliseconds from seconds."""
    ordered = sorted(values)
    cells = [statistics.median(ordered), quantile(ordered, 0.95), quantile(ordered, 0.99), ordered[-1]]
    return f"{name:42}" + "".join(f"{1000 * cell:>10.1f}" for cell in cells) + f"{len(ordered):>8}"


Measured = tuple[str, dict[str, Any]]
"""What is shown, and the same as figures for a file (`indexer.evaluation.results`)."""


HEADER = f"{'milliseconds':42}{'median':>10}{'95th':>10}{'99th':>10}{'max':>10}{'n':>8}"


def quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def pause(seconds: float) -> None:
    time.sleep(max(0.0, seconds))
