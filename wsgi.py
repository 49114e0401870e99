"""The web process: editor UI, webhook, dataset pages, health and, in a trial, the simulator. `gunicorn wsgi:app`."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.inbound.webhook import callback_blueprint, split_secrets
from bot.simulator.api.server import line_api
from bot.simulator.app import API_PREFIX, PAGE_PREFIX, start_platform
from bot.simulator.page.page import simulator_page
from editor_ui.app import create_app
from editor_ui.guarded_ports import guarded
from editor_ui.rate_limits import are_counted, network
from editor_ui.routes import STATIC_CACHE, Caller, RouteGroup
from editor_ui.sharing import SHARED
from factcheck.api.graphql.attachments import ApiMedia
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.remembered import Answers
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.api.ops import metrics_blueprint, ops_blueprint
from factcheck.api.quotas import Quotas
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import rest_blueprint
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, open_database
from factcheck.logs import configure_logging
from factcheck.mailer import SmtpMailer
from factcheck.media.stores import build_media_store
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media_lookup import KnownFiles
from factcheck.settings import Settings, load_settings, require_for_service
from indexer.factory import build_embedder, build_looker, build_search

PATIENCE_SECONDS = 2.0
"""How long a page waits for the model server before it searches by words alone: its threads also answer the webhook."""

SIMULATOR_CACHE = {"static": STATIC_CACHE, "updates": "no-cache"}


def build_app(settings: Settings) -> Flask:
    require_for_service(settings)
    configure_logging()
    factory = open_database(settings)
    search = build_search(settings, factory)
    # Only a trial starts without MAIL_URL; it shows log-in links on screen and mails nothing.
    mailer = SmtpMailer(settings.mail_url or "smtp://localhost", settings.mail_from)
    embedder = build_embedder(settings, timeout=PATIENCE_SECONDS)
    readers = guarded(settings, search, embedder, utc_now)
    quotas = Quotas(network, enabled=are_counted)
    media = _media(settings, factory)
    secret, window = settings.secret_key, settings.undo_window
    files = _api_media(settings, media) if media else None
    context = Context(factory, *readers, utc_now, quotas, secret, window, media=files)
    api = Api(factory, *readers, utc_now, quotas, settings.base_url, media)
    routes = [
        RouteGroup(callback_blueprint(settings.line_channel_secret, factory), Caller.MACHINE),
        RouteGroup(ops_blueprint(factory, search, folder=settings.var_dir), Caller.ANYONE),
        RouteGroup(metrics_blueprint(settings, factory), Caller.MACHINE),
        RouteGroup(graphql_blueprint(context, Answers()), Caller.READER, other_cache={"answer": "no-store"}),
        RouteGroup(rest_blueprint(api), Caller.READER, SHARED, other_cache={"match": "no-store"}),
    ]
    if settings.trial:
        routes += [
            RouteGroup(line_api(settings.line_channel_access_token), Caller.MACHINE, url_prefix=API_PREFIX),
            RouteGroup(simulator_page(), Caller.TRIAL, other_cache=SIMULATOR_CACHE, url_prefix=PAGE_PREFIX),
        ]
    app = create_app(
        settings,
        factory,
        search=search,
        embedder=embedder,
        mailer=mailer,
        media=media,
        others=routes,
    )
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign] # says the front, no other
    if settings.trial:
        start_platform(
            app,
            store_path=settings.var_dir / "simulator.sqlite",
            channel_secret=split_secrets(settings.line_channel_secret)[0],
            webhook_url=f"http://127.0.0.1:{settings.port}/callback",
            bot_name="Factline",
        )
    return app


def _api_media(settings: Settings, media: MediaAccess) -> ApiMedia:
    files = (media.store, media.looker, media.known, media.incoming)
    return ApiMedia(*files, settings.base_url, settings.media_quota_mb)


def _media(settings: Settings, factory: SessionFactory) -> MediaAccess | None:
    if not settings.take_media:
        return None
    looker, store = build_looker(settings), build_media_store(settings)
    return MediaAccess(store, looker, KnownFiles(factory, looker, store), settings.incoming_dir)


app = build_app(load_settings())
