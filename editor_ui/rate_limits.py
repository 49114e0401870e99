"""Counts are in memory, so they hold for each web process apart."""

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from editor_ui.auth import viewer

SWITCH = "EDITOR_UI_LIMITS"
"""Config key; False switches all limits off (tests)."""


def person_or_address() -> str:
    person = viewer()
    return f"user:{person.id}" if person else f"address:{get_remote_address()}"


limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)

login_limit = limiter.limit("10 per hour")
write_limit = limiter.shared_limit("60 per hour", scope="writes", key_func=person_or_address)
"""All kinds of contributions of one person together."""
search_limit = limiter.shared_limit("60 per minute", scope="searches")
"""Searching needs no log-in, and each search asks the index and the model."""


@limiter.request_filter
def _switched_off() -> bool:
    return not current_app.config[SWITCH]


def init_limits(app: Flask) -> None:
    app.config.setdefault(SWITCH, True)
    limiter.init_app(app)
