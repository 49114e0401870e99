"""The real app over a real database, with fakes for the index, the model and mail."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from editor_ui.app import create_app
from editor_ui.limits import SWITCH, limiter
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.settings import Settings
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import FakeMailer, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch


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
    return Settings(secret_key="k" * 40, base_url="http://localhost", default_locale="en", trial=False)


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


@pytest.fixture
def app(build: Callable[[Settings], Flask], settings: Settings) -> Flask:
    return build(settings)


@pytest.fixture
def world(session_factory: SessionFactory, search: FakeSearch, embedder: FakeEmbedder, clock: Callable[[], datetime]):
    return World(session_factory, search, embedder, clock)


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """Somebody who is not logged in."""
    return Browser(app)


@pytest.fixture
def volunteer(app: Flask, mailer: FakeMailer) -> Browser:
    """Somebody who has logged in with amy@example.org."""
    browser = Browser(app)
    browser.log_in("amy@example.org", mailer)
    return browser
