"""In a real Chromium: hostile texts in every field, on every page that there is, the simulator's too.

Pages are found by the app's own list of routes, columns by the schema, and parameters by the source: what is new is
tried, too.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Route
from sqlalchemy import Text, update
from werkzeug.routing import Rule
from werkzeug.serving import BaseWSGIServer
from werkzeug.wrappers import Response

from bot.simulator.app import API_PREFIX
from bot.simulator.world.webhook import EXTENSION as PLATFORM
from editor_ui import routes
from editor_ui.rate_limits import SWITCH
from editor_ui.routes import Caller, RouteGroup
from editor_ui.security import POLICY
from factcheck.clock import utc_now
from factcheck.dataset.publish import publish_dataset
from factcheck.db.base import Base
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.models import ArticleCategory, ArticleHyperlink, Category
from factcheck.services.clusters import join
from factcheck.settings import Settings, load_settings
from tests.chromium import share_chromium
from tests.editor_ui.browser import logged_in
from tests.editor_ui.page import parse
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch
from tests.hostile import ATTACKS, BREAKS_OUT, HOSTILE, SHORT, Watcher, watching
from tests.rules.imports import ROOT
from tests.rules.routes import SAMPLES, address_of, routes_of
from tests.serving import wsgi_server

pytestmark = [
    *share_chromium,
    # Chromium breaks off what it no longer needs, and werkzeug's test server then leaves the file to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SOURCES = [*(ROOT / "editor_ui").rglob("*.py"), *(ROOT / "bot" / "simulator").rglob("*.py")]
READ = re.compile(r"\b(args|form|values)\.get(?:list)?\(\"(\w+)\"")
ALSO_IN_FORMS = {"type", "text", "reference", "form_key"}
OPEN = (Caller.ANYONE, Caller.READER)
SMALL: Any = {"width": 320, "height": 200}
"""Little to draw."""
LABEL = "<b onclick=pwned=1>x"
"""As long as LINE lets one be."""
ME = "amy@example.org"


@dataclass(frozen=True)
class Site:
    app: Flask
    world: World
    address: str
    samples: Mapping[str, str]
    """Values for parts of addresses and for parameters that name what is there."""

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def rules(self, method: str, *callers: Caller) -> list[Rule]:
        groups: dict[str, RouteGroup] = self.app.extensions[routes.EXTENSION]
        called = [
            (rule, groups.get(rule.endpoint.rpartition(".")[0])) for rule, one in routes_of(self.app) if one == method
        ]
        return [rule for rule, group in called if group is not None and group.caller in callers]

    def log_in(self, context: BrowserContext, email: str) -> None:
        cookie = logged_in(self.app, self.world, email).client.get_cookie("factline")
        assert cookie is not None
        context.add_cookies([{"name": "factline", "value": cookie.value, "url": self.address}])


@pytest.fixture
def server() -> Iterator[BaseWSGIServer]:
    with wsgi_server() as (server, _):
        yield server


@pytest.fixture
def site(
    build_app: Callable[[Settings], Flask], server: BaseWSGIServer, sqlite_template: Path, tmp_path: Path
) -> Iterator[Site]:
    shutil.copy(sqlite_template, tmp_path / "factline.sqlite")
    address = f"http://127.0.0.1:{server.port}"
    settings = load_settings(
        trial=True, var_dir=tmp_path, secret_key=SECRET, base_url=address, port=server.port, default_locale="en"
    )
    app = server.app = build_app(settings)
    app.config[SWITCH] = False
    engine = make_engine(settings.resolved_database_url)
    factory = make_session_factory(engine)
    world = World(factory, FakeSearch(), FakeEmbedder(), utc_now)
    samples = {**SAMPLES, **plant(world), **plant_chats(app, settings)}
    samples["export"] = publish_dataset(factory, settings.resolved_dataset_dir, clock=utc_now, licence="CC0").name
    yield Site(app, world, address, samples)
    engine.dispose()


def plant(world: World) -> dict[str, str]:
    """One of everything that a page can show, with a hostile text in every column that holds one."""
    first, copy, other = (world.article(f"message {n}", asked_by=2, reasons=["why", "why"]) for n in range(3))
    own, _ = world.reply(first, by=ME), world.reply(first, kind="OPINIONATED", by=ME)
    world.vote(first, own, 1, by="bob@example.org", comment="comment")
    world.attach(other, own, by="bob@example.org")
    with transaction(world.factory) as session:
        join(session, copy, first, now=world.clock())
        session.add(Category(id="c1", title="topic", description="topic"))
        session.flush()
        session.add(ArticleCategory(article_id=first, category_id="c1", app_id="WEBSITE", status="NORMAL"))
        session.add(ArticleHyperlink(article_id=first, url="https://a.example/x", normalized_url="https://a.example/x"))
        session.flush()
        for table in Base.metadata.sorted_tables:
            texts = [column.name for column in table.columns if isinstance(column.type, Text)]
            if texts:
                session.execute(update(table).values(dict.fromkeys(texts, HOSTILE)))
    world.find_similar()
    return {"article_id": first, "reply_id": own, "q": HOSTILE}


def plant_chats(app: Flask, settings: Settings) -> dict[str, str]:
    client, store = app.test_client(), app.extensions[PLATFORM].store
    chats = "/simulator/chat"
    person = store.chats.add_person(HOSTILE, HOSTILE[:10])
    group = store.chats.add_group(HOSTILE, [person, store.chats.add_person(SHORT, "en")])
    for chat in (person, group):
        assert client.post(f"{chats}/{chat.id}/text", data={"text": HOSTILE}).status_code == 303
        file = (BytesIO(HOSTILE.encode()), f"{SHORT}.html", "text/html")
        assert client.post(f"{chats}/{chat.id}/attach", data={"file": file}).status_code == 303
    trouble = {"what": "fault", "kind": "status", "pattern": HOSTILE}
    client.post(f"{chats}/{person.id}/trouble", data=trouble)
    said = client.post(
        f"{API_PREFIX}/v2/bot/message/push",
        json={"to": person.id, "messages": bot_messages()},
        headers={"Authorization": f"Bearer {settings.line_channel_access_token}"},
    )
    assert said.status_code == 200, said.text
    message = store.history.of_chat(person.id)[0].id
    names = dict.fromkeys(("message_id", "forward", "quote", "edit"), message)
    return {"chat_id": person.id, "as": person.id, **names}


def bot_messages() -> list[dict[str, object]]:
    action = {"type": "postback", "label": LABEL, "data": SHORT, "displayText": SHORT}
    link = {"type": "uri", "label": LABEL, "uri": "https://a.example/%22onclick=%22pwned=1"}
    contents = [
        {"type": "text", "text": HOSTILE[:2000], "wrap": True},
        {"type": "button", "action": action},
        {"type": "button", "action": link},
    ]
    bubble = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": contents}}
    quick_reply = {"items": [{"type": "action", "action": action}]}
    return [
        {"type": "text", "text": HOSTILE},
        {"type": "flex", "altText": HOSTILE[:400], "contents": bubble, "quickReply": quick_reply},
    ]


def parameters(*kinds: str) -> set[str]:
    """The names of what pages read of a query or a form."""
    found = (READ.findall(path.read_text(encoding="utf-8")) for path in SOURCES)
    return {name for names in found for kind, name in names if kind in kinds}


def plain(site: Site, rule: Rule) -> str:
    """The address with parameters that name what is there."""
    query = {name: value for name, value in site.samples.items() if name in parameters("args", "values")}
    return f"{address_of(site.app, rule, site.samples)}?{urlencode(query)}"


def hostile(site: Site, rule: Rule) -> str:
    """The address with hostile parameters; short ones, for each page repeats them in a dozen links."""
    query = urlencode(dict.fromkeys(parameters("args", "values"), BREAKS_OUT) | {"q": HOSTILE[:400]})
    return f"{address_of(site.app, rule, site.samples)}?{query}"


def visit(site: Site, watcher: Watcher, address: str) -> None:
    try:
        shown = watcher.page.goto(site.address + address)
    except Error:  # it is a file to keep
        return
    headers = shown.headers if shown else {}
    if shown is None or shown.status == 500:
        watcher.notice(f"answers {shown and shown.status}")
    if headers.get("x-content-type-options") != "nosniff":
        watcher.notice("may be taken for another kind of file")
    if "frame-ancestors 'none'" not in headers.get("content-security-policy", ""):
        watcher.notice("may be framed")
    # Chromium breaks the policy itself when it draws the tree of an XML file.
    watcher.look(address[:100], by_its_policy="xml" not in headers.get("content-type", ""))


def test_no_page_runs_what_people_wrote(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport=SMALL)
    with watching(context, site.host) as watcher:
        seen = site.rules("GET", *OPEN, Caller.TRIAL)
        for rule in seen:
            visit(site, watcher, hostile(site, rule))
        for folder in ("", "/article", "/reply", "/data/x", "/simulator/chat"):  # what is not there
            visit(site, watcher, f"{folder}/{quote(f'x{SHORT}')}")
        site.log_in(context, ME)
        for rule in site.rules("GET", *OPEN, Caller.VOLUNTEER, Caller.TRIAL):
            if rule.arguments or rule not in seen:
                visit(site, watcher, plain(site, rule))
        assert watcher.seen > 30
        assert watcher.showing > 15
    context.close()
    assert watcher.found == [], "\n".join(watcher.found)


SEND = """([action, fields]) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement("textarea");
        field.name = name;
        field.value = value;
        form.append(field);
    }
    document.body.append(form);
    form.submit();
}"""


def send(site: Site, watcher: Watcher, rule: Rule, token: str) -> None:
    """Sends a form with something hostile in each field, as if from a page of ours."""
    fields = dict.fromkeys({*parameters("form", "values"), *ALSO_IN_FORMS}, HOSTILE) | {"csrf_token": token}
    with watcher.page.expect_navigation():
        watcher.page.evaluate(SEND, [site.address + address_of(site.app, rule, site.samples), fields])
    watcher.look(f"POST {rule.rule}")


def test_no_answer_to_a_form_runs_what_was_in_it(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport=SMALL)
    with watching(context, site.host) as watcher:
        watcher.page.goto(f"{site.address}/about")
        for rule in site.rules("POST", *OPEN):
            send(site, watcher, rule, HOSTILE)
        for number, rule in enumerate(site.rules("POST", Caller.VOLUNTEER)):
            site.log_in(context, f"volunteer-{number}@example.org")  # what was sent before may have ended a session
            page = context.request.get(f"{site.address}/about").text()
            send(site, watcher, rule, parse(page).all("input", name="csrf_token")[0].get("value"))
        assert watcher.showing > 8
    context.close()
    assert watcher.found == [], "\n".join(watcher.found)


def test_what_runs_or_would_run_is_seen(chromium: Browser) -> None:
    """The tests above can fail: the same texts on a page that does not escape them."""
    context = chromium.new_context(viewport=SMALL)
    policy = {"Content-Security-Policy": POLICY}
    attacks = "\n".join(attack for attack in ATTACKS if "http-equiv" not in attack)  # which leads away at once
    for name, headers in (("open", {}), ("closed", policy)):
        page = f"<!doctype html><title>\u202e</title><body>{attacks}"
        answer = {"body": page, "headers": {"Content-Type": "text/html; charset=utf-8", **headers}}
        context.route(f"http://raw.example/{name}", partial(_answer, answer))
    context.route("**/evil.example/**", lambda route: route.abort())
    with watching(context, "raw.example") as watcher:
        for name in ("open", "closed"):
            watcher.page.goto(f"http://raw.example/{name}")
            watcher.look(name)
    context.close()
    seen = "\n".join(watcher.found)
    for what in ("a script of somebody else ran", "a dialog opens", "asks for http://evil.example", "has onerror"):
        assert f"open: {what}" in seen or f" {what}" in seen, what
    assert "open: the title is turned round" in seen
    assert "closed: policy violated: script-src-elem inline" in seen
    assert "closed: a script" not in seen


def _answer(answer: dict[str, Any], route: Route) -> None:
    route.fulfill(**answer)


def test_no_page_can_be_framed(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport=SMALL)
    site.log_in(context, ME)
    pages = [
        site.address + address_of(site.app, rule, site.samples)
        for rule in site.rules("GET", *OPEN, Caller.VOLUNTEER, Caller.TRIAL)
    ]
    frames = "".join(f"<iframe src='{page}'></iframe>" for page in pages)
    with wsgi_server() as (other, address):
        other.app = Response(f"<!doctype html>{frames}", content_type="text/html")
        page = context.new_page()
        page.goto(address)
        shown = [frame.url for frame in page.frames[1:] if frame.query_selector("main")]
        assert len(page.frames) > 10
    context.close()
    assert shown == []
