"""A browser without scripts: fetches pages, checks each of them, fills in and sends their forms."""

import re
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from editor_ui.auth import LoggedIn, account_of
from factcheck.db.session import transaction
from factcheck.models import User
from factcheck.services.login_sessions import begin_session
from tests.editor_ui.page import Node, check_page, parse
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer

SECURITY_HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")
REPLY = {"type": "RUMOR", "ref_url": "https://example.org/facts", "ref_note": "The ministry"}
LINK = re.compile(r"http://localhost(/login/\S+)")


class Browser:
    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.response: TestResponse
        self.root: Node
        self.address = "/"

    def get(self, address: str, status: int = 200, **headers: str) -> Node:
        return self._take(self.client.get(address, headers=list(headers.items())), address, status)

    def post(self, address: str, data: dict[str, str] | None = None, status: int = 303) -> Node:
        """Send fields as they are, with the CSRF token of the last page."""
        token = next((node.get("value") for node in self.root.all("input", name="csrf_token")), "")
        body = {"csrf_token": token, **(data or {})}
        return self._take(self.client.post(address, data=body), address, status)

    def submit(self, action: str, status: int = 303, **fields: str | list[str]) -> Node:
        """Send the form of the last page whose address, or that of one of its buttons, ends with `action`, changed by
        `fields`."""
        form = self.form(action)
        data = {**filled(form), **fields}
        address = next((one for one in addresses(form) if urlsplit(one).path.endswith(action)), "")
        if form.get("method") == "get":
            return self._take(self.client.get(address, query_string=data), address, status)
        return self._take(self.client.post(address, data=data), address, status)

    def form(self, action: str) -> Node:
        forms = [
            form
            for form in self.root.all("form")
            if any(urlsplit(address).path.endswith(action) for address in addresses(form))
        ]
        assert forms, f"no form for {action} at {self.address}"
        return forms[0]

    def follow(self) -> Node:
        """Go where the last answer leads; the fragment stays in `address`."""
        target = self.response.headers["Location"]
        root = self.get(target.partition("#")[0])
        self.address = target
        return root

    def log_in(self, email: str, mailer: FakeMailer) -> None:
        self.get("/login")
        self.submit("/login", email=email, status=200)
        self.get(link_in(mailer))
        self.submit(urlsplit(link_in(mailer)).path)

    @property
    def cookie(self) -> str:
        cookie = self.client.get_cookie("factline")
        assert cookie is not None
        return cookie.value

    def forget(self) -> None:
        """Lose the session, as when it ends."""
        self.client.delete_cookie("factline")

    def _take(self, response: TestResponse, address: str, status: int) -> Node:
        assert response.status_code == status, (address, response.status_code, response.text[:2000])
        self.response, self.address = response, address
        for header in SECURITY_HEADERS:
            assert header in response.headers, header
        if response.mimetype == "text/html" and status not in (301, 302, 303, 308):
            self.root = parse(response.text)
            check_page(self.root)
        return self.root if hasattr(self, "root") else Node("", {})

    @property
    def main(self) -> Node:
        return self.root.one("main")


def logged_in(app: Flask, world: World, email: str) -> Browser:
    """The browser of somebody whose session lasts since an earlier day; how it begins: `Browser.log_in`."""
    user_id = world.user(email)
    with transaction(world.factory) as database:
        user = database.get_one(User, user_id)
        return browser_of(app, account_of(user, begin_session(database, user, "Firefox, Linux", now=world.clock())))


def browser_of(app: Flask, account: LoggedIn) -> Browser:
    """A browser with a signed cookie of this account."""
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["_user_id"] = account.get_id()
        session.permanent = True
    return browser


def link_in(mailer: FakeMailer) -> str:
    """The path of the log-in link in the last mail."""
    match = LINK.search(mailer.sent[-1][2])
    assert match
    return match.group(1)


def addresses(form: Node) -> list[str]:
    """Where a form can be sent: by itself, and by its buttons."""
    return [
        form.get("action"),
        *(button.get("formaction") for button in form.all("button") if button.get("formaction")),
    ]


def filled(form: Node) -> dict[str, str | list[str]]:
    """What a browser sends for a form as it stands, without any button; a list for a name that comes several times."""
    data: dict[str, str | list[str]] = {}
    for control in form.all("input"):
        if control.get("type") not in ("radio", "checkbox") or "checked" in control.attrs:
            name, value = control.get("name"), control.get("value")
            data[name] = [*_listed(data[name]), value] if name in data else value
    for area in form.all("textarea"):
        name, value = area.get("name"), area.raw_text.removeprefix("\n")
        data[name] = [*_listed(data[name]), value] if name in data else value
    for select in form.all("select"):
        data[select.get("name")] = next(o for o in select.all("option") if "selected" in o.attrs).get("value")
    return data


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def write(browser: Browser, article_id: str, text: str, status: int = 303) -> None:
    browser.get(f"/article/{article_id}/write")
    browser.submit(f"/article/{article_id}/replies", status=status, text=text, **REPLY)
