"""What each route of an app does with callers who may not call it, and whether that is what its declaration says."""

import re
from collections.abc import Iterator, Mapping

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from editor_ui.routes import EXTENSION, NEEDED, REVALIDATED, STATIC_CACHE, Caller, RouteGroup
from editor_ui.sharing import SHARED

SAMPLES = {
    "action_id": "1",
    "app_id": "LINE_CLIENT",
    "delivery_id": "1",
    "hook_id": "abc123def",
    "job_id": "1",
    "article_id": "abc123def",
    "chat_id": "C1",
    "draft_id": "1",
    "evening_id": "abc123def",
    "export": "20260101T000000Z",
    "filename": "style.css",
    "ending": "rss",
    "kind": "group",
    "link_id": "1",
    "list_id": "1",
    "number": "1",
    "organisation_id": "abc123def",
    "provider": "nobody",
    "published_id": "abc123def",
    "task_id": "1",
    "member": "U1",
    "menu_id": "m1",
    "message_id": "1",
    "name": "manifest.json",
    "reply_id": "abc123def",
    "pending_id": "abc123def",
    "rest": "v2/bot/anything",
    "snippet_id": "1",
    "session_id": "abc123def",
    "tag": "en",
    "target_id": "abc123def",
    "token": "t",
    "user_id": "U1",
    "what": "article",
}
"""A value for each argument in an address. Most name nothing that is there."""

REFUSED = (401, 403, 404)
STATIC = "static"
ASKS_FOR_TOKEN = "Please send the form again"


def broken_routes(app: Flask, volunteer: Mapping[str, object], samples: Mapping[str, str]) -> list[str]:
    """A line for each route that is not declared, or does not do what its declaration says. `volunteer`: what the
    session of somebody who is logged in holds. `samples`: values for the arguments of addresses, beside `SAMPLES`."""
    groups: dict[str, RouteGroup] = app.extensions[EXTENSION]
    callers = Callers(app, volunteer)
    found = []
    for rule, method in routes_of(app):
        name = rule.endpoint.rpartition(".")[0]
        address = address_of(app, rule, {**SAMPLES, **samples})
        if rule.endpoint == STATIC:
            problems = list(wrong_cache(callers.stranger.get(address, buffered=True), STATIC_CACHE))
        elif name not in groups:
            problems = ["has no declaration"]
        else:
            problems = list(problems_of(groups[name], callers, method, address, rule.endpoint))
        found += [f"{method} {rule.rule} {problem}" for problem in problems]
    return found


def routes_of(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address_of(app: Flask, rule: Rule, samples: Mapping[str, str]) -> str:
    values = {name: samples[name] for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, "GET" if "GET" in (rule.methods or ()) else None)


class Callers:
    """The kinds of callers that each route is tried with."""

    def __init__(self, app: Flask, volunteer: Mapping[str, object]) -> None:
        self._app = app
        self._volunteer = volunteer

    @property
    def stranger(self) -> FlaskClient:
        """Somebody who comes for the first time."""
        return self._app.test_client()

    @property
    def volunteer(self) -> FlaskClient:
        """Somebody who is logged in, whatever was done to another's session."""
        client = self._app.test_client()
        with client.session_transaction() as session:
            session.update(self._volunteer)
        return client

    def with_token(self) -> tuple[FlaskClient, str]:
        """A stranger whose form has its CSRF token."""
        client = self._app.test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login?lang=en").text)
        assert token is not None
        return client, token[1]


def problems_of(group: RouteGroup, callers: Callers, method: str, address: str, endpoint: str) -> Iterator[str]:
    if method == "GET":
        answer = callers.stranger.get(address, buffered=True)
        yield from wrong_stranger(group, answer)
        if group.cache_of(endpoint) == SHARED and answer.status_code == 200:
            yield from wrong_shared(answer, callers.stranger.get(address, buffered=True))
            yield from wrong_cache(callers.volunteer.get(address, buffered=True), REVALIDATED)
        if group.caller == Caller.VOLUNTEER and sent_to_log_in(callers.volunteer.get(address, buffered=True)):
            yield "refuses somebody who is logged in"
        if group.caller in (Caller.REVIEWER, Caller.ADMIN):
            answered = callers.volunteer.get(address, buffered=True).status_code
            if answered != 403:
                yield f"answers {answered} to somebody who only is logged in"
    else:
        yield from wrong_without_token(group, callers, method, address)
        answer = callers.stranger.open(address, method=method, buffered=True)
        if group.caller == Caller.MACHINE:
            yield from wrong_stranger(group, answer)
        elif group.caller in NEEDED:
            client, token = callers.with_token()
            yield from wrong_stranger(group, client.open(address, method=method, data={"csrf_token": token}))
    # An answer that says that something is not there need not be cached as that which is there.
    if answer.status_code < 400 or not group.other_cache:
        wanted = group.cache_of(endpoint)
        is_page = method == "GET" and answer.status_code == 200
        yield from wrong_cache(answer, REVALIDATED if wanted == SHARED and not is_page else wanted)


def wrong_stranger(group: RouteGroup, answer: TestResponse) -> Iterator[str]:
    refused = sent_to_log_in(answer)
    if group.caller in NEEDED and not refused:
        yield f"answers {answer.status_code} to somebody who is not logged in"
    if group.caller == Caller.MACHINE and answer.status_code not in REFUSED:
        yield f"answers {answer.status_code} without a signature or token"
    if group.caller in (Caller.ANYONE, Caller.READER, Caller.TRIAL) and refused:
        yield f"answers {answer.status_code} though anyone may call it"


def sent_to_log_in(answer: TestResponse) -> bool:
    led_there = answer.status_code == 303 and answer.location.startswith("/login")
    return led_there or answer.status_code in (401, 403)


def wrong_without_token(group: RouteGroup, callers: Callers, method: str, address: str) -> Iterator[str]:
    """Somebody who is logged in was led by another site to send this."""
    answer = callers.volunteer.open(address, method=method, query_string={"lang": "en"}, headers={"Origin": "http://x"})
    if group.caller == Caller.TRIAL and answer.status_code != 403:
        yield f"answers {answer.status_code} to a form of another site"
    if not group.proves_itself and (answer.status_code != 400 or ASKS_FOR_TOKEN not in answer.text):
        yield f"answers {answer.status_code} to a form without its CSRF token"


def wrong_shared(one: TestResponse, other: TestResponse) -> Iterator[str]:
    """Two strangers get the same, and nothing that is for one alone."""
    if one.data != other.data or one.headers.get("ETag") != other.headers.get("ETag"):
        yield "is not the same for two strangers"
    if "Set-Cookie" in one.headers or "csrf_token" in one.text:
        yield "is shared with a cookie or a token in it"


def wrong_cache(answer: TestResponse, wanted: str) -> Iterator[str]:
    given = answer.headers.get("Cache-Control", "nothing")
    if given != wanted:
        yield f"has Cache-Control {given}, not {wanted}"
