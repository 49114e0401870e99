"""Logging in by a link, and out."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select

from editor_ui.auth import account_of
from editor_ui.rate_limits import SWITCH
from editor_ui.text import safe_next
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import ForbiddenError
from factcheck.models import LoginSession, LoginToken, User
from factcheck.services.accounts import OPEN_OF_NETWORK
from factcheck.services.login_sessions import begin_session
from factcheck.services.users import get_or_create_line_user
from factcheck.settings import Settings
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, browser_of, link_in, logged_in
from tests.editor_ui.conftest import SETTINGS
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer


def test_a_link_logs_in_and_makes_the_account(visitor: Browser, mailer: FakeMailer, session_factory: SessionFactory):
    visitor.get("/login?next=/about")
    visitor.submit("/login", email=" Amy@Example.org ", status=200)
    to, subject, body = mailer.sent[0]
    assert (to, subject) == ("amy@example.org", "Your log-in link for Factline")
    assert "http://localhost/login/" in body
    visitor.get(link_in(mailer))
    visitor.submit(link_in(mailer).partition("?")[0])
    assert visitor.response.headers["Location"] == "/about"
    visitor.follow()
    with read_only(session_factory) as session:
        name = session.scalars(select(User.name).where(User.email == "amy@example.org")).one()
    assert visitor.root.one("header").all("bdi")[0].text == name
    assert "amy@example.org" not in visitor.response.text


def test_opening_a_link_does_not_use_it_up(visitor: Browser, app: Flask, mailer: FakeMailer):
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", status=200)
    Browser(app).get(link_in(mailer))
    Browser(app).get(link_in(mailer))
    visitor.get(link_in(mailer))
    visitor.submit(link_in(mailer).partition("?")[0])


@pytest.mark.parametrize("spoil", ["used", "old", "unknown"])
def test_a_link_that_is_no_longer_good(spoil: str, visitor: Browser, mailer: FakeMailer, clock: MovableClock):
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", status=200)
    link = link_in(mailer).partition("?")[0]
    if spoil == "used":
        visitor.get(link)
        visitor.submit(link)
        visitor.forget()
    elif spoil == "old":
        clock.advance(minutes=31)
    else:
        link = "/login/guessed"
    visitor.get(link)
    visitor.submit(link, status=422)
    assert "used already or is too old" in visitor.main.text
    assert visitor.form("/login")
    visitor.get("/me", status=303)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/%0d", "javascript:alert(1)", "evil", "/a\tb", ""],
)
def test_next_never_leads_elsewhere(target: str, visitor: Browser, mailer: FakeMailer):
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", next=target, status=200)
    visitor.get(link_in(mailer))
    visitor.submit(link_in(mailer).partition("?")[0], next=target)
    assert visitor.response.headers["Location"] in ("/", "/%0d")
    visitor.get("/login?next=" + quote(target), status=303)
    assert visitor.response.headers["Location"] in ("/", "/%0d")


def test_next_keeps_local_paths():
    assert safe_next("/article/abc?x=1#reply-2") == "/article/abc?x=1#reply-2"
    assert safe_next("/" + "a" * 600) == "/"


@pytest.mark.parametrize("email", ["", "amy", "amy@", "a b@example.org", "amy@example.org\nBcc: all@example.org"])
def test_a_wrong_address_is_kept_and_explained(email: str, visitor: Browser, mailer: FakeMailer):
    visitor.get("/login")
    visitor.submit("/login", email=email, status=422)
    assert visitor.root.one("title").text.startswith("Error:")
    field = visitor.root.one("input", id="email")
    assert field.get("value").split() == email.split()
    assert "email-problem" in field.get("aria-describedby")
    assert not mailer.sent


def test_too_many_links_for_one_address(visitor: Browser, mailer: FakeMailer):
    for _ in range(5):
        visitor.get("/login")
        visitor.submit("/login", email="amy@example.org", status=200)
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", status=422)
    assert "several links" in visitor.main.text
    assert len(mailer.sent) == 5


def test_a_mail_server_that_is_down(visitor: Browser, mailer: FakeMailer):
    mailer.available = False
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", status=503)
    assert visitor.root.one("textarea", name="email").text == "amy@example.org"
    mailer.available = True
    visitor.submit("/login", status=200)
    assert len(mailer.sent) == 1


def test_in_a_trial_the_link_is_on_the_page(build: Callable[[Settings], Flask], settings: Settings, mailer: FakeMailer):
    browser = Browser(build(settings.model_copy(update={"trial": True})))
    browser.get("/login")
    browser.submit("/login", email="amy@example.org", status=200)
    link = next(a for a in browser.main.all("a") if "/login/" in a.get("href"))
    browser.get(link.get("href").removeprefix("http://localhost"))
    browser.submit(link.get("href").removeprefix("http://localhost").partition("?")[0])
    browser.follow()
    assert "You are logged in" in browser.main.text
    assert not mailer.sent
    assert browser.root.all("a", href="/simulator/")


def test_log_in_starts_a_fresh_session(visitor: Browser, mailer: FakeMailer):
    with visitor.client.session_transaction() as session:
        session["planted"] = "before"
    visitor.log_in("amy@example.org", mailer)
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent


def test_logging_out_ends_the_session_on_the_server(volunteer: Browser, app: Flask):
    copy = Browser(app)
    copy.client.set_cookie("factline", volunteer.cookie)
    copy.get("/me")
    volunteer.get("/")
    volunteer.submit("/logout")
    volunteer.follow()
    assert "You are logged out" in volunteer.main.text
    volunteer.get("/me", status=303)
    assert volunteer.response.headers["Location"] == "/login?next=/me"
    copy.get("/me", status=303)


def test_a_log_in_ends_in_time(volunteer: Browser, clock: MovableClock):
    """After two weeks without a visit, and after a month with visits every day."""
    for _ in range(29):
        clock.advance(days=1)
        volunteer.get("/me")
    clock.advance(days=1)
    volunteer.get("/me", status=303)


def test_a_log_in_that_is_not_used_ends_sooner(volunteer: Browser, clock: MovableClock):
    clock.advance(days=13)
    volunteer.get("/me")
    clock.advance(days=14)
    volunteer.get("/me", status=303)


def test_own_devices_are_listed_and_logged_out(volunteer: Browser, app: Flask, mailer: FakeMailer):
    agents = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Lynx/2.9", "Lynx/2.9")
    others = [Browser(app) for _ in agents]
    for other, agent in zip(others, agents, strict=True):
        other.client.environ_base["HTTP_USER_AGENT"] = agent
        other.log_in("amy@example.org", mailer)
    stranger = session_of(others[0])
    volunteer.get("/me")
    names = [item.text for item in volunteer.root.all("h3") if item.text in DEVICES]
    assert sorted(names) == ["Firefox, Linux", "Safari, iPhone", "Unknown device", "Unknown device"]
    volunteer.post(f"/me/sessions/{stranger}/end")
    others[0].get("/me", status=303)
    volunteer.get("/me")
    volunteer.submit("/me/sessions/end-others")
    for other in others[1:]:
        other.get("/me", status=303)
    volunteer.get("/me")
    assert not [form for form in volunteer.root.all("form") if form.get("action").endswith("end-others")]


DEVICES = ("Firefox, Linux", "Safari, iPhone", "Unknown device")


def session_of(browser: Browser) -> str:
    """The name of a browser's own session."""
    with browser.client.session_transaction() as session:
        return str(session["_user_id"]).rpartition(".")[2]


