"""What the commands of `python -m indexer` do. Each raises FactlineError, and returns its exit code."""

import argparse
import time
from functools import partial
from typing import Any

from tqdm import tqdm

from factcheck.db.migrate import require_migrated
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only
from factcheck.errors import SearchUnavailableError
from factcheck.logs import configure_logging
from factcheck.services.clustering import cluster_all, count_copies, unchecked_ids
from factcheck.settings import Settings
from factcheck.version import VERSION
from indexer.backends.identity import REBUILD_COMMAND
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import model_directory, prepare_model, read_description
from indexer.embedding.server import AlreadyServingError, EmbeddingServer, serve_until_told
from indexer.factory import build_local_embedder, build_search
from indexer.reindex import Pace, reindex
from indexer.status import drift_line, exit_code, lines, problems
from indexer.sync import find_drift, repair

STANDBY_SECONDS = 0.5


def make_model(settings: Settings, options: argparse.Namespace) -> int:
    directory = prepare_model(settings, from_hub=options.from_hub)
    print(f"{read_description(directory).name} is ready in {directory}")
    return 0


def serve_model(settings: Settings, _options: argparse.Namespace) -> int:
    configure_logging()
    # One thread: the machine's other core answers people meanwhile.
    embedder = LocalEmbedder(model_directory(settings), threads=1)
    server = _server_when_free(settings, embedder)
    embedder.load()
    print(f"Factline {VERSION}: {embedder.name} answers at {server.address}", flush=True)
    serve_until_told(server)
    return 0


def _server_when_free(settings: Settings, embedder: LocalEmbedder) -> EmbeddingServer:
    """Stands by while an orphan of a process manager's last run still serves, since an exit would stop the manager."""
    told = False
    while True:
        try:
            return EmbeddingServer(settings.embedder_socket, embedder)
        except AlreadyServingError as error:
            if not told:
                print(f"{error} Standing by until it ends.", flush=True)
                told = True
            time.sleep(STANDBY_SECONDS)


def rebuild_index(settings: Settings, options: argparse.Namespace) -> int:
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
    """Moves the bar on. An earlier run's work counts, but not for the speed shown."""
    if bar.total is None:
        bar.initial = bar.n = done
    bar.total = total
    bar.update(done - bar.n)


def sync_index(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _session_factory(settings), build_search(settings)
    drift = find_drift(factory, search)
    if len(drift):
        embedder = build_local_embedder(settings)
        with tqdm(total=len(drift), unit=" articles", disable=None) as bar:
            for count in repair(factory, search, embedder, drift):
                bar.update(count)
    print(f"Repaired: {drift_line(drift)}")
    return 0


def find_clusters(settings: Settings, _options: argparse.Namespace) -> int:
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


def show_status(settings: Settings, _options: argparse.Namespace) -> int:
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
