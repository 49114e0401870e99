"""The web UI for volunteers, as one Flask app."""

import hashlib
from datetime import timedelta
from pathlib import Path

from flask import Flask, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from editor_ui.account import init_account
from editor_ui.addresses import init_addresses
from editor_ui.errors import init_errors
from editor_ui.guarded import GuardedEmbedder, GuardedSearch
from editor_ui.language import init_language
from editor_ui.limits import init_limits
from editor_ui.pages import about, article, login, me, queue, search_page, take_part, write
from editor_ui.parts import EXTENSION, Parts
from editor_ui.security import init_security
from editor_ui.site import Site
from editor_ui.text import excerpt, guess_language, linked, title_of
from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory
from factcheck.ports import Embedder, Mailer, SearchBackend
from factcheck.settings import Settings

MAX_BODY_BYTES = 1_000_000
SESSION_DAYS = 30
BLUEPRINTS = (queue, search_page, article, write, take_part, login, me, about)


class PublicId(BaseConverter):
    """Ids of articles and replies, ours and imported ones."""

    regex = "[0-9A-Za-z_-]{1,255}"


def create_app(
    settings: Settings,
    session_factory: SessionFactory,
    *,
    search: SearchBackend,
    embedder: Embedder,
    mailer: Mailer,
    clock: Clock = utc_now,
) -> Flask:
    """The app, ready to serve."""
    app = Site("editor_ui")
    https = settings.base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="factline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as the log-in lasts
    )
    app.extensions[EXTENSION] = Parts(
        settings,
        session_factory,
        GuardedSearch(search, clock),
        GuardedEmbedder(embedder, clock),
        mailer,
        clock,
    )
    app.url_map.converters["public_id"] = PublicId
    _init_templates(app, settings)
    init_addresses(app)
    init_language(app)
    init_account(app)
    CSRFProtect(app)
    init_limits(app)
    init_errors(app)
    init_security(app, https=https)
    proxies = settings.trusted_proxies
    if proxies:  # otherwise all visitors would have the proxy's address, and share its rate limits
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    for page in BLUEPRINTS:
        app.register_blueprint(page.blueprint)
    return app


def _init_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(excerpt=excerpt, linked=linked, lang_of=guess_language, title_of=title_of)
    digests = {path.name: _digest(path) for path in Path(app.static_folder or "").glob("*.*")}
    app.jinja_env.globals.update(
        asset=lambda name: url_for("static", filename=name, v=digests[name]),
        base_url=settings.base_url,
        is_trial=settings.trial,
        retention_days=settings.retention_days,
    )
    del app.jinja_env.globals["config"]  # Flask gives it to every template, SECRET_KEY and all


def _digest(path: Path) -> str:
    """Part of a file's address, so that a browser's copy is used until the file changes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
