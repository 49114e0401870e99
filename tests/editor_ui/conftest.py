"""The real app over a real database, with fakes for the index, the model and mail."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from editor_ui.app import create_app
from editor_ui.dependencies import EXTENSION, make_parts
from editor_ui.rate_limits import SWITCH, limiter
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, make_engine, make_session_factory
from factcheck.settings import Settings
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.search import FakeSearch
from tests.serving import wsgi_server

if TYPE_CHECKING:  # most test processes need no browser
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page

SETTINGS = Settings(secret_key=SECRET, base_url="http://localhost", default_locale="en", trial=False, undo_seconds=0)


@pytest.fixture
def session_factory(factory: SessionFactory) -> SessionFactory:
    return factory


@pytest.fixture
def search() -> FakeSearch:
    return FakeSearch()


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def settings() -> Settings:
    return SETTINGS


@pytest.fixture
def build(
    session_factory: SessionFactory, search: FakeSearch, embedder: FakeEmbedder, mailer: FakeMailer, clock: Clock
) -> Callable[[Settings], Flask]:
    def build(settings: Settings) -> Flask:
        app = create_app(settings, session_factory, search=search, embedder=embedder, mailer=mailer, clock=clock)
        app.config[SWITCH] = False
        limiter.reset()
        return app

    return build


@pytest.fixture(scope="session")
def shared_app() -> Flask:
    """Made once, since the rule of every URL and the template of every page is compiled when it is first used."""
    nowhere = make_session_factory(make_engine("sqlite://"))
    return create_app(SETTINGS, nowhere, search=FakeSearch(), embedder=FakeEmbedder(), mailer=FakeMailer())


@pytest.fixture
def app(
    shared_app: Flask,
    session_factory: SessionFactory,
    search: FakeSearch,
    embedder: FakeEmbedder,
    mailer: FakeMailer,
    clock: Clock,
) -> Flask:
    """With the parts of this test. Whoever adds to an app takes one of its own from `build`."""
    shared_app.extensions[EXTENSION] = make_parts(
        SETTINGS, session_factory, search=search, embedder=embedder, mailer=mailer, clock=clock
    )
    shared_app.config[SWITCH] = False
    limiter.reset()
    return shared_app


@pytest.fixture
def world(session_factory: SessionFactory, search: FakeSearch, embedder: FakeEmbedder, clock: Callable[[], datetime]):
    return World(session_factory, search, embedder, clock)


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """Somebody who is not logged in."""
    return Browser(app)


@pytest.fixture
def volunteer(app: Flask, world: World) -> Browser:
    """Somebody who has logged in with amy@example.org."""
    return logged_in(app, world, "amy@example.org")


@pytest.fixture
def reviewer(app: Flask, world: World) -> Browser:
    world.make_reviewer("rita@example.org")
    return logged_in(app, world, "rita@example.org")


@pytest.fixture
def served(build: Callable[[Settings], Flask], settings: Settings) -> Iterator[tuple[str, Flask]]:
    with wsgi_server() as (server, address):
        server.app = build(settings.model_copy(update={"trial": True, "base_url": address}))
        yield address, server.app


@pytest.fixture
def site(served: tuple[str, Flask]) -> str:
    """Address of the running app, a trial, so that its log-in link is on the page."""
    return served[0]


@pytest.fixture
def app_of_site(served: tuple[str, Flask]) -> Flask:
    return served[1]


@pytest.fixture
def restart(served: tuple[str, Flask], build: Callable[[Settings], Flask], settings: Settings) -> Callable[[], None]:
    """Another process takes over: nothing is left but the database and the index."""
    address, _ = served

    def restart() -> None:
        fresh = build(settings.model_copy(update={"trial": True, "base_url": address}))
        served[1].wsgi_app = fresh.wsgi_app  # type: ignore[method-assign]

    return restart


@pytest.fixture
def person(chromium: "Chromium", site: str) -> Iterator[Callable[..., "Page"]]:
    """Opens a browser of its own, logged in with an address if one is given."""
    contexts = []

    def person(email: str = "", **how: Any) -> "Page":
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-US", **how})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site}/")
        if email:
            page.click("nav.account a")
            page.fill("#email", email)
            page.click("main button")
            page.click("main .content a")
            page.click("main button")
        return page

    yield person
    for context in contexts:
        context.close()
