"""The worker process, with all kinds of jobs."""

import signal
from types import FrameType

import structlog
from prometheus_client import start_http_server

from bot.context import BotContext
from bot.dispatch import bot_job_kinds
from bot.i18n import translator
from bot.line.client import Line, LineClient
from bot.line.content import LineContentClient
from bot.line.token import TokenFile
from bot.line.typing_indicator import Loading
from bot.media import MediaParts
from bot.messages.answers import local_date
from factcheck import long_running
from factcheck.clock import Clock, utc_now
from factcheck.dataset import jobs as dataset_jobs
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.elsewhere import reading as elsewhere
from factcheck.fetching.calls import WebCaller
from factcheck.fetching.fetcher import WebFetcher
from factcheck.jobs.schedule import JobKind, handlers_of, plan
from factcheck.jobs.worker import APART_THREADS, Worker
from factcheck.languages import TAGS
from factcheck.mailer import SmtpMailer
from factcheck.media.page_pictures import WebPictures
from factcheck.media.stores import build_media_store
from factcheck.moderation import actions, pending
from factcheck.ports import MediaStore
from factcheck.services import (
    changes,
    digests,
    figures,
    housekeeping,
    hyperlinks,
    media,
    media_checks,
    reading,
    sorting,
    sweeping,
    task_making,
    transcribing,
    visits,
    vote_nights,
    webhooks,
)
from factcheck.services.erasure_log import ErasureLog
from factcheck.services.link_pictures import Draw
from factcheck.services.lookup import warm_up
from factcheck.services.media_lookup import KnownFiles
from factcheck.settings import Settings, SettingsError
from factcheck.version import VERSION
from indexer.factory import (
    build_embedder,
    build_looker,
    build_search,
    build_transcriber,
    healing_job_kinds,
    index_job_kinds,
)

log = structlog.get_logger()

MODEL_START_SECONDS = 15.0
"""How long a job waits for the model server to start before it is put back."""


def all_kinds(settings: Settings, factory: SessionFactory, *, clock: Clock = utc_now) -> tuple[JobKind, ...]:
    """Raises SettingsError for wrong settings."""
    search = build_search(settings, factory)
    embedder = build_embedder(settings, wait=MODEL_START_SECONDS)
    line = build_line(settings)
    store = build_media_store(settings)
    context = BotContext(
        factory=factory,
        search=search,
        embedder=embedder,
        line=line,
        clock=clock,
        base_url=settings.base_url,
        secret_key=settings.secret_key,
        default_locale=settings.default_locale,
        article_hosts=settings.other_hosts,
        messages_a_minute=settings.messages_a_minute,
        hotlines=settings.numbers_to_call,
        plain_answers=settings.plain_answers,
        blocked_users=settings.blocked_users,
        loading=Loading(line),
        mailer=SmtpMailer(settings.mail_url, settings.mail_from) if settings.mail_url and not settings.trial else None,
        mail_bounces=settings.mail_bounces,
        erasure_log=ErasureLog(settings.resolved_erasures_file, settings.secret_key),
        media=build_media(settings, factory, store) if settings.take_media else None,
    )
    return (
        *bot_job_kinds(context),
        *index_job_kinds(factory, search, embedder, clock=clock, measured=settings.var_dir / "evaluation"),
        *healing_job_kinds(factory, search, embedder, clock=clock),
        *dataset_jobs.job_kinds(factory, settings, clock),
        *sweeping.job_kinds(factory),
        *visits.job_kinds(factory, clock),
        *sorting.job_kinds(factory, clock),
        *hyperlinks.job_kinds(factory, build_fetcher(settings), clock, build_draw(settings)),
        *figures.job_kinds(factory, clock),
        *digests.job_kinds(factory, clock),
        *task_making.job_kinds(factory, clock),
        *media.job_kinds(factory, store, clock),
        *media_checks.job_kinds(factory, store, clock),
        *transcribing.job_kinds(factory, store, build_transcriber(settings), settings.incoming_dir, clock),
        *reading.job_kinds(factory, store, build_looker(settings), settings.incoming_dir, clock),
        *vote_nights.job_kinds(factory, clock),
        *pending.job_kinds(clock),
        *actions.job_kinds(clock),
        *changes.job_kinds(factory, clock),
        *webhooks.job_kinds(factory, build_caller(settings), clock, secret_key=settings.secret_key),
        *elsewhere.job_kinds(factory, build_caller(settings) if settings.fetch_links else None, clock),
        *housekeeping.job_kinds(factory, settings, clock),
    )


