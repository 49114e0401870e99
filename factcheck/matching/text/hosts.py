"""The hosts that a text names, in links, alone, or in words: evil點tw, evil dot com, evil[.]com."""

import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

import regex

from factcheck.matching.text.contacts import contacts
from factcheck.matching.text.normalise import extract_urls, is_chatter, normalise
from factcheck.matching.text.urls import place_of

_HOST_NAME = regex.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_SPACED_DOT = regex.compile(r"\s*(?:\.|。|\[\.\]|\(\.\)|[点點]|\bdot\b)\s*")
_WWW = regex.compile(r"(?<![a-z0-9.-])www\.")


def hosts(text: str) -> frozenset[str]:
    """Gives them without "www." and what is only for phones. An e-mail address names none."""
    linked = (place_of(url)[0].partition("?")[0].partition("/")[0] for url in extract_urls(text))
    folded = unicodedata.normalize("NFKC", text).casefold().replace("點", "点")
    named = (name for name in contacts(folded).names if "@" not in name and _HOST_NAME.fullmatch(name))
    return frozenset(linked) | {_WWW.sub("", name) for name in named}


def host_terms(named: Iterable[str]) -> tuple[str, ...]:
    """Gives what stands for hosts among the URLs of an index."""
    return tuple(f"//{host}" for host in sorted(named))


def bare_hosts(text: str) -> frozenset[str]:
    """Gives the hosts of a text that is, without chatter, nothing but hosts and home pages; else nothing."""
    if any(urlsplit(url).path or urlsplit(url).query for url in extract_urls(text)):
        return frozenset()
    found = hosts(text)
    rest = _WWW.sub("", _SPACED_DOT.sub(".", normalise(text)))
    for host in sorted(found, key=len, reverse=True):
        rest = rest.replace(host, " ")
    return found if is_chatter(rest) else frozenset()