def test_nobody_ends_the_session_of_another(volunteer: Browser, app: Flask, world: World):
    other = logged_in(app, world, "bob@example.org")
    volunteer.get("/me")
    volunteer.post(f"/me/sessions/{session_of(other)}/end")
    other.get("/me")


def test_logging_in_again_leaves_no_session_behind(
    volunteer: Browser, mailer: FakeMailer, session_factory: SessionFactory
):
    with volunteer.client.session_transaction() as session:
        before = session["_user_id"]
    volunteer.get("/login", status=303)
    volunteer.get("/about")
    volunteer.post("/login", {"email": "amy@example.org"}, status=200)
    volunteer.get(link_in(mailer))
    volunteer.submit(link_in(mailer).partition("?")[0])
    with read_only(session_factory) as database:
        [left] = database.scalars(select(LoginSession.id))
    assert left != before


def test_nobody_but_a_volunteer_has_a_session(app: Flask, session_factory: SessionFactory, clock: MovableClock):
    """Not even with a cookie that we have signed."""
    with transaction(session_factory) as session:
        person = get_or_create_line_user(session, "Ua", secret_key="k", locale="en", now=clock())
        session.flush()
        with pytest.raises(ForbiddenError):
            begin_session(session, person, "", now=clock())
        row = LoginSession(id="s", user_id=person.id, device="", created_at=clock(), seen_at=clock())
        session.add(row)
        account = account_of(person, row)
    browser = browser_of(app, account)
    browser.get("/me", status=303)
    assert browser.response.headers["Location"] == "/login?next=/me"


