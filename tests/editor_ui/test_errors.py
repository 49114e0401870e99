"""Error pages say what happened and keep what was written."""

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError
from structlog.testing import capture_logs
from werkzeug.exceptions import HTTPException

from editor_ui import rate_limits
from editor_ui.language import LANGUAGES
from editor_ui.rate_limits import SWITCH
from factcheck.db.session import SessionFactory
from factcheck.ids import MAX_NUMBER
from factcheck.settings import Settings
from tests.editor_ui.browser import Browser, link_in
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer

TEXT = "words that took an hour"


def test_a_form_without_its_token_is_kept(volunteer: Browser, world: World):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}/write")
    fields = {"csrf_token": "", "type": "RUMOR", "text": TEXT, "reference": "https://example.org"}
    volunteer.submit("/replies", status=400, **fields)
    assert volunteer.root.one("textarea", name="text").text == TEXT
    assert volunteer.root.one("input", name="type").get("value") == "RUMOR"
    volunteer.submit("/replies")
    assert volunteer.response.headers["Location"].startswith(f"/article/{article_id}#reply-")


@pytest.mark.parametrize("address", ["/login", "/logout", "/me/name", "/article/abc/replies", "/article/abc/reuse"])
def test_every_form_wants_a_token(address: str, volunteer: Browser):
    volunteer.get("/about")
    volunteer.post(address, {"csrf_token": "wrong"}, status=400)
    assert volunteer.root.one("h1").text == "Please send the form again"


def test_unknown_page(visitor: Browser):
    visitor.get("/nothing/here?lang=en", status=404)
    assert visitor.root.all("a", href="/")
    languages = [a.get("href") for a in visitor.root.one("footer").all("a") if a.get("hreflang")]
    assert languages == [f"/language/{tag}?next=/" for tag in LANGUAGES]


def test_numbers_that_no_database_takes(visitor: Browser, app: Flask):
    visitor.get("/links/9223372036854775808/picture", status=404)
    numbered = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(numbered) > 10
    adapter = app.url_map.bind("localhost")
    for rule in numbered:
        path, method = re.sub("<public_id:[a-z_]+>", "abc", rule.rule), min(rule.methods - {"HEAD", "OPTIONS"})
        assert adapter.match(re.sub("<int:[a-z_]+>", str(MAX_NUMBER), path), method)[0] == rule.endpoint
        for number in (MAX_NUMBER + 1, 2**63, "9" * 5000):
            with pytest.raises(HTTPException, match=r"404|405"):
                adapter.match(re.sub("<int:[a-z_]+>", str(number), path), method)


def test_wrong_method(visitor: Browser):
    visitor.get("/logout", status=405)
    assert "POST" in visitor.response.headers["Allow"]


def test_too_large(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article('a message')}/write")
    volunteer.submit("/replies", status=413, text="x" * 1_100_000)
    assert "where your text still is" in volunteer.main.text


def test_too_many_log_ins_of_a_network(visitor: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rate_limits, "LOGINS", "3 per hour")
    app.config[SWITCH] = True
    visitor.get("/login")
    for number in range(3):
        visitor.client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number}"
        visitor.submit("/login", email="nobody", status=422)
    visitor.client.environ_base["REMOTE_ADDR"] = "2001:db8:0:1::1"
    visitor.submit("/login", email="nobody", status=422)
    visitor.client.environ_base["REMOTE_ADDR"] = "2001:db8::9"
    visitor.submit("/login", email="somebody@example.org", status=429)
    assert visitor.root.one("textarea", name="email").text == "somebody@example.org"
    assert int(visitor.response.headers["Retry-After"]) > 0


def test_too_many_contributions_of_one_person(
    volunteer: Browser, app: Flask, world: World, mailer, session_factory: SessionFactory
):
    first, second = world.article("a message"), world.article("another message")
    app.config[SWITCH] = True
    volunteer.get(f"/article/{first}")
    for _ in range(60):
        volunteer.submit("/requests", reason="again")
    volunteer.get(f"/article/{second}/write")
    volunteer.submit("/replies", status=429, type="RUMOR", text=TEXT, reference="https://example.org")
    assert volunteer.root.one("textarea", name="text").text == TEXT
    assert "60 minutes" in volunteer.main.text
    app.config[SWITCH] = False
    volunteer.submit("/replies")


