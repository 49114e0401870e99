"""The web process: editor UI, webhook, dataset pages, health and, in a trial, the simulator. `gunicorn wsgi:app`."""

from flask import Flask

from bot.inbound.webhook import callback_blueprint, split_secrets
from bot.simulator.app import register_simulator
from editor_ui.app import create_app
from editor_ui.mailer import SmtpMailer
from editor_ui.pages.data import data_blueprint
from factcheck.api.ops import ops_blueprint
from factcheck.db.session import make_engine, make_session_factory
from factcheck.logs import configure_logging
from factcheck.settings import Settings, load_settings, require_for_service
from indexer.factory import build_embedder, build_search

PATIENCE_SECONDS = 2.0
"""A page waits so long for the model server, then searches by words alone: its threads also answer the webhook."""


def build_app(settings: Settings) -> Flask:
    require_for_service(settings)
    configure_logging()
    factory = make_session_factory(make_engine(settings.resolved_database_url))
    search = build_search(settings)
    # Only a trial starts without MAIL_URL; it shows log-in links on screen and mails nothing.
    mailer = SmtpMailer(settings.mail_url or "smtp://localhost", settings.mail_from)
    embedder = build_embedder(settings, timeout=PATIENCE_SECONDS)
    app = create_app(settings, factory, search=search, embedder=embedder, mailer=mailer)
    machines = [
        callback_blueprint(settings.line_channel_secret, factory),
        ops_blueprint(settings, factory, search),
    ]
    for blueprint in machines:  # they have authentication of their own and no browser session
        app.register_blueprint(blueprint)
        app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(data_blueprint(settings))
    if settings.trial:
        register_simulator(
            app,
            store_path=settings.var_dir / "simulator.sqlite",
            access_token=settings.line_channel_access_token,
            channel_secret=split_secrets(settings.line_channel_secret)[0],
            webhook_url=f"http://127.0.0.1:{settings.port}/callback",
            bot_name="Factline",
        )
    return app


app = build_app(load_settings())
