"""What a page says of itself. Pure, and all of it is a stranger's text.

The page is no tree here: building one of 300,000 elements within each other takes minutes. The few tags that are wanted
are found first, each within bounds, and only they are parsed.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import regex

from factcheck.matching.text.urls import normalise_url, place_of

MAX_TITLE, MAX_SUMMARY, MAX_ADDRESS_BYTES = 300, 1_000, 2_000
MAX_TAGS = 400
SEARCH_SECONDS = 2.0

_TAG = regex.compile(
    r"<(?:title\b[^<>]{0,300}+>[^<]{0,2000}+|(?:meta|link)\b(?:[^<>\"']++|\"[^\"]{0,3000}+\"|'[^']{0,3000}+'){0,60}+>)",
    regex.IGNORECASE,
)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\s]+")
"""With the marks that turn the direction of what follows them."""


@dataclass(frozen=True)
class Head:
    title: str = ""
    summary: str = ""
    image: str = ""
    canonical: str = ""
    """Its own site's address for it, in the one form for comparing."""


def read_head(html: str, address: str) -> Head:
    """Reads the page that was found at an address. Raises TimeoutError for one that is made to be slow to read."""
    tags = _Tags()
    for number, found in enumerate(_TAG.finditer(html, timeout=SEARCH_SECONDS, concurrent=True)):
        if number == MAX_TAGS:
            break
        tags.read(found.group())
    said = tags.said
    return Head(
        title=_clean(said.get("og:title") or tags.title, MAX_TITLE),
        summary=_clean(_first(said, "og:description", "description", "twitter:description"), MAX_SUMMARY),
        image=_joined(address, _first(said, "og:image", "twitter:image", "twitter:image:src")),
        canonical=canonical_of(address, tags.canonical or said.get("og:url", "")),
    )


class _Tags(HTMLParser):
    """Takes each tag alone; of what is said twice, the first counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.canonical = ""
        self.said: dict[str, str] = {}
        self._is_title = False

    def read(self, tag: str) -> None:
        self.reset()
        self.feed(tag)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        self._is_title = tag == "title"
        if tag == "link" and "canonical" in values.get("rel", "").lower().split():
            self.canonical = self.canonical or values.get("href", "")
        name = (values.get("property") or values.get("name") or "").strip().lower()
        if tag == "meta" and name and values.get("content", "").strip():
            self.said.setdefault(name, values["content"])

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title = self.title or data.strip()


def canonical_of(address: str, canonical: str) -> str:
    """Believes a page about its own site alone: a forgery may name the page that it imitates."""
    own, named = normalise_url(address), normalise_url(_joined(address, canonical) or address)
    ours, theirs = _site(own), _site(named)
    if ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}"):
        is_front_page = not urlsplit(named).path.strip("/") and bool(urlsplit(own).path.strip("/"))
        return own if is_front_page else named
    return own


def _first(metas: dict[str, str], *names: str) -> str:
    return next((metas[name] for name in names if name in metas), "")


def _clean(text: str, limit: int) -> str:
    text = _UNWANTED.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _joined(base: str, address: str) -> str:
    """Gives '' for what is no web address, or a very long one."""
    try:
        joined = urljoin(base, address.strip()) if address.strip() else ""
        usable = joined.startswith(("http://", "https://")) and bool(urlsplit(joined).hostname)
    except ValueError:
        return ""
    return joined if usable and joined.isprintable() and len(joined.encode()) <= MAX_ADDRESS_BYTES else ""


def _site(url: str) -> str:
    return place_of(url)[0].partition("/")[0]