def broken(*_args: object) -> None:
    raise RuntimeError("secret detail")


def test_a_defect_shows_nothing_of_the_inside(visitor: Browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("editor_ui.pages.queue.totals", broken)
    with capture_logs() as logs:
        visitor.get("/", status=500)
    assert "secret detail" not in visitor.response.text
    assert "Traceback" not in visitor.response.text
    (line,) = logs
    assert (line["event"], line["endpoint"], line["method"]) == ("unhandled_exception", "queue.show", "GET")
    assert line["error"] == "RuntimeError"
    assert "in broken" in line["traceback"]
    assert line["traceback"].endswith("builtins.RuntimeError")
    assert "secret detail" not in str(logs)


QUOTED = "DETAIL: Key (email)=(amy@example.org) already exists."


def clash(*_args: object, **_kwargs: object) -> None:
    try:
        raise IntegrityError("insert", {}, Exception(QUOTED))
    except IntegrityError as error:
        raise RuntimeError("could not log in") from error


def test_a_log_in_that_fails_leaves_neither_its_token_nor_an_address_in_the_log(
    visitor: Browser, mailer: FakeMailer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", status=200)
    link = link_in(mailer).partition("?")[0]
    visitor.get(link)
    monkeypatch.setattr("editor_ui.pages.login.finish_login", clash)
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        visitor.submit(link, status=500)
    (line,) = logs
    assert (line["event"], line["endpoint"], line["method"]) == ("unhandled_exception", "login.finish", "POST")
    assert "in clash" in line["traceback"]
    assert "IntegrityError" in line["traceback"]
    for private in (link.rpartition("/")[2], "amy@example.org"):
        assert private not in str(logs)
        assert private not in caplog.text


def away(*_args: object) -> None:
    raise OperationalError("select", {}, Exception("secret host"))


def test_the_database_is_away(volunteer: Browser, world: World, monkeypatch: pytest.MonkeyPatch):
    volunteer.get(f"/article/{world.article('a message')}")
    monkeypatch.setattr("editor_ui.auth.read_only", away)
    with capture_logs() as logs:
        volunteer.submit("/requests", status=503, reason=TEXT)
    expected = {
        "event": "database_away",
        "log_level": "error",
        "endpoint": "votes.ask",
        "error": "OperationalError",
    }
    assert logs == [expected]
    assert volunteer.root.one("textarea", name="reason").text == TEXT
    assert volunteer.response.headers["Retry-After"]
    monkeypatch.setattr("editor_ui.pages.queue.read_only", away)
    volunteer.get("/", status=503)
    assert "secret host" not in volunteer.response.text
    monkeypatch.undo()
    volunteer.get("/")


def test_robots(visitor: Browser):
    visitor.get("/robots.txt")
    assert "Disallow: /me" in visitor.response.text
    visitor.get("/login")
    assert visitor.root.one("meta", name="robots").get("content") == "noindex"


def test_a_page_of_another_part_keeps_its_own_headers(build: Callable[[Settings], Flask], settings: Settings):
    app = build(settings)

    @app.get("/other")
    def other() -> tuple[str, dict[str, str]]:
        return "x", {"Content-Security-Policy": "default-src 'self'", "Cache-Control": "public"}

    response = app.test_client().get("/other")
    assert response.headers["Content-Security-Policy"] == "default-src 'self'"
    assert response.headers["Cache-Control"] == "public"


def test_pages_load_nothing_from_elsewhere(visitor: Browser):
    visitor.get("/about")
    policy = visitor.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for node in (*visitor.root.all("link", rel="stylesheet"), *visitor.root.all("script")):
        address = node.get("href") or node.get("src")
        with visitor.client.get(address) as response:
            assert response.status_code == 200
        assert address.startswith("/static/")
