"""Logging in at providers: at one from a package on loopback, and at one that lies."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import OctKey
from oidc_provider_mock import User as ProvidersUser
from oidc_provider_mock import run_server_in_thread
from sqlalchemy import select

from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, read_only
from factcheck.models import Identity, LoginSession, User
from factcheck.settings import Settings
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.conftest import SETTINGS
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer
from tests.fakes.provider import OTHER, SECRET, FakeProvider, provider_on_loopback, signed

Build = Callable[[Settings], Flask]


def with_provider(build: Build, issuer: str, **more: Any) -> Flask:
    declared = {"name": "here", "issuer": issuer, "client_id": "us", "client_secret": SECRET, **more}
    return build(Settings(**{**SETTINGS.model_dump(), "login_providers": [declared]}))


def people(factory: SessionFactory) -> list[str | None]:
    with read_only(factory) as session:
        return list(session.scalars(select(User.email).order_by(User.email)))


@pytest.fixture(scope="module")
def proper() -> Iterator[str]:
    """A provider with discovery, keys, PKCE and RS256."""
    users = (
        ProvidersUser(sub="amy", claims={"email": "amy@example.org", "email_verified": True}),
        ProvidersUser(sub="bob", claims={"email": "amy@example.org", "email_verified": False}),
        ProvidersUser(sub="cat", claims={}),
    )
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


def at_provider(address: str, who: str) -> str:
    """Does what a person does there; returns where they are sent back to."""
    answer = requests.post(address, data={"sub": who}, allow_redirects=False, timeout=10)
    return answer.headers["Location"].removeprefix("http://localhost")


def log_in(app: Flask, who: str, target: str = "/") -> Browser:
    browser = Browser(app)
    browser.get("/login?next=" + target)
    link = next(a for a in browser.main.all("a") if "/login/with/" in a.get("href"))
    browser.get(link.get("href"), status=303)
    browser.get(at_provider(browser.response.headers["Location"], who), status=303)
    return browser


@pytest.mark.usefixtures("clock_of_today")
def test_who_was_proved_is_logged_in(proper: str, build: Build, world: World, session_factory: SessionFactory) -> None:
    """The verified address is that of an account that is there; an unverified one, or none, makes an account."""
    amy = world.user("amy@example.org")
    app = with_provider(build, proper)
    browser = log_in(app, "amy", "/stats")
    assert browser.response.headers["Location"] == "/stats"
    browser.get("/me")
    assert "amy@example.org" in browser.main.text
    log_in(app, "bob")
    log_in(app, "cat")
    log_in(app, "bob").get("/me")
    assert people(session_factory) == [None, None, "amy@example.org"] or people(session_factory) == [
        "amy@example.org",
        None,
        None,
    ]
    with read_only(session_factory) as session:
        found = dict(session.execute(select(Identity.subject, Identity.user_id)).all())
    assert set(found) == {"amy", "bob", "cat"}
    assert found["amy"] == amy
    assert len(set(found.values())) == 3


@pytest.fixture
def clock_of_today(clock: MovableClock) -> None:
    """The provider from the package goes by the machine's clock."""
    clock.now = utc_now()


@pytest.mark.usefixtures("clock_of_today")
def test_a_mailed_link_gives_the_address(
    proper: str, build: Build, world: World, mailer: FakeMailer, session_factory: SessionFactory
) -> None:
    """To a new account; and one that has it already gets the log-in."""
    app = with_provider(build, proper)
    cat = log_in(app, "cat")
    cat.get("/me")
    cat.submit("/me/address", email="cat@example.org", status=200)
    link = urlsplit(mailer.sent[-1][2].split("http://localhost")[1].split()[0])
    cat.get(link.path)
    cat.submit(link.path)
    assert people(session_factory) == ["cat@example.org"]
    world.user("bob@example.org")
    bob = log_in(app, "bob")
    bob.get("/me")
    bob.submit("/me/address", email="bob@example.org", status=200)
    link = urlsplit(mailer.sent[-1][2].split("http://localhost")[1].split()[0])
    bob.get(link.path)
    bob.submit(link.path)
    assert people(session_factory) == ["bob@example.org", "cat@example.org"]
    again = log_in(app, "bob")
    again.get("/me")
    assert "bob@example.org" in again.main.text
    again.submit("/me/log-ins/remove")
    with read_only(session_factory) as session:
        assert session.scalars(select(Identity.subject)).all() == ["cat"]


