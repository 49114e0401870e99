"""What a page says of itself. Pure, and all of it is a stranger's text."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from factcheck.matching.text.urls import normalise_url, place_of

MAX_TITLE, MAX_SUMMARY, MAX_ADDRESS_BYTES = 300, 1_000, 2_000
MAX_METAS = 300

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
    """Reads the page that was found at an address."""
    tree = LexborHTMLParser(html)
    metas = _metas(tree)
    title = tree.css_first("title")
    named = tree.css_first('link[rel~="canonical"]')
    canonical = (named.attributes.get("href") if named else "") or metas.get("og:url", "")
    return Head(
        title=_clean(metas.get("og:title") or (title.text() if title else ""), MAX_TITLE),
        summary=_clean(_first(metas, "og:description", "description", "twitter:description"), MAX_SUMMARY),
        image=_joined(address, _first(metas, "og:image", "twitter:image", "twitter:image:src")),
        canonical=canonical_of(address, canonical),
    )


def canonical_of(address: str, canonical: str) -> str:
    """Believes a page about its own site alone: a forgery may name the page that it imitates."""
    own, named = normalise_url(address), normalise_url(_joined(address, canonical) or address)
    ours, theirs = _site(own), _site(named)
    if ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}"):
        is_front_page = not urlsplit(named).path.strip("/") and bool(urlsplit(own).path.strip("/"))
        return own if is_front_page else named
    return own


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.css("meta")[:MAX_METAS]:
        name = meta.attributes.get("property") or meta.attributes.get("name") or ""
        if content := (meta.attributes.get("content") or "").strip():
            found.setdefault(name.strip().lower(), content)
    return found


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
