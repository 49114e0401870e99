"""Addresses in what people wrote: which are linked, and which are shown as what they lead to. Pure functions."""

from collections.abc import Callable
from urllib.parse import urlsplit

import regex
from markupsafe import Markup, escape

from factcheck.matching.text.urls import FoundUrl, address_to_open, find_urls, normalise_url

LeadsTo = Callable[[str], str]
"""Says in the page's language that an address leads to a host."""

_UNSEEN = r"\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_WITH_UNSEEN = regex.compile(rf"(?:https?://|www\.)[!-~]{{0,2000}}+(?:[{_UNSEEN}]++[!-~]++)++", regex.IGNORECASE)
_HONEST_LABEL = regex.compile(
    r"[a-z0-9\-]+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}ー0-9\-]+|[\p{Hangul}0-9\-]+|[\p{Thai}0-9\-]+",
    regex.IGNORECASE,
)
"""Letters of one kind, of which none looks like a Latin one; of Cyrillic and Greek ones many do."""


def linked(text: str, leads_to: LeadsTo = "→ {}".format) -> Markup:
    """Escapes a text and links the web addresses that matching sees. Those that look like others are no links."""
    parts, at = [], 0
    for hidden in _WITH_UNSEEN.finditer(text):
        parts += [_linked(text[at : hidden.start()], leads_to), _laid_open(hidden.group(), leads_to)]
        at = hidden.end()
    return Markup("").join([*parts, _linked(text[at:], leads_to)])


def _linked(text: str, leads_to: LeadsTo) -> Markup:
    parts, at = [], 0
    for url in find_urls(text):
        parts += [escape(text[at : url.start]), _shown(url, text[url.start : url.end], leads_to)]
        at = url.end
    return Markup("").join([*parts, escape(text[at:])])


def _shown(url: FoundUrl, written: str, leads_to: LeadsTo) -> Markup:
    target = address_to_open(url.written)
    if not target:
        return escape(written)
    if host := disguised_host(target):
        return _suspect(written, leads_to(host))
    return Markup('<a href="{}" dir="ltr" rel="ugc nofollow noopener noreferrer">{}</a>').format(target, written)


def _laid_open(written: str, leads_to: LeadsTo) -> Markup:
    """Shows an address without the unseen characters in it."""
    plain = regex.sub(f"[{_UNSEEN}]", "", written)
    host = _host_of(plain)
    return _suspect(plain, leads_to(host)) if host else escape(plain)


def _suspect(written: str, remark: str) -> Markup:
    return Markup('<bdi class="suspect" dir="ltr">{}</bdi> <span class="leads-to" dir="auto">({})</span>').format(
        written, remark
    )


def disguised_host(address: str) -> str:
    """Gives the host to which an address leads that looks as if it led to another one; '' for an honest one."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    honest = "@" not in parts.netloc and all(_HONEST_LABEL.fullmatch(label) for label in host.split("."))
    return "" if honest else _host_of(address)


def _host_of(address: str) -> str:
    """Gives a host as computers write it (Punycode)."""
    return urlsplit(normalise_url(address)).netloc
