"""How often one may do what costs something. Counts are in memory that the processes of a `web` share. What a network
may ask for at all, the front counts."""

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from editor_ui.auth import viewer
from editor_ui.front.networks import network_of
from factcheck.counts import SharedStorage

SWITCH = "EDITOR_UI_LIMITS"
"""Config key; False switches all limits off (tests)."""


LOGINS = "600 per hour"
"""Forms of a network. How many mails it has us send has a limit of its own (`factcheck.services.accounts`)."""


def network() -> str:
    return network_of(get_remote_address())


def person_or_network() -> str:
    person = viewer()
    return f"user:{person.id}" if person else f"network:{network()}"


limiter = Limiter(network, storage_uri=f"{SharedStorage.STORAGE_SCHEME[0]}://", headers_enabled=True)

login_limit = limiter.limit(lambda: LOGINS)
write_limit = limiter.shared_limit("60 per hour", scope="writes", key_func=person_or_network)
"""All kinds of contributions of one person together."""
draft_limit = limiter.shared_limit("1000 per hour", scope="drafts", key_func=person_or_network)
"""The script saves a draft every ten seconds at most while somebody types."""

task_limit = limiter.shared_limit("1000 per hour", scope="tasks", key_func=person_or_network)
"""Looking at a small task, and answering it: two in some seconds, if somebody is quick."""

search_limit = limiter.shared_limit("60 per minute", scope="searches")
"""Searching needs no log-in, and each search asks the index and the model."""

check_limit = limiter.shared_limit("20 per minute; 200 per hour", scope="checks")
all_checks_limit = limiter.shared_limit("120 per minute", scope="all-checks", key_func=lambda: "everybody")
"""Comparing a message takes some 50 ms of a process that makes pages, so there is a limit for all together."""
mail_limit = limiter.shared_limit("20 per hour", scope="mails")
"""Mails to whatever address somebody types."""


def are_counted() -> bool:
    return bool(current_app.config[SWITCH])


@limiter.request_filter
def _switched_off() -> bool:
    return not are_counted()


def init_limits(app: Flask) -> None:
    app.config.setdefault(SWITCH, True)
    limiter.init_app(app)
