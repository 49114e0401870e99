"""The same entries as RSS 2.0, Atom and JSON Feed 1.1. Pure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("atom", ATOM)


@dataclass(frozen=True)
class Entry:
    url: str
    """Its address, and what it is known by."""
    title: str
    text: str
    tags: Sequence[str]
    published: datetime
    updated: datetime
    language: str = ""


@dataclass(frozen=True)
class Feed:
    title: str
    description: str
    language: str
    url: str
    """Its own address."""
    page: str
    """The list as a page."""
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=NEVER)


def as_rss(feed: Feed) -> bytes:
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.page)
    _add(channel, "description", feed.description)
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", format_datetime(feed.updated))
    SubElement(channel, f"{{{ATOM}}}link", rel="self", href=feed.url, type="application/rss+xml")
    for entry in feed.entries:
        item = SubElement(channel, "item")
        _add(item, "title", entry.title)
        _add(item, "link", entry.url)
        _add(item, "guid", entry.url)
        _add(item, "description", _as_html(entry.text))
        _add(item, "pubDate", format_datetime(entry.published))
        for tag in entry.tags:
            _add(item, "category", tag)
    return _written(root)


def as_atom(feed: Feed) -> bytes:
    root = Element("feed", {"xmlns": ATOM, XML_LANG: feed.language})
    _add(root, "id", feed.url)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.description)
    _add(root, "updated", feed.updated.isoformat())
    SubElement(root, "link", rel="self", href=feed.url, type="application/atom+xml")
    SubElement(root, "link", rel="alternate", href=feed.page, type="text/html")
    _add(SubElement(root, "author"), "name", "Factline")
    for entry in feed.entries:
        item = SubElement(root, "entry", {XML_LANG: entry.language} if entry.language else {})
        _add(item, "id", entry.url)
        _add(item, "title", entry.title)
        _add(item, "published", entry.published.isoformat())
        _add(item, "updated", entry.updated.isoformat())
        SubElement(item, "link", rel="alternate", href=entry.url, type="text/html")
        for tag in entry.tags:
            SubElement(item, "category", term=_storable(tag))
        _add(item, "content", entry.text)
    return _written(root)


def as_json(feed: Feed) -> bytes:
    items = [
        {
            "id": entry.url,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.text,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.updated.isoformat(),
            "tags": list(entry.tags),
            **({"language": entry.language} if entry.language else {}),
        }
        for entry in feed.entries
    ]
    written = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "items": items,
    }
    return json.dumps(written, ensure_ascii=False).encode("utf-8", "replace")


FORMATS: Mapping[str, tuple[str, Callable[[Feed], bytes]]] = {
    "rss": ("application/rss+xml", as_rss),
    "atom": ("application/atom+xml", as_atom),
    "json": ("application/feed+json", as_json),
}
"""The ending of an address -> the type, and what writes it."""


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _storable(text)


def _storable(text: str) -> str:
    return _NOT_XML.sub("", text)


def _as_html(text: str) -> str:
    """Makes a text what readers of RSS show: they take a description for HTML."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("\n", "<br>")


def _written(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode()
