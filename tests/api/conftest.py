from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.api.quotas import Quotas
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import rest_blueprint
from factcheck.db.session import SessionFactory, transaction
from factcheck.services.apps import SCOPES, register_app
from tests.api.asking import LEMON, REPLY, Ask, read
from tests.api.serving import Site, serving
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch

Act = Callable[..., Any]


@pytest.fixture
def world(factory: SessionFactory, clock: MovableClock) -> World:
    return World(factory, FakeSearch(), FakeEmbedder(), clock)


@pytest.fixture
def context(world: World, clock: MovableClock) -> Context:
    return Context(world.factory, world.search, world.embedder, clock, Quotas(lambda: ""), SECRET, timedelta(0))


@pytest.fixture
def api(context: Context) -> Api:
    return Api(context.factory, context.search, context.embedder, context.clock, context.quotas, "https://fact.example")


@pytest.fixture
def site(context: Context, api: Api) -> Iterator[Site]:
    app = Flask(__name__)
    app.register_blueprint(graphql_blueprint(context))
    app.register_blueprint(rest_blueprint(api))
    with serving(app) as running:
        yield running


@pytest.fixture
def secret(factory: SessionFactory, clock: MovableClock) -> str:
    """Of an app that may do everything."""
    with transaction(factory) as session:
        return register_app(session, "LINE_CLIENT", name="A bot", scopes=SCOPES, now=clock())


@pytest.fixture
def client(context: Context) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(graphql_blueprint(context))
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    def ask(query: str, **variables: Any) -> Any:
        answer = client.post("/graphql?", json={"query": query, "variables": variables or None, "operationName": None})
        assert answer.status_code == 200, answer.text
        assert "errors" not in read(answer), answer.text
        return read(answer)["data"]

    return ask


@pytest.fixture
def lemon(world: World) -> str:
    article_id = world.article(LEMON, asked_by=2, reasons=("my mother sent it",))
    world.reply(article_id, REPLY)
    return article_id
