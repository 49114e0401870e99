"""`python -m factcheck ...`: the database, the dataset, jobs."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from factcheck.clock import utc_now
from factcheck.dataset.export import export_dataset
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.publish import publish_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.errors import FactlineError
from factcheck.jobs import queue
from factcheck.models import Job, JobState
from factcheck.services.usage import daily_counts
from factcheck.settings import Settings, SettingsError, load_settings
from factcheck.trial_data import load_fixtures

Command = Callable[[Settings, SessionFactory, argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        engine = make_engine(settings.resolved_database_url)
        if options.command == "migrate":
            migrate(engine)
            return 0
        run: Command = options.run
        return run(settings, make_session_factory(engine), options)
    except FactlineError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m factcheck", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("load-fixtures", help="add the trial texts of fixtures/").set_defaults(run=_load_fixtures)
    command = commands.add_parser("export-dataset", help="write the open dataset as zipped CSV files")
    command.add_argument("folder", type=Path, nargs="?", help="where to; left out: publish it at /data/")
    command.set_defaults(run=_export)
    command = commands.add_parser("import-dataset", help="load zipped CSV files of the same form")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=_import)
    command = commands.add_parser("jobs", help="show waiting and dead jobs; retry or drop dead ones")
    command.add_argument("--retry", metavar="ID", type=_job_id, help="give a dead job (or 'all') fresh attempts")
    command.add_argument("--drop", metavar="ID", type=int, help="forget a dead job")
    command.set_defaults(run=_jobs)
    command = commands.add_parser("usage", help="what happened in the chats, counted by day")
    command.add_argument("--days", metavar="N", type=int, default=30, help="the last N days (default 30)")
    command.set_defaults(run=_usage)
    return parser


def _load_fixtures(settings: Settings, factory: SessionFactory, _options: argparse.Namespace) -> int:
    if not settings.trial:
        raise SettingsError("The fixtures are invented messages, for trials only: set TRIAL=1 to load them.")
    with transaction(factory) as session:
        new = load_fixtures(session, secret_key=settings.secret_key, now=utc_now())
    print(f"{new} fixture articles added")
    return 0


def _export(settings: Settings, factory: SessionFactory, options: argparse.Namespace) -> int:
    licence = settings.dataset_licence
    if options.folder is None:
        folder = publish_dataset(factory, settings.resolved_dataset_dir, clock=utc_now, licence=licence)
    else:
        folder = options.folder
        export_dataset(factory, folder, clock=utc_now, licence=licence)
    print(f"written to {folder}")
    return 0


def _import(_settings: Settings, factory: SessionFactory, options: argparse.Namespace) -> int:
    print(import_dataset(factory, options.folder).table())
    return 0


def _jobs(_settings: Settings, factory: SessionFactory, options: argparse.Namespace) -> int:
    if options.drop is not None:
        with transaction(factory) as session:
            found = queue.drop_dead(session, options.drop)
        print("dropped" if found else "no such dead job")
        return 0 if found else 1
    if options.retry is not None:
        with transaction(factory) as session:
            count = queue.retry_dead(session, options.retry or None, now=utc_now())
        print(f"{count} dead jobs will be tried again")
        return 0
    _show_jobs(factory)
    return 0


def _usage(_settings: Settings, factory: SessionFactory, options: argparse.Namespace) -> int:
    with read_only(factory) as session:
        found = daily_counts(session, now=utc_now(), days=max(1, options.days))
    for day, counts in found.items():
        for kind, number in sorted(counts.items()):
            print(f"{day}  {number:8}  {kind}")
    return 0


def _job_id(text: str) -> int:
    """0 stands for all."""
    return 0 if text == "all" else int(text)


def _show_jobs(factory: SessionFactory) -> None:
    with read_only(factory) as session:
        for (kind, state), count in sorted(queue.counts(session).items()):
            print(f"{count:8}  {state:8} {kind}")
        dead = session.scalars(select(Job).where(Job.state == JobState.DEAD).order_by(Job.id).limit(100))
        for job in dead:
            print(f"dead {job.id} {job.kind} after {job.attempts} attempts: {job.last_error}")
