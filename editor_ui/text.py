"""Pure functions on what people wrote."""

import re
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from factcheck.graphemes import first
from factcheck.ids import is_public_id
from factcheck.languages import language_of
from factcheck.matching.text.urls import address_to_open, find_urls

EXCERPT_LINES = 3
EXCERPT_GRAPHEMES = 120
MAX_NEXT_LENGTH = 500

_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ARTICLE_PATH = re.compile(r"/article/([^/]+)/?")
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z_-]")


def clean(value: str) -> str:
    """Keeps line feeds only, and removes characters that no one types and PostgreSQL refuses."""
    return _UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def excerpt(text: str, graphemes: int = EXCERPT_GRAPHEMES, lines: int = EXCERPT_LINES) -> str:
    """Cuts to the first lines, between user-perceived characters."""
    filled = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    start = "\n".join(filled[:lines])
    shown = first(start, graphemes)
    if shown != start:
        return shown.rstrip() + "…"
    return start + ("…" if len(filled) > lines else "")


def title_of(text: str) -> str:
    return excerpt(text.replace("\n", " "), graphemes=40, lines=1)


def titled(text: str) -> Markup:
    """Names a text by its beginning, in the language of its letters; `title_of` is for where no mark-up may be."""
    title = title_of(text)
    lang = Markup(' lang="{}"').format(guess_language(title)) if guess_language(title) else ""
    return Markup('<span dir="auto"{}>{}</span>').format(lang, title)


def linked(text: str) -> Markup:
    """Escapes a text and links the web addresses that matching sees."""
    parts, at = [], 0
    for url in find_urls(text):
        if target := address_to_open(url.written):
            parts += [escape(text[at : url.start]), _link(target, text[url.start : url.end])]
            at = url.end
    return Markup("").join([*parts, escape(text[at:])])


def _link(target: str, shown: str) -> Markup:
    return Markup('<a href="{}" rel="ugc nofollow noopener noreferrer">{}</a>').format(target, shown)


def guess_language(text: str) -> str:
    """Guesses the `lang` attribute by the letters; '' for none."""
    found = language_of(text)
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
