"""Texts that attack the page they stand on, and what a browser shows when one of them gets through."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Page

SHORT = "<img src=x onerror=pwned=1>"
"""Fits where names do."""
BREAKS_OUT = f"\">{SHORT}<i x='"
ATTACKS = (
    SHORT,
    "<script>window.pwned = 1; alert(1)</script>",
    "\"><script>pwned=1</script><i x='",
    "'\"` autofocus onfocus=pwned=1 onmouseover=pwned=1 style=position:fixed;inset:0 x=",
    "</textarea></title></style></script><svg/onload=pwned=1>",
    "--><iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css><style>@import'//evil.example/y.css'</style>",
    "<form action=//evil.example/><button formaction=javascript:pwned=1>x</button></form>",
    "<a href=javascript:pwned=1>x</a> [x](javascript:pwned=1) javascript:pwned=1",
    "<a href='data:text/html,<script>pwned=1</script>'>x</a> data:text/html,<script>pwned=1</script>",
    'https://a.example/"onmouseover="pwned=1 https://a.example/<script>pwned=1</script>',
    "{{ 7 * 7 }}{% raw %}${7*7}&lt;script&gt;pwned=1&lt;/script&gt;&#60;script&#62;",
    "\u202etxet desrever\u2067 https://trusted.example@evil.example/",
)
HOSTILE = "\n".join(ATTACKS)

LOOK = r"""() => {
    const isData = script => script.type === "application/ld+json" && !!JSON.parse(script.textContent);
    const wrong = [];
    if (window.pwned) wrong.push("a script of somebody else ran");
    for (const element of document.querySelectorAll("*")) {
        const name = element.tagName.toLowerCase();
        if (["iframe", "object", "embed", "base"].includes(name) || (name === "meta" && element.httpEquiv) ||
            (name === "script" && !element.src && !isData(element))) wrong.push(`there is <${name}>`);
        for (const {name: attribute, value} of element.attributes) {
            if (/^on/i.test(attribute)) wrong.push(`<${name}> has ${attribute}`);
            const leads = /^(href|src|action|formaction|xlink:href)$/i.test(attribute);
            if (leads && /^\s*(javascript|vbscript|data:(?!image|,$))/i.test(value))
                wrong.push(`<${name}> leads to ${value}`);
            if (/action$/i.test(attribute) && new URL(value, location).origin !== location.origin)
                wrong.push(`a form is sent to ${value}`);
        }
    }
    const marks = /[\u202a-\u202e\u2066\u2067]/;
    const about = document.querySelector("meta[name=description]")?.content ?? "";
    if (marks.test(document.title) || marks.test(about)) wrong.push("the title is turned round");
    return wrong;
}"""
LISTEN = """document.addEventListener("securitypolicyviolation",
    event => console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));"""


@dataclass
class Watcher:
    """Goes to pages and notes what is wrong with each of them."""

    page: Page
    own_host: str
    found: list[str] = field(default_factory=list)
    seen: int = 0
    """Pages that were looked at."""
    showing: int = 0
    """Pages that show such a text."""
    _noticed: list[str] = field(default_factory=list)

    def notice(self, what: str) -> None:
        self._noticed.append(what)

    def notice_request(self, address: str) -> None:
        if urlsplit(address).scheme in ("http", "https") and urlsplit(address).netloc != self.own_host:
            self.notice(f"asks for {address}")

    def take_dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":  # our own: a form that was filled in is left
            self.notice(f"a dialog opens: {dialog.message}")
        dialog.accept()

    def look(self, where: str, *, by_its_policy: bool = True) -> None:
        if not by_its_policy:
            self._noticed = [one for one in self._noticed if "olicy" not in one]
        self.seen += 1
        self.showing += "onerror=pwned=1" in self.page.content()
        wrong = [*self.page.evaluate(LOOK), *self._noticed]
        self._noticed.clear()
        self.found += [f"{where}: {one}" for one in dict.fromkeys(wrong)]


@contextmanager
def watching(context: BrowserContext, own_host: str) -> Iterator[Watcher]:
    page = context.new_page()
    watcher = Watcher(page, own_host)
    page.add_init_script(LISTEN)
    page.on("dialog", watcher.take_dialog)
    page.on("console", lambda said: watcher.notice(said.text) if "olicy" in said.text else None)
    page.on("request", lambda request: watcher.notice_request(request.url))
    yield watcher
    page.close()
