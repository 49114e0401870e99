"""Everything that the web process answers, and who may call it.

This is the one list of blueprints. What it says is enforced by `register`, and `tests/rules/test_routes.py` tries each
address of the real app. The parts that this package may not import (webhook, health, simulator) are handed to
`create_app` by `wsgi.py`, declared in the same form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from editor_ui.pages import about, account, article, data, login, queue, replies, search, votes

EXTENSION = "factline_routes"

REVALIDATED = "private, no-cache"
"""A browser may keep the page, and the unsent text in it, for its back button; it asks before it shows it again."""
NOT_STORED = "private, no-store"
"""For pages that hold a log-in link or a person's own data."""
STATIC_CACHE = "public, max-age=2592000"
"""For files whose address changes with their content."""


class Caller(StrEnum):
    """The one who may call a route, and how they prove it."""

    ANYONE = "anyone"
    """Everybody, logged in or not. A form needs its CSRF token."""
    VOLUNTEER = "volunteer"
    """A person who is logged in. A form needs its CSRF token."""
    MACHINE = "machine"
    """A program that proves with each request who it is, by a signature or a token, and has no browser session. The
    blueprint itself checks that."""
    TRIAL = "trial"
    """Everybody who reaches a trial, without proof: a page that plays people and is registered in a trial only."""


@dataclass(frozen=True)
class RouteGroup:
    """The routes of one blueprint, which all have the same callers."""

    blueprint: Blueprint
    caller: Caller
    cache: str = REVALIDATED
    """The Cache-Control of answers that do not say something else themselves."""
    other_cache: Mapping[str, str] = field(default_factory=dict)
    """Name of a view in the blueprint -> the Cache-Control that the view sets itself."""
    url_prefix: str | None = None

    @property
    def proves_itself(self) -> bool:
        """Requests are not sent by forms of ours in a browser with a session, so they bring no CSRF token."""
        return self.caller in (Caller.MACHINE, Caller.TRIAL)

    def cache_of(self, endpoint: str) -> str:
        return self.other_cache.get(endpoint.removeprefix(f"{self.blueprint.name}."), self.cache)


PAGES = (
    RouteGroup(queue.blueprint, Caller.ANYONE),
    RouteGroup(search.blueprint, Caller.ANYONE),
    RouteGroup(article.blueprint, Caller.ANYONE),
    RouteGroup(replies.blueprint, Caller.VOLUNTEER),
    RouteGroup(votes.blueprint, Caller.VOLUNTEER),
    RouteGroup(login.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(account.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(about.blueprint, Caller.ANYONE),
    RouteGroup(data.blueprint, Caller.ANYONE, other_cache={"latest": "no-store"}),
)


def register(app: Flask, groups: Iterable[RouteGroup]) -> None:
    """Add the routes to an app whose CSRF protection and log-in are set up already, and see to what they declare."""
    known: dict[str, RouteGroup] = {}
    app.extensions[EXTENSION] = known
    app.before_request(_refuse_strangers)
    for group in groups:
        known[group.blueprint.name] = group
        app.register_blueprint(group.blueprint, url_prefix=group.url_prefix)
        if group.proves_itself:
            app.extensions["csrf"].exempt(group.blueprint)


def group_of(blueprint: str | None) -> RouteGroup | None:
    """The declaration of a blueprint of the current app. None for an address that is none, and for the app's own
    static files."""
    known = cast(dict[str, RouteGroup], current_app.extensions[EXTENSION])
    return known.get(blueprint) if blueprint else None


def _refuse_strangers() -> ResponseReturnValue | None:
    group = group_of(request.blueprint)
    if group is None or group.caller != Caller.VOLUNTEER:
        return None
    return cast(ResponseReturnValue | None, login_required(lambda: None)())
