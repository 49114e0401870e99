"""The worker process: all kinds of jobs, put together here."""

import signal
import sys
from types import FrameType

import structlog

from bot.context import BotContext
from bot.handlers import bot_job_handlers
from bot.line_client import LineClient
from factcheck.clock import Clock, utc_now
from factcheck.dataset import jobs as dataset_jobs
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.services import housekeeping
from factcheck.services.jobs import Handler
from factcheck.settings import Settings
from factcheck.worker import Worker
from indexer.factory import build_embedder, build_search, index_job_handlers

log = structlog.get_logger()

SWITCH_SECONDS = 0.0005
"""A thread that holds SQLite's write lock should not wait long for its turn behind one that compares texts: the
webhook waits for that lock, too."""

MODEL_START_SECONDS = 15.0
"""How long a job waits for the model server before it is put back: it needs some seconds to start."""


def all_handlers(settings: Settings, factory: SessionFactory, *, clock: Clock = utc_now) -> dict[str, Handler]:
    search = build_search(settings)
    embedder = build_embedder(settings, wait=MODEL_START_SECONDS)
    context = BotContext(
        factory=factory,
        search=search,
        embedder=embedder,
        line=LineClient(settings.line_host, settings.line_channel_access_token),
        clock=clock,
        base_url=settings.base_url,
        secret_key=settings.secret_key,
        default_locale=settings.default_locale,
    )
    return {
        **bot_job_handlers(context),
        **index_job_handlers(factory, search, embedder, clock=clock),
        **dataset_jobs.job_handlers(factory, settings, clock),
        **housekeeping.job_handlers(clock),
    }


def run_worker(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT; jobs in hand are finished first."""
    engine = make_engine(settings.resolved_database_url, pool_size=settings.worker_threads + 2)
    factory = make_session_factory(engine)
    worker = Worker(factory, all_handlers(settings, factory), threads=settings.worker_threads)
    with transaction(factory) as session:
        housekeeping.ensure_scheduled(session, now=utc_now())
        dataset_jobs.ensure_scheduled(session, now=utc_now())

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    sys.setswitchinterval(SWITCH_SECONDS)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("worker_started", worker=worker.id, threads=settings.worker_threads)
    worker.run()
    log.info("worker_stopped", worker=worker.id)
