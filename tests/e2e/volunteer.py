"""A volunteer with a browser that has no scripts: follows links and fills in forms over HTTP."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests


class FormFinder(HTMLParser):
    """Collects a page's forms: action, method, and the fields as they would be sent unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.links: list[str] = []
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get").lower(), {}))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "textarea" and self.forms:
            self._textarea = given.get("name", "")
            self.forms[-1][2][self._textarea] = ""
        elif tag == "input" and self.forms and given.get("name"):
            if given.get("type") in ("radio", "checkbox", "submit") and "checked" not in given:
                return
            self.forms[-1][2][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None and self.forms:
            self.forms[-1][2][self._textarea] += data


class Volunteer:
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = requests.Session()
        self.page = ""
        self.url = base_url

    def open(self, path: str) -> str:
        return self._take(self.http.get(urljoin(self.base_url, path), timeout=20))

    def submit(self, action: str, **values: str) -> str:
        """Send the form of the current page whose action ends with `action`, with some fields filled in."""
        for form_action, method, fields in self._parsed().forms:
            target = urljoin(self.url, form_action)
            if method == "post" and target.split("?")[0].split("#")[0].endswith(action):
                return self._take(self.http.post(target, data={**fields, **values}, timeout=20))
        raise AssertionError(f"no form for {action!r} at {self.url}")

    def log_in(self, email: str) -> None:
        """By the link that a trial shows on screen."""
        self.open("/login")
        self.submit("/login", email=email)
        link = next(link for link in self._parsed().links if "/login/" in link)
        self.open(link)
        self.submit(urlsplit(link).path)

    def _take(self, response: requests.Response) -> str:
        assert response.status_code == 200, f"{response.status_code} at {response.url}\n{response.text[:2000]}"
        self.page, self.url = response.text, response.url
        return self.page

    def _parsed(self) -> FormFinder:
        finder = FormFinder()
        finder.feed(self.page)
        return finder
