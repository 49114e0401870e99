"""The one list of what the web process answers, and who may call it.

`register` enforces it, and `tests/rules/test_routes.py` tries each address. `wsgi.py` hands in what this package may
not import (webhook, health, simulator).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from editor_ui.auth import logged_in
from editor_ui.pages import (
    about,
    account,
    apps,
    article,
    ask,
    check,
    data,
    desk,
    evenings,
    feeds,
    guide,
    handing,
    houses,
    inbox,
    join,
    languages,
    log_in_with,
    log_ins,
    login,
    marks,
    media,
    minute,
    operation,
    own_replies,
    profile,
    queue,
    replies,
    reports,
    review,
    search,
    stats,
    topics,
    transcripts,
    votes,
    waiting,
    writing,
)
from editor_ui.sharing import SHARED
from factcheck.errors import ForbiddenError
from factcheck.services.roles import Action, blocked

EXTENSION = "factline_routes"

REVALIDATED = "private, no-cache"
"""A browser may keep the page, with unsent text, for its back button, but asks before showing it again."""
NOT_STORED = "private, no-store"
"""For pages that hold a log-in link or a person's own data."""
STATIC_CACHE = "public, max-age=2592000"


class Caller(StrEnum):
    ANYONE = "anyone"
    """Forms need a CSRF token."""
    VOLUNTEER = "volunteer"
    """Logged in. Forms need a CSRF token."""
    REVIEWER = "reviewer"
    """Logged in, and may decide what stays. Forms need a CSRF token."""
    ADMIN = "admin"
    """Logged in, and may say who is what. Forms need a CSRF token."""
    MACHINE = "machine"
    """A program without a session; the blueprint checks each request's signature or token."""
    READER = "reader"
    """Anyone, led by whatever site: what they send changes nothing of anybody's, so no page with such a form and no
    program needs a token."""
    TRIAL = "trial"
    """Everybody who reaches a trial: a page that plays people."""


NEEDED: Mapping[Caller, Action | None] = {
    Caller.VOLUNTEER: None,
    Caller.REVIEWER: Action.REVIEW,
    Caller.ADMIN: Action.APPOINT,
}
"""Who must be logged in, and what they must be allowed to do beside."""


@dataclass(frozen=True)
class RouteGroup:
    blueprint: Blueprint
    caller: Caller
    cache: str = REVALIDATED
    """For answers that set none themselves; SHARED holds for pages of strangers, others are then REVALIDATED."""
    other_cache: Mapping[str, str] = field(default_factory=dict)
    """Maps a view's name to what the view sets itself."""
    url_prefix: str | None = None
    contributes: bool = False
    """Its forms publish something, which nobody does who is blocked."""

    @property
    def proves_itself(self) -> bool:
        """Tells whether requests do not come from our forms, and so bring no CSRF token."""
        return self.caller in (Caller.MACHINE, Caller.READER, Caller.TRIAL)

    def cache_of(self, endpoint: str) -> str:
        return self.other_cache.get(endpoint.removeprefix(f"{self.blueprint.name}."), self.cache)


PAGES = (
    RouteGroup(queue.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(search.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(search.paste, Caller.READER),
    RouteGroup(article.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(media.blueprint, Caller.ANYONE, SHARED, other_cache={"file": media.CACHE}),
    RouteGroup(media.covers, Caller.VOLUNTEER),
    RouteGroup(transcripts.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(transcripts.changes, Caller.VOLUNTEER, contributes=True),
    RouteGroup(replies.blueprint, Caller.VOLUNTEER, contributes=True),
    RouteGroup(writing.blueprint, Caller.VOLUNTEER),
    RouteGroup(votes.blueprint, Caller.VOLUNTEER, contributes=True),
    RouteGroup(marks.blueprint, Caller.VOLUNTEER, contributes=True),
    RouteGroup(topics.blueprint, Caller.VOLUNTEER, contributes=True),
    RouteGroup(check.blueprint, Caller.READER, SHARED),
    RouteGroup(ask.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(login.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(log_in_with.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(join.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(log_ins.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(account.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(desk.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(own_replies.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(handing.blueprint, Caller.VOLUNTEER, NOT_STORED, contributes=True),
    RouteGroup(inbox.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(inbox.digest, Caller.MACHINE, NOT_STORED),
    RouteGroup(profile.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(profile.people, Caller.ANYONE, SHARED),
    RouteGroup(houses.blueprint, Caller.ADMIN, NOT_STORED),
    RouteGroup(operation.blueprint, Caller.ADMIN, NOT_STORED),
    RouteGroup(minute.blueprint, Caller.VOLUNTEER, NOT_STORED, contributes=True),
    RouteGroup(evenings.begin, Caller.VOLUNTEER),
    RouteGroup(evenings.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(waiting.blueprint, Caller.VOLUNTEER, NOT_STORED),
    RouteGroup(reports.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(reports.decisions, Caller.ANYONE, SHARED),
    RouteGroup(review.blueprint, Caller.REVIEWER, NOT_STORED),
    RouteGroup(apps.blueprint, Caller.ADMIN, NOT_STORED),
    RouteGroup(stats.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(feeds.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(about.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(guide.blueprint, Caller.ANYONE, SHARED),
    RouteGroup(languages.blueprint, Caller.ANYONE, NOT_STORED),
    RouteGroup(data.blueprint, Caller.ANYONE, SHARED, other_cache={"latest": "no-store", "download": REVALIDATED}),
)


def register(app: Flask, groups: Iterable[RouteGroup]) -> None:
    """Add the routes to an app that has CSRF protection and log-in."""
    known: dict[str, RouteGroup] = {}
    app.extensions[EXTENSION] = known
    app.before_request(_refuse_strangers)
    for group in groups:
        known[group.blueprint.name] = group
        app.register_blueprint(group.blueprint, url_prefix=group.url_prefix)
        if group.proves_itself:
            app.extensions["csrf"].exempt(group.blueprint)


def group_of(blueprint: str | None) -> RouteGroup | None:
    """Returns None for an unknown address and for static files."""
    known = cast(dict[str, RouteGroup], current_app.extensions[EXTENSION])
    return known.get(blueprint) if blueprint else None


def _refuse_strangers() -> ResponseReturnValue | None:
    group = group_of(request.blueprint)
    if group is None or group.caller not in NEEDED:
        return None
    refused = cast(ResponseReturnValue | None, login_required(lambda: None)())
    action = NEEDED[group.caller]
    if refused is None and action is not None and not logged_in().may(action):
        raise ForbiddenError("Your account does not allow it.")
    publishes = group.contributes and request.method == "POST"
    if refused is None and publishes and not logged_in().may(Action.CONTRIBUTE):
        raise blocked()
    return refused
