import hmac
from collections.abc import Callable
from pathlib import Path

import structlog
from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, read_only, require_there, require_writable
from factcheck.ports import SearchBackend
from factcheck.services import health
from factcheck.settings import Settings
from factcheck.version import VERSION

log = structlog.get_logger()


LOCK_SECONDS = 2.0
"""Somebody who holds SQLite's write lock for longer keeps webhooks waiting for longer than LINE does."""


def ops_blueprint(
    factory: SessionFactory,
    search: SearchBackend,
    *,
    folder: Path,
    clock: Clock = utc_now,
    lock_seconds: float = LOCK_SECONDS,
) -> Blueprint:
    """Makes /healthz and /readyz, which tell nothing private. `folder`: where this process writes."""
    blueprint = Blueprint("ops", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok", version=VERSION)

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        checks = {
            "database": _check(lambda: _database(factory, lock_seconds)),
            "disk": _check(lambda: health.require_room(folder)),
            "index": _check(search.ping),
            "worker": _check(lambda: _worker(factory, clock)),
        }
        ready = all(answer == "ok" for answer in checks.values())
        return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503

    return blueprint


def metrics_blueprint(settings: Settings, factory: SessionFactory, *, clock: Clock = utc_now) -> Blueprint:
    """Makes /metrics, which asks for METRICS_TOKEN; without one it answers in a trial only."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not settings.metrics_token and not settings.trial:
            abort(404)
        expected = f"Bearer {settings.metrics_token}".encode()
        given = request.headers.get("Authorization", "").encode()
        if settings.metrics_token and not hmac.compare_digest(expected, given):
            abort(401)
        with read_only(factory) as session:
            figures = health.figures(session, now=clock()) | health.disk_figures(settings.var_dir)
        lines = [f"{name} {value}" for name, value in figures.items()]
        body = "\n".join(lines) + "\n" + _counted(settings)
        return Response(body, content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _counted(settings: Settings) -> str:
    """Returns what processes counted. A damaged file of theirs must not hide what the database says."""
    try:
        return generate_latest(_registry(settings)).decode()
    except Exception as error:  # whatever the library makes of it
        log.error("metrics_damaged", error=type(error).__name__, folder=str(settings.prometheus_multiproc_dir))
        return "# Files in PROMETHEUS_MULTIPROC_DIR are damaged. Empty it and restart the processes.\n"


def _registry(settings: Settings) -> CollectorRegistry:
    """Adds up the machine's processes with PROMETHEUS_MULTIPROC_DIR; without it, this process alone."""
    if settings.prometheus_multiproc_dir is None:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.prometheus_multiproc_dir))
    return registry


def _check(check: Callable[[], None]) -> str:
    """Says 'ok' or the error's type; details stay in the log."""
    try:
        check()
    except Exception as error:
        return type(error).__name__
    return "ok"


def _database(factory: SessionFactory, lock_seconds: float) -> None:
    require_there(factory)
    require_writable(factory, seconds=lock_seconds)
    with read_only(factory) as session:
        health.last_sign(session)


class NoWorkerError(Exception):
    """Raised when no worker gave a sign of life lately."""


def _worker(factory: SessionFactory, clock: Clock) -> None:
    with read_only(factory) as session:
        if not health.workers_alive(session, now=clock()):
            raise NoWorkerError