def build_fetcher(settings: Settings) -> WebFetcher | None:
    """Makes what fetches linked pages; sites see who asks. None when the settings forbid it."""
    if not settings.fetch_links:
        return None
    return WebFetcher(
        f"Mozilla/5.0 (compatible; Factline/{VERSION}; +{settings.base_url})",
        ask_archive=settings.ask_archive,
        allow_loopback=settings.fetch_loopback,
    )


def build_draw(settings: Settings) -> Draw | None:
    """Makes what fetches the pictures of linked pages. None where no pictures are taken."""
    if not settings.take_media:
        return None
    return WebPictures(build_looker(settings), allow_loopback=settings.fetch_loopback).draw


def build_media(settings: Settings, factory: SessionFactory, store: MediaStore) -> MediaParts:
    """Raises SettingsError, as `access_token` does."""
    looker = build_looker(settings)
    return MediaParts(
        content=LineContentClient(settings.line_content_host, access_token(settings)),
        store=store,
        looker=looker,
        known=KnownFiles(factory, looker, store),
        incoming=settings.incoming_dir,
        quota_mb=settings.media_quota_mb,
        at_once=settings.media_at_once,
        allow_loopback=settings.fetch_loopback,
    )


def build_caller(settings: Settings) -> WebCaller:
    """Makes what calls webhooks and reads fact-checks from elsewhere; others see who asks."""
    return WebCaller(f"Factline/{VERSION} (+{settings.base_url})", allow_loopback=settings.fetch_loopback)


def build_line(settings: Settings) -> Line:
    """Raises SettingsError, as `access_token` does."""
    return LineClient(settings.line_host, access_token(settings))


def access_token(settings: Settings) -> str | TokenFile:
    """Return the token, or the file that holds it. Raises SettingsError when that does not."""
    path = settings.line_channel_access_token_file
    return TokenFile(path) if path else settings.line_channel_access_token


def serve_counts(settings: Settings) -> None:
    """Tells Prometheus what this worker counts, if it has a port for that. Raises SettingsError."""
    if settings.worker_metrics_port is None or settings.prometheus_multiproc_dir is not None:
        return
    try:
        start_http_server(settings.worker_metrics_port, addr=settings.host or "127.0.0.1")
    except OSError as error:
        raise SettingsError(f"WORKER_METRICS_PORT {settings.worker_metrics_port}: {error.strerror}.") from error


def run_worker(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; jobs in hand are finished first."""
    long_running.give_way(long_running.WORKER_NICE)
    engine = make_engine(
        settings.resolved_database_url, pool_size=settings.worker_threads + 3 + APART_THREADS, patient=True
    )
    factory = make_session_factory(engine)
    kinds = all_kinds(settings, factory)
    express = [kind.name for kind in kinds if kind.is_express]
    apart = [kind.name for kind in kinds if kind.is_apart]
    handlers = handlers_of(kinds, utc_now)
    worker = Worker(factory, handlers, threads=settings.worker_threads, express=express, apart=apart)
    with transaction(factory) as session:
        plan(session, kinds, now=utc_now())

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    serve_counts(settings)
    for locale in TAGS:  # loads words and dates, some 10 ms each, which the first answer would spend
        local_date(utc_now(), locale, translator(locale))
    warm_up()
    long_running.prepare()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("worker_started", version=VERSION, worker=worker.id, threads=settings.worker_threads)
    worker.run()
    log.info("worker_stopped", worker=worker.id)
