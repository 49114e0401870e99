"""Mounts the simulated LINE platform: its API for the bot, its chat page for people."""

from pathlib import Path

from flask import Flask

from bot.simulator.api.server import line_api
from bot.simulator.page.page import simulator_page
from bot.simulator.world.store import Store
from bot.simulator.world.webhook import EXTENSION, Platform

API_PREFIX = "/simulator/line"
PAGE_PREFIX = "/simulator"


def register_simulator(
    app: Flask, *, store_path: Path, access_token: str, channel_secret: str, webhook_url: str, bot_name: str
) -> Platform:
    """Mount the API at /simulator/line and the page at /simulator/. For trials only: whoever reaches it can speak as
    anyone. The host's CSRF protection, if it has one, is told to leave both alone."""
    platform = Platform(Store(store_path), channel_secret=channel_secret, webhook_url=webhook_url, bot_name=bot_name)
    app.extensions[EXTENSION] = platform
    _mount(app, access_token)
    return platform


def standalone_app(access_token: str) -> Flask:
    """Makes an app with nothing but the simulator, for tests, which say what `webhook.platform` is."""
    app = Flask("bot.simulator")
    _mount(app, access_token)
    return app


def _mount(app: Flask, access_token: str) -> None:
    csrf = app.extensions.get("csrf")
    for blueprint, prefix in ((line_api(access_token), API_PREFIX), (simulator_page(), PAGE_PREFIX)):
        app.register_blueprint(blueprint, url_prefix=prefix)
        if csrf is not None:
            csrf.exempt(blueprint)