@pytest.mark.usefixtures("clock_of_today")
def test_a_link_that_gives_an_address_works_only_for_who_asked(
    proper: str, build: Build, world: World, mailer: FakeMailer, session_factory: SessionFactory
) -> None:
    """Whoever asks for a link to somebody else's address would get into that account when they open their mail."""
    world.user("victim@example.org")
    app = with_provider(build, proper)
    thief = log_in(app, "cat")
    thief.get("/me")
    thief.submit("/me/address", email="victim@example.org", status=200)
    link = urlsplit(mailer.sent[-1][2].split("http://localhost")[1].split()[0]).path
    for victim in (Browser(app), logged_in(app, world, "victim@example.org")):
        victim.get(f"{link}?lang=en")
        victim.submit(link, status=422)
        assert "in the browser in which you asked for it" in victim.main.text
    back = log_in(app, "cat")
    back.get("/me")
    assert "victim@example.org" not in back.main.text
    assert people(session_factory).count("victim@example.org") == 1


@pytest.fixture
def liar() -> Iterator[FakeProvider]:
    with provider_on_loopback() as provider:
        yield provider


def begun(app: Flask) -> tuple[Browser, dict[str, str]]:
    browser = Browser(app)
    browser.get("/login/with/here?next=/stats", status=303)
    query = parse_qs(urlsplit(browser.response.headers["Location"]).query)
    return browser, {name: values[0] for name, values in query.items()}


def claims(liar: FakeProvider, asked: dict[str, str], clock: MovableClock) -> dict[str, Any]:
    now = int(clock().timestamp())
    mine = {"iss": liar.issuer, "aud": "us", "nonce": asked["nonce"], "sub": "1", "iat": now, "exp": now + 60}
    return {**mine, "email": "amy@example.org", "email_verified": True}


def test_what_is_asked_for(liar: FakeProvider, build: Build) -> None:
    _, asked = begun(with_provider(build, liar.issuer))
    assert asked["redirect_uri"] == "http://localhost/login/with/here/back"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid email"
    assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) >= 20


def test_nobody_is_believed_who_lies(
    liar: FakeProvider, build: Build, clock: MovableClock, session_factory: SessionFactory
) -> None:
    app = with_provider(build, liar.issuer)

    def back(change: dict[str, Any], **arguments: str) -> Browser:
        browser, asked = begun(app)
        liar.id_token = signed({**claims(liar, asked, clock), **change})
        query = "&".join(f"{k}={v}" for k, v in {"code": "c", "state": asked["state"], **arguments}.items())
        browser.get(f"/login/with/here/back?{query}", status=422)
        return browser

    for change, arguments in (
        ({"nonce": "another"}, {}),
        ({"iss": "http://127.0.0.1:1"}, {}),
        ({"aud": "others"}, {}),
        ({"exp": 1}, {}),
        ({}, {"state": "guessed"}),
        ({}, {"code": ""}),
        ({"sub": ""}, {}),
        ({"sub": "x" * 300}, {}),
    ):
        assert back(change, **arguments).root.one("h1").text == "Log in"
    browser, asked = begun(app)
    liar.id_token = signed(claims(liar, asked, clock), OTHER)
    browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=422)
    liar.answers["/token"] = (400, {"error": "invalid_grant"})
    browser, asked = begun(app)
    browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=422)
    with read_only(session_factory) as session:
        assert session.scalars(select(User)).all() == session.scalars(select(LoginSession)).all() == []


