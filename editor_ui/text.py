"""Pure functions on what people wrote."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from editor_ui import sizes
from factcheck.directions import isolated, undirected
from factcheck.graphemes import excerpt
from factcheck.ids import is_public_id
from factcheck.languages import language_of
from factcheck.limits import MAX_URL_BYTES, SHOWN_AT_MOST, SHOWN_AT_ONCE
from factcheck.matching.text.urls import find_urls

MAX_NEXT_LENGTH = 500
LINES_AT_ONCE = 60
TITLES = 300
"""Kept, since a page names the same message and reply up to ten times."""

_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ARTICLE_PATH = re.compile(r"/article/([^/]+)/?")
_LINE_END = re.compile("\n")
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z_-]")


def clean(value: str) -> str:
    """Keeps line feeds only, and removes characters that no one types and PostgreSQL refuses."""
    return _UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def title_of(text: str) -> str:
    """Names a text in a page's title, and where else nothing keeps it apart from the words around it."""
    return _title(text[:SHOWN_AT_ONCE])


@lru_cache(maxsize=TITLES)
def _title(text: str) -> str:
    return isolated(excerpt(undirected(text).replace("\n", " "), *sizes.TITLE))


def titled(text: str) -> Markup:
    """Names a text by its beginning, in the language of its letters; `title_of` is for where no mark-up may be."""
    return _titled(title_of(text))


@lru_cache(maxsize=TITLES)
def _titled(title: str) -> Markup:
    lang = guess_language(title)
    return Markup('<span dir="auto"{}>{}</span>').format(Markup(' lang="{}"').format(lang) if lang else "", title)


@dataclass(frozen=True)
class Folded:
    """A text as a page shows it: `rest` is folded away, and so much is left out."""

    start: str
    rest: str = ""
    left_out: int = 0


def folded(text: str) -> Folded:
    if len(text) <= SHOWN_AT_ONCE and text.count("\n") <= LINES_AT_ONCE:
        return Folded(text)
    lines = [match.end() for match in islice(_LINE_END.finditer(text, 0, SHOWN_AT_ONCE), LINES_AT_ONCE)]
    start = lines[-1] if len(lines) == LINES_AT_ONCE else _place_to_cut(text, SHOWN_AT_ONCE)
    end = _place_to_cut(text, SHOWN_AT_MOST)
    return Folded(text[:start], text[start:end], len(text) - end)


def _place_to_cut(text: str, at: int) -> int:
    """Finds a place at or before `at`, between words if there are any; never in an address, which would then lead
    elsewhere."""
    if at >= len(text):
        return len(text)
    space = max(text.rfind(" ", at // 2, at), text.rfind("\n", at // 2, at)) + 1
    cut = space or at
    begin = max(0, cut - MAX_URL_BYTES)
    around = ((begin + url.start, begin + url.end) for url in find_urls(text[begin : cut + MAX_URL_BYTES]))
    return next((start or end for start, end in around if start < cut < end), cut)


def guess_language(text: str) -> str:
    """Guesses the `lang` attribute by the letters; '' for none."""
    found = language_of(text[:SHOWN_AT_ONCE])
    return found.tag if found else ""


def article_id_in(query: str) -> str | None:
    """Finds the id that a query names, alone or in the address of an article page."""
    if query.startswith(("http://", "https://", "/article/")):
        try:
            match = _ARTICLE_PATH.fullmatch(urlsplit(query).path)
        except ValueError:
            return None
        query = unquote(match.group(1)) if match else ""
    return query if is_public_id(query) else None


def anchor(public_id: str) -> str:
    """Makes an id the name of a place on a page, where HTML allows no spaces."""
    return _NOT_PLAIN.sub(lambda match: f".{ord(match.group()):x}.", public_id)


def number_in(value: str) -> int:
    """Reads a number that fits into a database; 0 for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def safe_next(target: str) -> str:
    """Returns a path on this site; '/' for all that could lead elsewhere."""
    harmless = (
        target.startswith("/")
        and not target.startswith("//")
        and len(target) <= MAX_NEXT_LENGTH
        and "\\" not in target
        and all(character.isprintable() and character != " " for character in target)
    )
    return target if harmless else "/"
