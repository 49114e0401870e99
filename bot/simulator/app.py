from pathlib import Path

from flask import Flask

from bot.simulator.api.server import line_api
from bot.simulator.page.page import simulator_page
from bot.simulator.world.store import Store
from bot.simulator.world.webhook import EXTENSION, Platform

API_PREFIX = "/simulator/line"
PAGE_PREFIX = "/simulator"


def start_platform(app: Flask, *, store_path: Path, channel_secret: str, webhook_url: str, bot_name: str) -> Platform:
    """Put the platform behind the app's routes. For trials only: whoever reaches it can speak as anyone."""
    platform = Platform(Store(store_path), channel_secret=channel_secret, webhook_url=webhook_url, bot_name=bot_name)
    app.extensions[EXTENSION] = platform
    return platform


def standalone_app(access_token: str) -> Flask:
    """Make an app of the simulator alone, for tests, which set `webhook.platform`."""
    app = Flask("bot.simulator")
    app.register_blueprint(line_api(access_token), url_prefix=API_PREFIX)
    app.register_blueprint(simulator_page(), url_prefix=PAGE_PREFIX)
    return app
