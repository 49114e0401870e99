"""The references of a reply: rows of a form, and one text, which chat, pages and dataset show."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from factcheck.matching.text.normalise import extract_urls
from factcheck.matching.text.urls import find_urls, normalise_url

_BLANK_LINES = re.compile(r"\n\s*\n")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PUBLIC_HOST = re.compile(r"(?:[^\s./]+\.)+(?!(?:local|internal|localhost|lan|home|test|invalid)$)[^\W\d_][^\s./]+")


@dataclass(frozen=True)
class Reference:
    """A source: what it is, and its address; either may be ''."""

    note: str
    url: str


def rows_of(text: str) -> list[Reference]:
    """Reads what people write: an address below or beside the words about it, sources parted by blank lines."""
    return [row for block in _BLANK_LINES.split(text) if block.strip() for row in _rows_of_block(block)]


def _rows_of_block(block: str) -> Iterator[Reference]:
    urls = find_urls(block)
    if len(urls) == 1:
        yield Reference(_line(block[: urls[0].start] + " " + block[urls[0].end :]), block[urls[0].start : urls[0].end])
        return
    at = 0
    for url in urls:
        yield Reference(_line(block[at : url.start]), block[url.start : url.end])
        at = url.end
    if rest := _line(block[at:]):
        yield Reference(rest, "")


def _line(text: str) -> str:
    return " ".join(text.split())


def text_of(rows: Iterable[Reference]) -> str:
    """Writes the words above the address, as they read best in a chat."""
    blocks = (
        "\n".join(part for part in (_line(row.note), address_of(row.url) or _line(row.url)) if part) for row in rows
    )
    return "\n\n".join(block for block in blocks if block)


def address_of(typed: str) -> str:
    """Gives the web address that somebody typed, with its scheme; '' for what anybody else could not open."""
    typed = typed.strip()
    written = typed if _SCHEME.match(typed) else f"https://{typed}"
    found = find_urls(written)
    whole = len(found) == 1 and found[0].start == 0 and not re.search(r"\s", written)
    return found[0].written if whole and is_public(written) else ""


def is_public(url: str) -> bool:
    """Tells whether its host has a name that everybody can look up."""
    host = urlsplit(normalise_url(url)).hostname or ""
    return _PUBLIC_HOST.fullmatch(host) is not None


def has_address(text: str) -> bool:
    return any(is_public(url) for url in extract_urls(text))
