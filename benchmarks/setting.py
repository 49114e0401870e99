"""The running service that is measured, with the fake LINE beside it and the trial texts in it."""

import os
import platform
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from sqlalchemy import func, select

from bot.simulator.testing import FakeLine
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, reading
from factcheck.models import Job
from factcheck.services.housekeeping import HOUSEKEEPING
from factcheck.settings import load_settings
from tests.e2e.profiles import profile_settings
from tests.e2e.service import Service, wait_until

SECRET, TOKEN = "bench-secret", "bench-token"


def machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load}"


class Setting:
    def __init__(self, folder: Path, profile: str) -> None:
        self.folder, self.profile = folder, profile

    def __enter__(self) -> "Setting":
        (self.folder / "line").mkdir()
        self.line = FakeLine(self.folder / "line", access_token=TOKEN, channel_secret=SECRET)
        self.line.__enter__()
        settings = {
            **profile_settings(self.profile),
            "TRIAL": "1",
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE": self.line.base_url,
        }
        self.service = Service(self.folder / "service", settings)
        self.service.__enter__()
        self.line.webhook_url = f"{self.service.base_url}/callback"
        self.service.run("factcheck", "load-fixtures")
        wait_until(self.is_idle, 120, "indexing of the trial texts")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.service.stop()
        self.line.__exit__(kind, error, trace)

    @property
    def factory(self) -> SessionFactory:
        url = self.service.environment.get("DATABASE_URL", "")
        settings = load_settings(database_url=url, var_dir=self.service.folder)
        return make_session_factory(make_engine(settings.resolved_database_url))

    def is_idle(self) -> bool:
        """No job left but the ones that repeat themselves."""
        with reading(self.factory) as session:
            left = select(func.count()).select_from(Job).where(Job.kind.not_in([HOUSEKEEPING, "export_dataset"]))
            return not session.scalar(left)


def row(name: str, values: Sequence[float]) -> str:
    """One line of a table: milliseconds from seconds."""
    ordered = sorted(values)
    cells = [statistics.median(ordered), quantile(ordered, 0.95), quantile(ordered, 0.99), ordered[-1]]
    return f"{name:42}" + "".join(f"{1000 * cell:>10.1f}" for cell in cells) + f"{len(ordered):>8}"


HEADER = f"{'milliseconds':42}{'median':>10}{'95th':>10}{'99th':>10}{'max':>10}{'n':>8}"


def quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def pause(seconds: float) -> None:
    time.sleep(max(0.0, seconds))