def test_a_school_logs_in_and_a_flooder_does_not(build: Callable[[Settings], Flask], mailer: FakeMailer):
    """Through one address: whoever opens the links is not counted."""
    app = build(SETTINGS)
    app.config[SWITCH] = True
    for number in range(OPEN_OF_NETWORK + 10):
        Browser(app).log_in(f"pupil{number}@example.org", mailer)
    flooder = Browser(app)
    flooder.get("/login")
    for number in range(OPEN_OF_NETWORK):
        flooder.client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number:x}"
        flooder.submit("/login", email=f"victim{number}@example.org", status=200)
        flooder.get("/login")
    flooder.client.environ_base["REMOTE_ADDR"] = "2001:db8::ffff:1"
    flooder.submit("/login", email="one.more@example.org", status=422)
    assert "from your network" in flooder.main.text
    assert flooder.root.one("input", id="email").get("value") == "one.more@example.org"
    Browser(app).log_in("neighbour@example.org", mailer)


def test_all_together_may_ask_for_so_many_new_accounts(
    volunteer: Browser, visitor: Browser, mailer: FakeMailer, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
):
    monkeypatch.setattr("factcheck.services.accounts.NEW_ADDRESSES", 2)
    for name in ("a", "b"):
        visitor.get("/login")
        visitor.submit("/login", email=f"{name}@example.org", status=200)
    visitor.get("/login")
    visitor.submit("/login", email="c@example.org", status=422)
    assert "in an hour" in visitor.main.text
    visitor.submit("/login", email="amy@example.org", status=200)  # who has an account
    clock.advance(hours=1)
    visitor.get("/login")
    visitor.submit("/login", email="c@example.org", status=200)


@pytest.mark.parametrize("email", ["amy@mail.invalid", "amy@printer.local", "amy@10.0.0.1", "amy@nowhere.example.org"])
def test_an_address_that_gets_no_mail_is_told_so(email: str, visitor: Browser, mailer: FakeMailer):
    mailer.knows = False
    visitor.get("/login")
    visitor.submit("/login", email=email, status=422)
    assert "No mail can reach this address" in visitor.main.text
    assert visitor.root.one("input", id="email").get("value") == email


def test_the_cookie_is_not_for_scripts_and_only_for_https(build: Callable[[Settings], Flask], settings: Settings):
    browser = Browser(build(settings.model_copy(update={"base_url": "https://facts.example"})))
    browser.client.get("/login", base_url="https://facts.example")
    response = browser.client.get("/login?lang=en", base_url="https://facts.example")
    cookies = response.headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in c and "SameSite=Lax" in c and "Secure" in c for c in cookies)
    assert "Strict-Transport-Security" in response.headers


def test_only_the_hash_of_a_token_is_stored(visitor: Browser, mailer: FakeMailer, session_factory: SessionFactory):
    visitor.get("/login")
    visitor.submit("/login", email="amy@example.org", status=200)
    token = link_in(mailer).partition("?")[0].rpartition("/")[2]
    with read_only(session_factory) as session:
        assert session.scalar(select(func.count()).select_from(LoginToken).where(LoginToken.token_hash == token)) == 0


def test_own_page_changes_name_and_language(volunteer: Browser, session_factory: SessionFactory):
    volunteer.get("/me")
    volunteer.submit("/me/name", name="  Careful   Reader ")
    volunteer.follow()
    assert volunteer.root.one("header").all("bdi")[0].text == "Careful Reader"
    volunteer.submit("/me/name", name="x" * 41, status=422)
    assert volunteer.root.one("input", id="name").get("value") == "x" * 41
    assert "at most 40 characters" in volunteer.main.text
    volunteer.get("/me")
    volunteer.submit("/me/language", language="zh-Hant")
    volunteer.follow()
    assert volunteer.root.one("html").get("lang") == "zh-Hant"
    with read_only(session_factory) as session:
        assert session.scalars(select(User.locale).where(User.email == "amy@example.org")).one() == "zh-Hant"
