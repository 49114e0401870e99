"""Rate limits count by the visitor's address, also behind a proxy; nobody can invent one where there is none."""

import pytest
from flask import request

from editor_ui.app import create_app
from factcheck.db.session import SessionFactory
from factcheck.settings import Settings
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.search import FakeSearch


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 10.0.0.1", "203.0.113.7"),
    ],
)
def test_the_address_of_a_visitor(
    session_factory: SessionFactory, settings: Settings, proxies: int, forwarded: str, seen: str
) -> None:
    settings = settings.model_copy(update={"trusted_proxies": proxies})
    app = create_app(settings, session_factory, search=FakeSearch(), embedder=FakeEmbedder(), mailer=FakeMailer())
    app.add_url_rule("/address", view_func=lambda: str(request.remote_addr))
    assert app.test_client().get("/address", headers={"X-Forwarded-For": forwarded}).text == seen