def test_a_log_in_is_finished_once_in_its_own_browser(
    liar: FakeProvider, build: Build, clock: MovableClock, session_factory: SessionFactory
) -> None:
    app = with_provider(build, liar.issuer)
    browser, asked = begun(app)
    liar.id_token = signed(claims(liar, asked, clock))
    back = f"/login/with/here/back?code=c&state={asked['state']}"
    Browser(app).get(back, status=422)
    browser.get(back, status=303)
    assert browser.response.headers["Location"] == "/stats"
    browser.get(back, status=422)
    late, asked = begun(app)
    liar.id_token = signed(claims(liar, asked, clock))
    clock.advance(minutes=16)
    late.get(f"/login/with/here/back?code=c&state={asked['state']}", status=422)
    no, _ = begun(app)
    no.get("/login/with/here/back?error=access_denied", status=422)
    assert "You did not log in there" in no.main.text
    assert people(session_factory) == ["amy@example.org"]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", (200, {"issuer": "http://127.0.0.1:1"})),
        ("/.well-known/openid-configuration", (200, ["no"])),
        ("/.well-known/openid-configuration", (302, {})),
        ("/.well-known/openid-configuration", (500, {})),
        ("/.well-known/openid-configuration", (200, b"{" * 600_000)),
        ("/keys", (200, {"keys": [{"kty": "nonsense"}]})),
        ("/keys", (404, {})),
    ],
    ids=["other issuer", "no object", "redirect", "error", "endless", "no keys", "keys gone"],
)
def test_a_provider_in_trouble_is_said(liar: FakeProvider, build: Build, path: str, answer: tuple[int, Any]) -> None:
    liar.answers[path] = answer
    browser = Browser(with_provider(build, liar.issuer))
    browser.get("/login/with/here", status=503)
    assert "Here does not answer as it should" in browser.main.text
    assert browser.form("/login")


def test_a_key_that_was_changed_is_fetched(liar: FakeProvider, build: Build, clock: MovableClock) -> None:
    app = with_provider(build, liar.issuer)
    begun(app)
    liar.keys = [OTHER]
    clock.advance(minutes=2)
    browser, asked = begun(app)
    liar.id_token = signed(claims(liar, asked, clock), OTHER)
    browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=303)


def test_line_login(liar: FakeProvider, build: Build, clock: MovableClock, session_factory: SessionFactory) -> None:
    """Signed with the channel's secret; the address, which LINE has not proved, joins no account and is not kept."""
    app = with_provider(build, liar.issuer, kind="line")
    for address in ({"email": "amy@example.org", "email_verified": True}, {}):
        browser, asked = begun(app)
        given = {**claims(liar, asked, clock), "email": None, "email_verified": None, **address}
        given = {name: value for name, value in given.items() if value is not None}
        liar.id_token = signed(given, OctKey.import_key(SECRET), "HS256")
        browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=303)
    browser, asked = begun(app)
    liar.id_token = signed(claims(liar, asked, clock))
    browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=422)
    assert people(session_factory) == [None]
    assert "/keys" not in liar.asked


def test_github(liar: FakeProvider, build: Build, world: World, session_factory: SessionFactory) -> None:
    """Who it is, is asked for: the number that does not change, and the first address if it is verified."""
    amy = world.user("amy@example.org")
    app = with_provider(build, liar.issuer, kind="github")
    liar.answers |= {
        "/login/oauth/access_token": (200, {"access_token": "a", "token_type": "bearer"}),
        "/api/v3/user": (200, {"id": 7, "login": "amy"}),
        "/api/v3/user/emails": (200, [{"email": "amy@example.org", "primary": True, "verified": True}]),
    }
    browser, asked = begun(app)
    browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=303)
    liar.answers["/api/v3/user"] = (200, {"id": 8})
    liar.answers["/api/v3/user/emails"] = (200, [{"email": "amy@example.org", "primary": True, "verified": False}])
    browser, asked = begun(app)
    browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=303)
    for wrong in ({"id": "7"}, {}, ["id"]):
        liar.answers["/api/v3/user"] = (200, wrong)
        browser, asked = begun(app)
        browser.get(f"/login/with/here/back?code=c&state={asked['state']}", status=422)
    with read_only(session_factory) as session:
        found = dict(session.execute(select(Identity.subject, Identity.user_id)).all())
    assert found["7"] == amy
    assert set(found) == {"7", "8"}
    assert found["8"] != amy
