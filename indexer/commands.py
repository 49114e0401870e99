"""What the commands of `python -m indexer` do. Each raises FactlineError, and returns its exit code."""

import argparse
import os
import subprocess
import sys
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from typing import Any

import structlog
from tqdm import tqdm

from factcheck.db.migrate import require_migrated
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.errors import ReaderUnavailableError, SearchUnavailableError
from factcheck.logs import configure_logging
from factcheck.long_running import MODELS_NICE, give_way
from factcheck.packages import how_to_install
from factcheck.ports import SearchBackend
from factcheck.services.clustering import cluster_all, count_copies, judge_again, unchecked_ids
from factcheck.services.indexing import count_shown
from factcheck.settings import Settings
from factcheck.version import VERSION
from indexer.embedding.engines import THREADS_A_BATCH
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import WHEEL_MODEL, is_prepared, model_directory, prepare_model, read_description
from indexer.embedding.model_files import damaged_files
from indexer.embedding.server import EmbeddingServer
from indexer.factory import build_local_embedder, build_search
from indexer.machine.server import serve_until_told, when_free
from indexer.media.local_reader import LocalReader
from indexer.media.reader_server import ReaderServer, watch
from indexer.reindex import Pace, reindex
from indexer.status import drift_line, exit_code, lines, problems
from indexer.sync import compare, find_drift, repair, shown_versions

log = structlog.get_logger()


def make_model(settings: Settings, options: argparse.Namespace) -> int:
    directory = prepare_model(settings, from_hub=options.from_hub)
    print(f"{read_description(directory).name} is ready in {directory}")
    return 0


def serve_model(settings: Settings, _options: argparse.Namespace) -> int:
    configure_logging()
    give_way(MODELS_NICE)
    _mend_model(settings)
    embedder = LocalEmbedder(model_directory(settings), threads=min(THREADS_A_BATCH, len(os.sched_getaffinity(0))))
    server = when_free(lambda: EmbeddingServer(settings.embedder_socket, embedder))
    embedder.load()
    print(f"Factline {VERSION}: {embedder.name} answers at {server.address}", flush=True)
    serve_until_told(server)
    return 0


def _mend_model(settings: Settings) -> None:
    """Prepares a model again that is gone or damaged, if it comes as a package, in a process of its own, whose memory
    goes with it. Where that fails, say since the image that serves has not what it takes, what loads the model says
    what to do."""
    directory = model_directory(settings)
    if settings.embedding_model == WHEEL_MODEL and (not is_prepared(directory) or damaged_files(directory)):
        log.warning("model_prepared_again", directory=str(directory))
        subprocess.run([sys.executable, "-m", "indexer", "model"], check=False)


def serve_reader(settings: Settings, _options: argparse.Namespace) -> int:
    configure_logging()
    give_way(MODELS_NICE)
    if find_spec("rapidocr") is None:
        raise ReaderUnavailableError(f"The text reader needs packages. Run: {how_to_install('read')}")
    reader = LocalReader()
    server = when_free(lambda: ReaderServer(settings.reader_socket, reader))
    reader.load()
    # A process manager starts it again.
    watch(server.readings, give_up=lambda: os._exit(1))
    print(f"Factline {VERSION}: the text reader answers at {server.address}", flush=True)
    serve_until_told(server)
    return 0


def rebuild_index(settings: Settings, options: argparse.Namespace) -> int:
    factory, search = _opened(settings)
    if options.if_needed and not _is_rebuild_needed(factory, search):
        return 0
    embedder = build_local_embedder(settings)
    try:
        with tqdm(unit=" articles", disable=None) as bar:
            progress = partial(_show, bar)
            count = reindex(factory, search, embedder, progress=progress, pace=Pace(options.rate), fresh=options.fresh)
    except SearchUnavailableError:
        # A worker that runs already builds a missing index, too.
        if not options.if_needed or _is_rebuild_needed(factory, search):
            raise
        print("Another process built the index meanwhile.")
        return 0
    print(f"{count} articles are in the new index.")
    return 0


def _is_rebuild_needed(factory: SessionFactory, search: SearchBackend) -> bool:
    """The first article makes a missing index."""
    status = search.status()
    return bool(status.fault) or (not status.matches if status.exists else count_shown(factory) > 0)


def _show(bar: "tqdm[Any]", done: int, total: int) -> None:
    """Moves the bar on. An earlier run's work counts, but not for the speed shown."""
    if bar.total is None:
        bar.initial = bar.n = done
    bar.total = total
    bar.update(done - bar.n)


def sync_index(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _opened(settings)
    drift = find_drift(factory, search)
    if len(drift):
        embedder = build_local_embedder(settings)
        with tqdm(total=len(drift), unit=" articles", disable=None) as bar:
            for count in repair(factory, search, embedder, drift):
                bar.update(count)
    print(f"Repaired: {drift_line(drift)}")
    return 0


def find_clusters(settings: Settings, options: argparse.Namespace) -> int:
    factory, search = _opened(settings)
    if options.again:
        with transaction(factory) as session:
            judge_again(session)
    with read_only(factory) as session:
        article_ids = unchecked_ids(session)
    for _ in tqdm(cluster_all(factory, search, article_ids), total=len(article_ids), unit=" articles", disable=None):
        pass
    with read_only(factory) as session:
        clusters, articles = count_copies(session)
    print(f"{len(article_ids)} articles were compared. {articles} articles are copies: {clusters} messages in all.")
    return 0


def show_status(settings: Settings, _options: argparse.Namespace) -> int:
    factory, search = _opened(settings)
    with suppress(SearchUnavailableError):  # what it finds is in the status
        search.verify()
    status = search.status()
    drift = compare(shown_versions(factory), {} if status.fault else search.versions())
    found = problems(status, drift)
    print("\n".join(lines(status, drift)))
    for problem in found:
        print(f"\n{problem.text}")
    return exit_code(found)


def _opened(settings: Settings) -> tuple[SessionFactory, SearchBackend]:
    engine = make_engine(settings.resolved_database_url)
    require_migrated(engine)
    factory = make_session_factory(engine)
    return factory, build_search(settings, factory)
