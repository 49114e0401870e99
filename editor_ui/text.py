"""Pure functions on what people wrote: cutting, linking, guessing the language, cleaning what a form sent."""

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from factcheck.graphemes import first

EXCERPT_LINES = 3
EXCERPT_GRAPHEMES = 120
MAX_NEXT_LENGTH = 500

_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^\u3000-\u303f\uff00-\uffef\u2018-\u201f\u2026]+", re.IGNORECASE)
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_ARTICLE_PATH = re.compile(r"/article/([0-9A-Za-z_-]{1,255})/?")
_ARTICLE_ID = re.compile(r"[0-9A-Za-z_-]{6,40}")
KANA_SHARE = 0.15
"""Chinese borrows a kana now and then (の); Japanese text is never almost free of them."""


def clean(value: str) -> str:
    """A form or query value with line feeds only, and without what no one types and PostgreSQL refuses."""
    return _UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def excerpt(text: str, graphemes: int = EXCERPT_GRAPHEMES, lines: int = EXCERPT_LINES) -> str:
    """The first lines, cut between user-perceived characters, with an ellipsis if something is left out."""
    filled = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    start = "\n".join(filled[:lines])
    shown = first(start, graphemes)
    if shown != start:
        return shown.rstrip() + "…"
    return start + ("…" if len(filled) > lines else "")


def title_of(text: str) -> str:
    """One line for page titles."""
    return excerpt(text.replace("\n", " "), graphemes=40, lines=1)


def linked(text: str) -> Markup:
    """Escaped text whose http(s) addresses can be clicked."""
    parts, at = [], 0
    for match in _URL.finditer(text):
        url = _without_sentence_end(match.group())
        parts += [escape(text[at : match.start()]), _link(url)]
        at = match.start() + len(url)
    return Markup("").join([*parts, escape(text[at:])])


def _link(url: str) -> Markup:
    return Markup('<a href="{0}" rel="ugc nofollow noopener noreferrer">{0}</a>').format(url)


def _without_sentence_end(url: str) -> str:
    while url and (url[-1] in ".,;:!?*" or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def guess_language(text: str) -> str:
    """The `lang` attribute for a piece of content: th, ja, zh-Hant or en by its script; '' when there is none."""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    east_asian = counts["kana"] + counts["han"]
    best = max(counts["thai"], east_asian, counts["latin"] / 4)  # a Latin word has about four letters to one character
    if best == 0:
        return ""
    if best == counts["thai"]:
        return "th"
    if best == east_asian:
        return "ja" if counts["kana"] / east_asian >= KANA_SHARE else "zh-Hant"
    return "en"


_SCRIPTS = {"thai": _THAI, "kana": _KANA, "han": _HAN, "latin": _LATIN}


def article_id_in(query: str) -> str | None:
    """The article id that a search query may name, alone or inside an address of an article page."""
    if query.startswith(("http://", "https://", "/article/")):
        try:
            match = _ARTICLE_PATH.fullmatch(urlsplit(query).path)
        except ValueError:
            return None
        return match.group(1) if match else None
    return query if _ARTICLE_ID.fullmatch(query) else None


def safe_next(target: str) -> str:
    """A path on this site to go on to; '/' for everything that could lead elsewhere."""
    harmless = (
        target.startswith("/")
        and not target.startswith("//")
        and len(target) <= MAX_NEXT_LENGTH
        and "\\" not in target
        and all(character.isprintable() and character != " " for character in target)
    )
    return target if harmless else "/"
