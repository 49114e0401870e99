"""What a release of the dataset takes: rows and megabytes a second, memory, and how long a transaction stays open.

    python -m benchmarks.dataset [DATASET_DIR] [--share 0.05] [--round-trip] [--webhook SECONDS] [--json OUT]

Measures a made dataset on PostgreSQL, which TEST_DATABASE_URL names: `--share 1` has 1,000,000 articles, 500,000
replies, 4,000,000 votes and 10,000,000 rows of visits; and, from DATASET_DIR, a real one in Cofacts' format. With
--round-trip the files are loaded into an empty database, are written again from it, and must be the same. With
--webhook the service answers webhooks for so long, twice: alone, and while releases are made beside it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks import dataset_export, dataset_rows
from benchmarks.setting import HEADER, Setting, machine, row
from benchmarks.webhook import GAP, post_events
from factcheck.dataset.importer import import_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from indexer.evaluation.results import milliseconds, out_file, save
from tests.postgresql import own_schema

NAME = "factline_export"
"""By which the database knows the measured connection."""
LOOK_SECONDS = 0.2
BESIDE = 0.05
"""At most this share is released beside webhooks, again and again."""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dataset", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path, nargs="?", help="a real dataset")
    parser.add_argument("--share", type=float, default=0.05, help="of the made dataset (default 0.05)")
    parser.add_argument(
        "--filled", action="store_true", help="TEST_DATABASE_URL itself: `python -m benchmarks.dataset_rows` filled it"
    )
    parser.add_argument("--round-trip", action="store_true")
    parser.add_argument("--webhook", type=int, default=0, metavar="SECONDS")
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    print(machine(), flush=True)
    figures: dict[str, Any] = {"share": options.share}
    parts = {"generated": generated, **({"real": real} if options.dataset else {})}
    for name, part in {**parts, **({"webhook": webhook} if options.webhook else {})}.items():
        figures[name] = part(options)
        if options.json:
            save(options.json, figures)  # after each: the next one may fail


def generated(options: argparse.Namespace) -> dict[str, Any]:
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="factline-dataset-"))
        url = os.environ["TEST_DATABASE_URL"] if options.filled else opened.enter_context(own_schema())
        if not options.filled:
            with database(url) as factory, transaction(factory) as session:
                dataset_rows.fill(session, dataset_rows.scaled(options.share))
        return measured(url, Path(folder), options)


def real(options: argparse.Namespace) -> dict[str, Any]:
    with own_schema() as url, tempfile.TemporaryDirectory(prefix="factline-dataset-") as folder:
        with database(url) as factory:
            import_dataset(factory, options.dataset, progress=False)
        return measured(url, Path(folder), options)


@contextmanager
def database(url: str) -> Iterator[SessionFactory]:
    engine = make_engine(url)
    migrate(engine)
    yield make_session_factory(engine)
    engine.dispose()


def measured(url: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    first = folder / "first"
    found = exported(url, first)
    if options.round_trip:
        with own_schema() as other:
            with database(other) as factory:
                begun = time.perf_counter()
                report = import_dataset(factory, first, progress=False)
                found["import_rows_a_second"] = round(report.new / (time.perf_counter() - begun))
            exported(other, folder / "second")
        found["same_after_round_trip"] = digests(first) == digests(folder / "second")
        print(f"import: {found['import_rows_a_second']:,} rows/s; the same again: {found['same_after_round_trip']}")
    return found


def exported(url: str, folder: Path) -> dict[str, Any]:
    """Writes all files in a process of its own, whose memory is then that of the export."""
    folder.mkdir()
    watch = Watch(url)
    command = [sys.executable, "-m", dataset_export.__name__, url, str(folder)]
    try:
        subprocess.run(command, check=True, env={**os.environ, "PGAPPNAME": NAME})
    finally:
        longest = watch.longest()
    figures: dict[str, Any] = json.loads((folder / dataset_export.FIGURES).read_text(encoding="utf-8"))
    figures["longest_transaction_seconds"] = round(longest, 1)
    for name, one in figures["files"].items():
        print(f"{name:26}{one['rows']:>12,} rows{one['rows_a_second']:>10,} rows/s{one['mb_a_second']:>8} MB/s")
    print(f"at most {figures['peak_mb']} MB; longest transaction {longest:.1f} s", flush=True)
    return figures


class Watch:
    """Looks at how long transactions of the export have been open."""

    def __init__(self, url: str) -> None:
        self._engine, self._longest, self._ended = make_engine(url), 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def longest(self) -> float:
        self._ended.set()
        self._thread.join()
        self._engine.dispose()
        return self._longest

    def _look(self) -> None:
        asked = text(
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity"
            " WHERE application_name = :name"
        )
        while not self._ended.wait(LOOK_SECONDS):
            with read_only(make_session_factory(self._engine)) as session:
                self._longest = max(self._longest, float(session.scalar(asked, {"name": NAME}) or 0))


def digests(folder: Path) -> dict[str, int]:
    """Name of each CSV file -> the checksum of its content."""
    found = {}
    for path in folder.glob("*.csv.zip"):
        with zipfile.ZipFile(path) as archive:
            found.update({member.filename: member.CRC for member in archive.infolist()})
    return found


def webhook(options: argparse.Namespace) -> dict[str, Any]:
    rate = 20
    with (
        tempfile.TemporaryDirectory(prefix="factline-dataset-") as folder,
        Setting(Path(folder), "elasticsearch") as setting,
    ):
        with transaction(setting.factory) as session:
            dataset_rows.fill(session, dataset_rows.scaled(min(options.share, BESIDE)))
        people = [setting.line.person(f"person {n}", "zh-TW", "phone") for n in range(rate * GAP)]
        alone = [seconds for _, seconds in post_events(setting, people, seconds=options.webhook, rate=rate)]
        ended = threading.Event()
        beside = threading.Thread(target=releases, args=(setting, ended))
        beside.start()
        together = [seconds for _, seconds in post_events(setting, people, seconds=options.webhook, rate=rate)]
        ended.set()
        beside.join()
    print("\n".join([HEADER, row("webhook, alone", alone), row("webhook, beside releases", together)]), flush=True)
    return {"alone": milliseconds(alone), "beside_releases": milliseconds(together)}


def releases(setting: Setting, ended: threading.Event) -> None:
    """Makes one after the other, as the worker does and with its priority, in a process of its own."""
    as_the_worker = "from factcheck.long_running import WORKER_NICE, give_way; give_way(WORKER_NICE)"
    export = "from factcheck.cli import main; main(['export-dataset'])"
    command = [sys.executable, "-c", f"{as_the_worker}; {export}"]
    environment = setting.service.environment
    while not ended.is_set():
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=300, start_new_session=True)


if __name__ == "__main__":
    main()
